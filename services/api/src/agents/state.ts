import type { AgentEvent, AgentStatus } from '@sightline/contracts/agents'
import { streamName } from '@sightline/contracts/stream-names'
import type { Recorded } from '@sightline/event-log/recorded-event'
import type { StreamReader } from '../fold.ts'

/** Whose an agent is, as its stream tells it. */
export type AgentState = { status: 'unpaired' } | { status: 'paired'; credentialId: string; siteId: string }

/** An agent that nobody has paired, or that was unpaired. */
export const noAgent = { status: 'unpaired' } as const

/** What an event makes of the state. */
export function evolveAgent(state: AgentState, event: AgentEvent): AgentState {
  switch (event.type) {
    case 'AgentPaired': {
      const { credentialId, siteId } = event.data
      return { status: 'paired', credentialId, siteId }
    }
    case 'AgentUnpaired':
      return noAgent
    default:
      return state
  }
}

/** Whether an agent is there: what it said last of itself, or what was found of it; OFFLINE until its first heartbeat. */
export type AgentPresence = { status: 'unpaired' } | { status: 'paired'; presence: AgentStatus }

/** What an event makes of an agent's presence: what was before doesn't matter. */
export function evolvePresence(_before: AgentPresence, event: AgentEvent): AgentPresence {
  switch (event.type) {
    case 'AgentPaired':
    case 'AgentWentOffline':
      return { status: 'paired', presence: 'OFFLINE' }
    case 'AgentStatusChanged':
      return { status: 'paired', presence: event.data.status }
    case 'AgentUnpaired':
      return noAgent
  }
}

/** The newest event of an agent, if there is any: it says all of its presence, and an agent's life has thousands. */
export async function newestOfAgent(
  eventLog: StreamReader,
  { tenantId, agentId }: { tenantId: string; agentId: string },
): Promise<Recorded<AgentEvent>[]> {
  const stream = streamName('agent', tenantId, agentId)
  const newest = await eventLog.readStream(stream, { direction: 'backwards', maxCount: 1 })
  return newest as Recorded<AgentEvent>[]
}
