import { type AgentEvent, agentStatus } from '@sightline/contracts/agents'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changeAgentStatus, goOffline, pairAgent, unpairAgent } from './decisions.ts'
import { type AgentPresence, type AgentState, evolveAgent, evolvePresence, noAgent } from './state.ts'

const pairing = {
  credentialId: '0190b8a0-0000-7000-8000-000000000001',
  siteId: '0190b8a0-0000-7000-8000-000000000002',
  name: 'Gate box',
  serial: 'SN-1',
}
const paired = { type: 'AgentPaired', data: pairing } as const
const said = (status: 'ONLINE' | 'IDLE' | 'OFFLINE') =>
  ({ type: 'AgentStatusChanged', data: { status } }) as const
const lastHeartbeatAt = '2026-01-31T12:00:00.000Z'
const unpaired = { type: 'AgentUnpaired', data: { credentialId: pairing.credentialId } } as const
const wentOffline = { type: 'AgentWentOffline', data: { lastHeartbeatAt } } as const

function given(...events: AgentEvent[]): AgentState {
  return events.reduce(evolveAgent, noAgent)
}

/** By its newest event alone, as it is read. */
function after(...events: AgentEvent[]): AgentPresence {
  return events.slice(-1).reduce<AgentPresence>(evolvePresence, noAgent)
}

test('an agent is paired', () => {
  expect(pairAgent(noAgent, pairing)).toEqual([paired])
})

test('pairing with the same credential again changes nothing', () => {
  expect(pairAgent(given(paired), pairing)).toEqual([])
})

test('a paired agent can not be paired with another credential', () => {
  const other = { ...pairing, credentialId: '0190b8a0-0000-7000-8000-00000000000f' }
  expect(pairAgent(given(paired), other)).toMatchObject({ rejected: 'ALREADY_PAIRED' })
})

test('an agent is unpaired, and can then be paired anew', () => {
  expect(unpairAgent(given(paired, said('ONLINE'), wentOffline))).toEqual([unpaired])
  const again = { ...pairing, credentialId: '0190b8a0-0000-7000-8000-00000000000f' }
  expect(pairAgent(given(paired, unpaired), again)).toEqual([{ type: 'AgentPaired', data: again }])
})

test('an agent that is not paired can not be unpaired, and has no status', () => {
  for (const events of [[], [paired, unpaired]]) {
    expect(unpairAgent(given(...events))).toMatchObject({ rejected: 'NOT_FOUND' })
    expect(changeAgentStatus(after(...events), { status: 'ONLINE' })).toMatchObject({ rejected: 'NOT_FOUND' })
    expect(goOffline(after(...events), { lastHeartbeatAt })).toEqual([])
  }
})

test('a first heartbeat tells a status', () => {
  expect(changeAgentStatus(after(paired), { status: 'ONLINE' })).toEqual([said('ONLINE')])
})

test('the same status again is no event', () => {
  expect(changeAgentStatus(after(paired, said('ONLINE')), { status: 'ONLINE' })).toEqual([])
})

test('an agent that was never paired has no status', () => {
  expect(changeAgentStatus(noAgent, { status: 'ONLINE' })).toMatchObject({ rejected: 'NOT_FOUND' })
})

test('a silent agent goes offline', () => {
  expect(goOffline(after(paired, said('ONLINE')), { lastHeartbeatAt })).toEqual([wentOffline])
})

test('an agent that is offline does not go offline again', () => {
  expect(goOffline(after(paired, said('ONLINE'), wentOffline), { lastHeartbeatAt })).toEqual([])
  expect(goOffline(after(paired, said('OFFLINE')), { lastHeartbeatAt })).toEqual([])
  expect(goOffline(after(paired), { lastHeartbeatAt })).toEqual([])
})

test('an agent that is heard again is what it says', () => {
  const agent = after(paired, said('ONLINE'), wentOffline)
  expect(changeAgentStatus(agent, { status: 'ONLINE' })).toEqual([said('ONLINE')])
})

test('whatever is heard or missed, an event always changes the status', () => {
  const step = fc.oneof(
    fc.constantFrom(...agentStatus.options).map(status => ({ kind: 'heard' as const, status })),
    fc.constant({ kind: 'missed' as const }),
  )
  fc.assert(
    fc.property(fc.array(step), steps => {
      let agent = after(paired)
      for (const step of steps) {
        const decision =
          step.kind === 'heard' ? changeAgentStatus(agent, step) : goOffline(agent, { lastHeartbeatAt })
        if ('rejected' in decision) throw new Error('a paired agent is refused nothing')
        const next = decision.reduce(evolvePresence, agent)
        const before = agent.status === 'paired' && agent.presence
        const status = next.status === 'paired' && next.presence
        expect(status).toBe(step.kind === 'heard' ? step.status : 'OFFLINE')
        expect(decision).toHaveLength(before === status ? 0 : 1)
        agent = next
      }
    }),
  )
})
