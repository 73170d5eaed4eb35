import type { Sql } from '@sightline/database/sql'
import { type Page, type PageRequest, pageOf, type TimeKey } from '../page.ts'
import { selectList } from '../table.ts'
import { type SessionRow, sessions } from './table.ts'

export type { SessionRow } from './table.ts'

/** A page of a user's sessions in the tenant, the newest first. */
export async function sessionPage(
  read: Sql,
  { userId, first, after }: PageRequest<TimeKey> & { userId: string },
): Promise<Page<SessionRow>> {
  const rows = await read<SessionRow>(
    `/* sessionPage */ select ${selectList(sessions, 's')} from ${sessions.sqlName} s
     where not s.removed and s.user_id = $1
       and ($2::timestamptz is null or s.started_at < $2 or s.started_at = $2 and s.id > $3::uuid)
     order by s.started_at desc, s.id limit $4`,
    [userId, after?.at ?? null, after?.id ?? null, first + 1],
  )
  return pageOf(rows, first)
}
