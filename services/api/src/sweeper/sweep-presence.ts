import { streamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import { goOffline } from '../agents/decisions.ts'
import { evolvePresence, newestOfAgent, noAgent } from '../agents/state.ts'
import { lockSilentAgent, noteOffline } from '../presence/presence.ts'
import type { Skipping } from './skipping.ts'
import { sweeperContext } from './system-context.ts'

/** So many heartbeats in a row make an agent offline. */
export const MISSED_HEARTBEATS = 3

/**
 * Takes one agent that missed its heartbeats offline. The row stays locked until the event is in the log: a
 * heartbeat waits, and then finds the agent offline.
 * @returns whether there was one
 */
export async function sweepAgent(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  heartbeatIntervalMs: number
  skipping: Skipping
  now: () => Date
}): Promise<boolean> {
  const { eventLog, database, heartbeatIntervalMs, skipping, now } = deps
  return database.inOps('ops_api', null, async sql => {
    const at = now()
    const cutoff = new Date(at.getTime() - MISSED_HEARTBEATS * heartbeatIntervalMs)
    const agent = await lockSilentAgent(sql, cutoff, skipping.ids)
    if (!agent) return false
    const { tenantId, agentId } = agent
    const lastHeartbeatAt = agent.lastHeartbeatAt.toISOString()
    await skipping.guard(agentId, async () => {
      await executeCommand(eventLog, {
        stream: streamName('agent', tenantId, agentId),
        initial: noAgent,
        evolve: evolvePresence,
        read: () => newestOfAgent(eventLog, agent),
        decide: state => goOffline(state, { lastHeartbeatAt }),
        context: sweeperContext(tenantId, at),
      })
      await noteOffline(sql, agent)
    })
    return true
  })
}
