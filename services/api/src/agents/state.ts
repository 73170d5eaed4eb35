import type { AgentEvent, AgentStatus } from '@sightline/contracts/agents'

/** An agent of a tenant as its stream tells it. */
export type AgentState =
  | { status: 'unpaired' }
  | {
      status: 'paired'
      credentialId: string
      siteId: string
      /** What it said last of itself, or what was found of it; OFFLINE until its first heartbeat. */
      presence: AgentStatus
    }

/** An agent that nobody has paired, or that was unpaired. */
export const noAgent: AgentState = { status: 'unpaired' }

/** What an event makes of the state. */
export function evolveAgent(state: AgentState, event: AgentEvent): AgentState {
  switch (event.type) {
    case 'AgentPaired':
      return {
        status: 'paired',
        credentialId: event.data.credentialId,
        siteId: event.data.siteId,
        presence: 'OFFLINE',
      }
    case 'AgentStatusChanged':
      return state.status === 'paired' ? { ...state, presence: event.data.status } : state
    case 'AgentWentOffline':
      return state.status === 'paired' ? { ...state, presence: 'OFFLINE' } : state
    case 'AgentUnpaired':
      return noAgent
  }
}
