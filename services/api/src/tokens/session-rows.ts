import type { SessionEnd } from '@sightline/contracts/users'
import type { Sql } from '@sightline/database/sql'

/** A session as its row has it. */
export interface SessionRow {
  sessionId: string
  userId: string
  /** Null for a system administrator's. */
  tenantId: string | null
  startedAt: Date
  lastUsedAt: Date
  expiresAt: Date
  /** The end that is to be told, where it has ended. */
  endedAs: SessionEnd | null
}

/** What became of a refresh token that was shown. */
export type Rotated =
  | { outcome: 'rotated'; session: SessionRow }
  /** Another tab of the same browser was faster: its answer set the cookie that counts now. */
  | { outcome: 'refreshed' }
  /** The session is over, or never was. */
  | { outcome: 'over' }
  /** Somebody shows a token that was replaced: two have it. */
  | { outcome: 'reused' }

/** So long the token before the present one is answered `refreshed`: tabs share the cookie. */
const SHARED_FOR_MS = 10_000

/** So long a token can be had again whose answer was lost. */
const LOST_FOR_MS = 60_000

/** Notes a session whose refresh token has this hash. */
export async function insertSession(
  sql: Sql,
  session: {
    sessionId: string
    userId: string
    tenantId: string | null
    hash: Uint8Array
    now: Date
    expiresAt: Date
  },
): Promise<void> {
  const { sessionId, userId, tenantId, hash, now, expiresAt } = session
  await sql(
    `/* insertSession */ insert into ops.sessions
       (session_id, user_id, tenant_id, token_hash, started_at, last_used_at, expires_at)
     values ($1, $2, $3, $4, $5, $5, $6)`,
    [sessionId, userId, tenantId, hash, now, expiresAt],
  )
}

/**
 * Replaces a session's refresh token by its successor, in one conditional update: of all who show the same one at once
 * one is answered with the successor. Where that answer was lost, the token before is answered once more, if it is shown
 * again after the tabs' time and the successor was never used; then the lost successor counts no longer.
 */
export async function rotateSession(
  sql: Sql,
  shown: { sessionId: string; hash: Uint8Array; successor: Uint8Array; now: Date },
): Promise<Rotated> {
  const { sessionId, hash, successor, now } = shown
  const sharedSince = new Date(now.getTime() - SHARED_FOR_MS)
  const lostSince = new Date(now.getTime() - LOST_FOR_MS)
  const rotated = await sql<Row>(
    `/* rotateSession */ update ops.sessions
     set token_hash = $3, previous_hash = $2, rotated_at = $4, last_used_at = $4, resent = token_hash <> $2
     where session_id = $1 and ended_as is null and expires_at > $4
       and (token_hash = $2
         or (previous_hash = $2 and not resent and rotated_at <= $5 and rotated_at > $6))
     returning ${COLUMNS}`,
    [sessionId, hash, successor, now, sharedSince, lostSince],
  )
  if (rotated[0]) return { outcome: 'rotated', session: sessionOf(rotated[0]) }
  const [found] = await sql<Pick<Row, 'ended_as' | 'expires_at'> & { shared: boolean }>(
    `/* shownSession */ select ended_as, expires_at, coalesce(previous_hash = $2 and rotated_at > $3, false) as shared
     from ops.sessions where session_id = $1`,
    [sessionId, hash, sharedSince],
  )
  if (!found || found.ended_as !== null || found.expires_at <= now) return { outcome: 'over' }
  return { outcome: found.shared ? 'refreshed' : 'reused' }
}

/** Marks a session as ended, so that nothing is given for it any more; undefined where it isn't open. */
export async function markSessionEnded(
  sql: Sql,
  sessionId: string,
  endedAs: SessionEnd,
): Promise<SessionRow | undefined> {
  const [row] = await sql<Row>(
    `/* markSessionEnded */ update ops.sessions set ended_as = $2
     where session_id = $1 and ended_as is null returning ${COLUMNS}`,
    [sessionId, endedAs],
  )
  return row && sessionOf(row)
}

/** Locks one session that has ended and whose row is still there, or whose time is over. */
export async function lockEndedSession(
  sql: Sql,
  now: Date,
  except: readonly string[],
): Promise<SessionRow | undefined> {
  const [row] = await sql<Row>(
    `/* lockEndedSession */ select ${COLUMNS} from ops.sessions
     where (ended_as is not null or expires_at <= $1) and session_id <> all($2::uuid[])
     order by expires_at limit 1 for update skip locked`,
    [now, except],
  )
  return row && sessionOf(row)
}

/** Removes the row of a session whose end is in the log. */
export async function deleteSession(sql: Sql, sessionId: string): Promise<void> {
  await sql('/* deleteSession */ delete from ops.sessions where session_id = $1', [sessionId])
}

/** The sessions that are open, the newest first; of one user where they are named. */
export async function openSessions(
  sql: Sql,
  { userId, now }: { userId: string | null; now: Date },
): Promise<SessionRow[]> {
  const rows = await sql<Row>(
    `/* openSessions */ select ${COLUMNS} from ops.sessions
     where ended_as is null and expires_at > $1 and ($2::uuid is null or user_id = $2)
     order by started_at desc limit 1000`,
    [now, userId],
  )
  return rows.map(sessionOf)
}

const COLUMNS = 'session_id, user_id, tenant_id, started_at, last_used_at, expires_at, ended_as'

interface Row {
  session_id: string
  user_id: string
  tenant_id: string | null
  started_at: Date
  last_used_at: Date
  expires_at: Date
  ended_as: SessionEnd | null
}

function sessionOf(row: Row): SessionRow {
  return {
    sessionId: row.session_id,
    userId: row.user_id,
    tenantId: row.tenant_id,
    startedAt: row.started_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    endedAs: row.ended_as,
  }
}
