import type { Sql } from '@sightline/database/sql'
import { type NameKey, type Page, type PageRequest, pageOf } from '../page.ts'
import { selectList } from '../table.ts'
import { tableOf } from '../tables.ts'
import { type PersonRow, people } from './table.ts'

export type { PersonRow } from './table.ts'

/** A person changes with their pictures and what recognition said of them: `position` is the newest of all. */
const position = 'greatest(p.position, pictures.position)'
const select = `select ${selectList(people, 'p', { position })} from ${people.sqlName} p
  left join lateral (
    select max(greatest(i.position, r.position)) as position from ${tableOf('pictures')} i
    left join ${tableOf('picture_results')} r on r.tenant_id = i.tenant_id and r.id = i.id
    where i.tenant_id = p.tenant_id and i.person_id = p.id) pictures on true`

/** People by their ids, in no order; absent ones are left out. */
export function peopleByIds(read: Sql, ids: readonly string[]): Promise<PersonRow[]> {
  return read<PersonRow>(`/* peopleByIds */ ${select} where p.id = any($1::uuid[]) and not p.removed`, [ids])
}

/** All people: what a subscription starts with. */
export function allPeople(read: Sql): Promise<PersonRow[]> {
  return read<PersonRow>(`/* allPeople */ ${select} where not p.removed order by p.sort_name, p.id`)
}

/** A page of people by name; those who were erased come first, under the empty name. Keys carry the `sortName`. */
export async function personPage(
  read: Sql,
  { first, after }: PageRequest<NameKey>,
): Promise<Page<PersonRow>> {
  const rows = await read<PersonRow>(
    `/* personPage */ ${select}
     where not p.removed and ($1::text is null or (p.sort_name, p.id) > ($1, $2::uuid))
     order by p.sort_name, p.id limit $3`,
    [after?.name ?? null, after?.id ?? null, first + 1],
  )
  return pageOf(rows, first)
}

/** People who changed, or whose pictures changed, after a position, removed ones too, in the order of the change. */
export function peopleChangedAfter(read: Sql, after: { position: bigint }): Promise<PersonRow[]> {
  return read<PersonRow>(
    `/* peopleChangedAfter */ ${select}
     where p.id in (
         select id from ${people.sqlName} where position > $1
         union all select person_id from ${tableOf('pictures')} where position > $1
         union all select person_id from ${tableOf('picture_results')} where position > $1)
       and ${position} > $1
     order by ${position}`,
    [after.position],
  )
}

/** The ids of all people. */
export async function allPersonIds(read: Sql): Promise<string[]> {
  const rows = await read<{ id: string }>(
    `/* allPersonIds */ select id from ${people.sqlName} where not removed`,
  )
  return rows.map(row => row.id)
}
