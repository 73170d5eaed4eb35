import { streamName } from '@sightline/contracts/stream-names'
import { appendRaw } from '@sightline/event-log/test-raw-append'
import { expect, test } from 'vitest'
import { eventually, useTestApi } from '../test-api.ts'

const api = await useTestApi({ heartbeatIntervalMs: 10_000, sweepIntervalMs: 100 })

async function pairedAgent() {
  const person = await api.person()
  const agent = await api.pairedAgent(person, await api.createSite(person))
  const events = async () => (await api.eventTypes('agent', person.tenantId, agent.agentId)).slice(1)
  const stream = streamName('agent', person.tenantId, agent.agentId)
  return { ...agent, events, stream }
}

test('heartbeats cost no event unless the status changed', async () => {
  const agent = await pairedAgent()
  for (let beat = 0; beat < 5; beat++) {
    expect(await api.heartbeat(agent.token, 'ONLINE')).toEqual({
      __typename: 'HeartbeatReceived',
      nextWithinMs: 10_000,
    })
  }
  expect(await agent.events()).toEqual(['AgentStatusChanged'])
  await api.heartbeat(agent.token, 'IDLE')
  await api.heartbeat(agent.token, 'IDLE')
  expect(await agent.events()).toEqual(['AgentStatusChanged', 'AgentStatusChanged'])
})

test('an agent that misses three heartbeats goes offline once, and comes back with the next', async () => {
  const agent = await pairedAgent()
  await api.heartbeat(agent.token, 'ONLINE')
  await api.eventuallyInTime(async () => {
    expect(await agent.events()).toEqual(['AgentStatusChanged', 'AgentWentOffline'])
  })
  // The event is in the log before the row is committed.
  await eventually(async () => {
    const rows = await api.database.inOps('ops_api', null, sql =>
      sql('/* presenceRow */ select status from ops.agent_presence where agent_id = $1', [agent.agentId]),
    )
    expect(rows).toEqual([{ status: 'OFFLINE' }])
  })
  await api.heartbeat(agent.token, 'ONLINE')
  expect(await agent.events()).toEqual(['AgentStatusChanged', 'AgentWentOffline', 'AgentStatusChanged'])
})

test('an agent that says OFFLINE is not found missing', async () => {
  const leaving = await pairedAgent()
  await api.heartbeat(leaving.token, 'ONLINE')
  await api.heartbeat(leaving.token, 'OFFLINE')
  const silent = await pairedAgent()
  await api.heartbeat(silent.token, 'ONLINE')
  await api.eventuallyInTime(async () => expect(await silent.events()).toContain('AgentWentOffline'))
  expect(await leaving.events()).toEqual(['AgentStatusChanged', 'AgentStatusChanged'])
})

test('an agent whose stream can not be read does not keep the others from going offline', async () => {
  const broken = await pairedAgent()
  await api.heartbeat(broken.token, 'ONLINE')
  const malformed = { type: 'AgentStatusChanged', data: { status: 7 }, metadata: {} }
  await appendRaw(api.eventStoreUrl, broken.stream, malformed, 1n)
  const silent = await pairedAgent()
  await api.heartbeat(silent.token, 'ONLINE')
  await api.eventuallyInTime(async () => expect(await silent.events()).toContain('AgentWentOffline'))
})
