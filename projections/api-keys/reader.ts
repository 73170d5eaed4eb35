import type { Sql } from '@sightline/database/sql'
import { type Page, type PageRequest, pageOf, type TimeKey } from '../page.ts'
import { selectList } from '../table.ts'
import { type ApiKeyRow, apiKeys } from './table.ts'

export type { ApiKeyRow } from './table.ts'

/** A page of machines' keys, of one machine where it is given, the newest first. */
export async function apiKeyPage(
  read: Sql,
  { subjectId = null, first, after }: PageRequest<TimeKey> & { subjectId?: string | null | undefined },
): Promise<Page<ApiKeyRow>> {
  const rows = await read<ApiKeyRow>(
    `/* apiKeyPage */ select ${selectList(apiKeys, 'k')} from ${apiKeys.sqlName} k
     where not k.removed and ($1::uuid is null or k.subject_id = $1)
       and ($2::timestamptz is null or k.issued_at < $2 or k.issued_at = $2 and k.id > $3::uuid)
     order by k.issued_at desc, k.id limit $4`,
    [subjectId, after?.at ?? null, after?.id ?? null, first + 1],
  )
  return pageOf(rows, first)
}
