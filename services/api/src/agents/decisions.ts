import type { AgentEvent, AgentStatus } from '@sightline/contracts/agents'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { AgentPresence, AgentState } from './state.ts'

/** Makes an agent the tenant's, with the credential that its pairing turned into. */
export function pairAgent(
  agent: AgentState,
  input: { credentialId: string; siteId: string; name: string; serial: string },
): AgentEvent[] | Rejected<RejectionCode> {
  if (agent.status === 'unpaired') {
    const { credentialId, siteId, name, serial } = input
    return [{ type: 'AgentPaired', data: { credentialId, siteId, name, serial } }]
  }
  if (agent.credentialId === input.credentialId) return []
  return rejected('ALREADY_PAIRED', 'This agent has been paired already.')
}

/** Takes an agent away from the tenant. It can be paired anew, by whichever tenant. */
export function unpairAgent(agent: AgentState): AgentEvent[] | Rejected<RejectionCode> {
  if (agent.status === 'unpaired') return rejected('NOT_FOUND', 'There is no such agent.')
  return [{ type: 'AgentUnpaired', data: { credentialId: agent.credentialId } }]
}

/** Takes over what an agent says of itself; only another status than the last is an event. */
export function changeAgentStatus(
  agent: AgentPresence,
  input: { status: AgentStatus },
): AgentEvent[] | Rejected<RejectionCode> {
  if (agent.status === 'unpaired') return rejected('NOT_FOUND', 'There is no such agent.')
  if (agent.presence === input.status) return []
  return [{ type: 'AgentStatusChanged', data: { status: input.status } }]
}

/** An agent was silent for too long. `lastHeartbeatAt` is RFC 3339 in UTC with milliseconds. */
export function goOffline(
  agent: AgentPresence,
  input: { lastHeartbeatAt: string },
): AgentEvent[] | Rejected<RejectionCode> {
  if (agent.status === 'unpaired' || agent.presence === 'OFFLINE') return []
  return [{ type: 'AgentWentOffline', data: { lastHeartbeatAt: input.lastHeartbeatAt } }]
}
