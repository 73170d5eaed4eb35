import type { Sql } from '@sightline/database/sql'
import { type ListedFor, type NameKey, type Page, type PageRequest, pageOf } from '../page.ts'
import { fewOf } from '../scope.ts'
import { selectList } from '../table.ts'
import { type SiteRow, sites } from './table.ts'

export type { SiteRow } from './table.ts'

/** Sites by their ids, in no order; absent ones are left out. */
export function sitesByIds(read: Sql, ids: readonly string[]): Promise<SiteRow[]> {
  return read<SiteRow>(
    `/* sitesByIds */ select ${selectList(sites, 's')} from ${sites.sqlName} s
     where s.id = any($1::uuid[]) and not s.removed`,
    [ids],
  )
}

/** A page of sites by name. */
export async function sitePage(
  read: Sql,
  { first, after, scope }: PageRequest<NameKey> & ListedFor,
): Promise<Page<SiteRow>> {
  const rows = await read<SiteRow>(
    `/* sitePage */ select ${selectList(sites, 's')} from ${sites.sqlName} s
     where not s.removed and ($1::text is null or (s.name, s.id) > ($1, $2::uuid))
       and ($3::uuid[] is null or s.id = any($3))
     order by s.name, s.id limit $4`,
    [after?.name ?? null, after?.id ?? null, fewOf(scope)?.siteIds ?? null, first + 1],
  )
  return pageOf(rows, first)
}
