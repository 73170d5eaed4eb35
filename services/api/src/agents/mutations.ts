import { streamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers } from '../../generated/resolvers.ts'
import { rejection } from '../command-result.ts'
import { requirePrincipal } from '../context.ts'
import { noteHeartbeat } from '../presence/presence.ts'
import { changeAgentStatus } from './decisions.ts'
import { type AgentPresence, evolvePresence, newestOfAgent, noAgent } from './state.ts'

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
      const read = () => newestOfAgent(eventLog, { tenantId, agentId })
      const before = (await read()).reduce<AgentPresence>(evolvePresence, noAgent)
      if (before.status === 'unpaired') return rejection('NOT_FOUND', 'There is no such agent.')
      // Noted before the event, so that whatever comes back online is watched from then on.
      await noteHeartbeat(database, { tenantId, agentId, status, at: now() })
      // Most heartbeats end here.
      if (before.presence !== status) {
        const outcome = await executeCommand(eventLog, {
          stream: streamName('agent', tenantId, agentId),
          initial: noAgent,
          evolve: evolvePresence,
          read,
          decide: agent => changeAgentStatus(agent, { status }),
          context: context.command(),
        })
        if (outcome.outcome === 'rejected') return rejection(outcome.code, outcome.message)
      }
      return { __typename: 'HeartbeatReceived', nextWithinMs: heartbeatIntervalMs }
    },
  } satisfies MutationResolvers
}
