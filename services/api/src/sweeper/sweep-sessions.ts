import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import { deleteSession, lockEndedSession } from '../tokens/session-rows.ts'
import { tellSessionEnded } from '../tokens/sessions.ts'
import type { Skipping } from './skipping.ts'
import { sweeperContext } from './system-context.ts'

/**
 * Tells the end of one session whose time is over, or whose end was noted by somebody who was interrupted before it was
 * in the log.
 * @returns whether there was one
 */
export async function sweepSession(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  skipping: Skipping
  now: () => Date
}): Promise<boolean> {
  const { eventLog, database, skipping, now } = deps
  return database.inOps('ops_api', null, async sql => {
    const at = now()
    const session = await lockEndedSession(sql, at, skipping.ids)
    if (!session) return false
    await skipping.guard(session.sessionId, async () => {
      await tellSessionEnded(eventLog, session, sweeperContext(null, at))
      await deleteSession(sql, session.sessionId)
    })
    return true
  })
}
