import { streamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers } from '../../generated/resolvers.ts'
import { rejection } from '../command-result.ts'
import { requirePrincipal } from '../context.ts'
import { noteHeartbeat } from '../presence/presence.ts'
import { changeAgentStatus } from './decisions.ts'
import { evolveAgent, noAgent } from './state.ts'

/** Commands of agents. */
export function agentMutations(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  /** How often an agent is to be heard, ms. */
  heartbeatIntervalMs: number
  now: () => Date
}) {
  const { eventLog, database, heartbeatIntervalMs, now } = deps

  return {
    async heartbeat(_parent, { input: { status } }, context) {
      const { tenantId, id: agentId } = requirePrincipal(context, 'agent')
      const stream = streamName('agent', tenantId, agentId)
      // The last event of an agent's stream says its status: most heartbeats end here.
      const [last] = await eventLog.readStream(stream, { direction: 'backwards', maxCount: 1 })
      if (!last || last.type === 'AgentUnpaired') return rejection('NOT_FOUND', 'There is no such agent.')
      // Noted before the event, so that whatever comes back online is watched from then on.
      await noteHeartbeat(database, { tenantId, agentId, status, at: now() })
      const isSame = last.type === 'AgentStatusChanged' ? last.data.status === status : status === 'OFFLINE'
      if (!isSame) {
        const outcome = await executeCommand(eventLog, {
          stream,
          initial: noAgent,
          evolve: evolveAgent,
          decide: agent => changeAgentStatus(agent, { status }),
          context: context.command(),
        })
        if (outcome.outcome === 'rejected') return rejection(outcome.code, outcome.message)
      }
      return { __typename: 'HeartbeatReceived', nextWithinMs: heartbeatIntervalMs }
    },
  } satisfies MutationResolvers
}
