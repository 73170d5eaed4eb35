import type { Sql } from '@sightline/database/sql'
import { type Page, type PageRequest, pageOf, type TimeKey } from '../page.ts'
import { selectList, type Table } from '../table.ts'
import { type ApiKeyRow, apiKeys, machineKeys } from './table.ts'

export type { ApiKeyRow } from './table.ts'

/** A page of the keys of the tenant's agents, of one agent where it is given, the newest first. */
export function apiKeyPage(
  read: Sql,
  request: PageRequest<TimeKey> & { subjectId?: string | null | undefined },
): Promise<Page<ApiKeyRow>> {
  return page('apiKeyPage', apiKeys, read, request)
}

/** The same of the machines that serve all tenants. */
export function machineKeyPage(
  read: Sql,
  request: PageRequest<TimeKey> & { subjectId?: string | null | undefined },
): Promise<Page<ApiKeyRow>> {
  return page('machineKeyPage', machineKeys, read, request)
}

async function page(
  statement: string,
  table: Table<ApiKeyRow>,
  read: Sql,
  { subjectId = null, first, after }: PageRequest<TimeKey> & { subjectId?: string | null | undefined },
): Promise<Page<ApiKeyRow>> {
  const rows = await read<ApiKeyRow>(
    `/* ${statement} */ select ${selectList(table, 'k')} from ${table.sqlName} k
     where not k.removed and ($1::uuid is null or k.subject_id = $1)
       and ($2::timestamptz is null or k.issued_at < $2 or k.issued_at = $2 and k.id > $3::uuid)
     order by k.issued_at desc, k.id limit $4`,
    [subjectId, after?.at ?? null, after?.id ?? null, first + 1],
  )
  return pageOf(rows, first)
}
