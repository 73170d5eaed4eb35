import type { Sql } from '@sightline/database/sql'
import { type NameKey, type Page, type PageRequest, pageOf } from '../page.ts'
import { selectList } from '../table.ts'
import { type GrantRow, grants, type MemberRow, members } from './table.ts'

export type { GrantRow, MemberRow } from './table.ts'

/** A member changes with their grants: `position` is the newest of all. */
const position = 'greatest(m.position, given.position)'
const select = `select ${selectList(members, 'm', { position })} from ${members.sqlName} m
  left join lateral (
    select max(g.position) as position from ${grants.sqlName} g
    where g.tenant_id = m.tenant_id and g.user_id = m.id) given on true`

/** Members by their users' ids, in no order; absent ones are left out. */
export function membersByIds(read: Sql, userIds: readonly string[]): Promise<MemberRow[]> {
  return read<MemberRow>(`/* membersByIds */ ${select} where m.id = any($1::uuid[]) and not m.removed`, [
    userIds,
  ])
}

/** All members: what a subscription starts with. */
export function allMembers(read: Sql): Promise<MemberRow[]> {
  return read<MemberRow>(`/* allMembers */ ${select} where not m.removed order by m.sort_email, m.id`)
}

/** A page of members by address; those who were erased come first, under the empty one. Keys carry the `sortEmail`. */
export async function memberPage(
  read: Sql,
  { first, after }: PageRequest<NameKey>,
): Promise<Page<MemberRow>> {
  const rows = await read<MemberRow>(
    `/* memberPage */ ${select}
     where not m.removed and ($1::text is null or (m.sort_email, m.id) > ($1, $2::uuid))
     order by m.sort_email, m.id limit $3`,
    [after?.name ?? null, after?.id ?? null, first + 1],
  )
  return pageOf(rows, first)
}

/** Members who changed, or whose grants changed, after a position, removed ones too, in the order of the change. */
export function membersChangedAfter(read: Sql, after: { position: bigint }): Promise<MemberRow[]> {
  return read<MemberRow>(
    `/* membersChangedAfter */ ${select}
     where m.id in (
         select id from ${members.sqlName} where position > $1
         union all select user_id from ${grants.sqlName} where position > $1)
       and ${position} > $1
     order by ${position}`,
    [after.position],
  )
}

/** The grants of members that were neither revoked nor ended, in the order in which they were given. */
export function grantsOfMembers(read: Sql, userIds: readonly string[]): Promise<GrantRow[]> {
  return read<GrantRow>(
    `/* grantsOfMembers */ select ${selectList(grants, 'g')} from ${grants.sqlName} g
     where g.user_id = any($1::uuid[]) and not g.removed order by g.granted_at, g.id`,
    [userIds],
  )
}
