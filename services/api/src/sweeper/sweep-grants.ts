import { membersStreamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import { endGrants } from '../members/decisions.ts'
import { forgetGrantEnds, lockTenantWithEndedGrants } from '../members/grant-ends.ts'
import { evolveMembers, noMembers } from '../members/state.ts'
import type { Skipping } from './skipping.ts'
import { sweeperContext } from './system-context.ts'

/**
 * Tells the end of all grants of one tenant whose time has come. Rights are judged by the clock before that already.
 * @returns whether there was one
 */
export async function sweepGrants(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  skipping: Skipping
  now: () => Date
}): Promise<boolean> {
  const { eventLog, database, skipping, now } = deps
  return database.inOps('ops_api', null, async sql => {
    const at = now()
    const tenantId = await lockTenantWithEndedGrants(sql, at, skipping.ids)
    if (!tenantId) return false
    await skipping.guard(tenantId, async () => {
      await executeCommand(eventLog, {
        stream: membersStreamName(tenantId),
        initial: noMembers,
        evolve: evolveMembers,
        decide: state => endGrants(state, at),
        context: sweeperContext(tenantId, at),
        personal: 'erased',
      })
      await forgetGrantEnds(sql, tenantId, at)
    })
    return true
  })
}
