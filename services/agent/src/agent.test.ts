import { createLogger } from '@sightline/logging/logging'
import { afterEach, expect, test, vi } from 'vitest'
import { type Agent, createAgent, type ShownCode } from './agent.ts'
import type { AgentApi, HeartbeatAnswer, PairingAnswer } from './api.ts'

/** A busy machine lets us stand still for seconds. */
const soon = { timeout: 20_000 }
const logger = createLogger({ name: 'agent', level: 'silent' })
let agent: Agent | undefined
afterEach(() => agent?.close())

/** An API that answers what its fields say. */
function scriptedApi() {
  const script = {
    heartbeat: (): HeartbeatAnswer => ({ kind: 'not paired' }),
    pairing: (): PairingAnswer => code('123456'),
    heard: [] as string[],
    requests: 0,
    polls: 0,
    closed: false,
  }
  const api: AgentApi = {
    async heartbeat(status) {
      script.polls += 1
      const answer = script.heartbeat()
      if (answer.kind === 'heard') script.heard.push(status)
      return answer
    },
    async requestPairing() {
      script.requests += 1
      return script.pairing()
    },
    close() {
      script.closed = true
    },
  }
  return { script, api }
}

/** Waits until the agent has looked a few times more. */
async function morePolls(script: { polls: number }) {
  const before = script.polls
  await vi.waitFor(() => expect(script.polls).toBeGreaterThan(before + 4), soon)
}

const code = (digits: string): PairingAnswer => ({
  kind: 'code',
  code: digits,
  expiresAt: new Date('2026-01-31T12:05:00.000Z'),
  lastsMs: 300_000,
})

function startAgent(api: AgentApi, monotonic = () => 0) {
  const shown: ShownCode[] = []
  agent = createAgent({
    api,
    name: 'Gate box',
    serial: 'SN-1',
    pairingPollMs: 5,
    status: () => 'ONLINE',
    onPairingCode: code => shown.push(code),
    logger,
    monotonic,
  })
  agent.start()
  return { agent, shown }
}

test('it shows one code until it is paired, and is heard from then on', async () => {
  const { script, api } = scriptedApi()
  const { agent, shown } = startAgent(api)
  await vi.waitFor(() => expect(script.polls).toBeGreaterThan(5), soon)
  expect(shown.map(({ code }) => code)).toEqual(['123456'])
  expect(agent.phase).toEqual({ phase: 'waiting to be paired', code: '123456' })
  script.heartbeat = () => ({ kind: 'heard', nextWithinMs: 5 })
  await vi.waitFor(() => expect(script.heard.length).toBeGreaterThan(3), soon)
  expect(agent.phase).toMatchObject({ phase: 'paired' })
  expect(script.requests).toBe(1)
})

test('it asks for another code before the one that is shown runs out', async () => {
  const { script, api } = scriptedApi()
  let now = 0
  const { shown } = startAgent(api, () => now)
  await vi.waitFor(() => expect(shown).toHaveLength(1), soon)
  script.pairing = () => code('654321')
  now = 294_000
  await morePolls(script)
  expect(shown).toHaveLength(1)
  now = 295_000
  await vi.waitFor(() => expect(shown.map(({ code }) => code)).toEqual(['123456', '654321']), soon)
})

test('with a clock that is years off it does not ask for codes all the time', async () => {
  const { script, api } = scriptedApi()
  script.pairing = () => ({ kind: 'code', code: '1', expiresAt: new Date(0), lastsMs: -1e12 })
  startAgent(api)
  await vi.waitFor(() => expect(script.polls).toBeGreaterThan(10), soon)
  expect(script.requests).toBe(1)
})

test('an API that is away is tried again, and the agent goes on where it was', async () => {
  const { script, api } = scriptedApi()
  script.heartbeat = () => {
    throw new Error('away')
  }
  const { agent, shown } = startAgent(api)
  expect(agent.phase).toEqual({ phase: 'new' })
  script.heartbeat = () => ({ kind: 'not paired' })
  await vi.waitFor(() => expect(shown).toHaveLength(1), soon)
})

test('it waits when it asked too often', async () => {
  const { script, api } = scriptedApi()
  script.pairing = () => ({ kind: 'too many requests' })
  let now = 0
  const { shown } = startAgent(api, () => now)
  await vi.waitFor(() => expect(script.requests).toBe(1), soon)
  script.pairing = () => code('123456')
  await morePolls(script)
  expect(script.requests).toBe(1)
  now = 31_000
  await vi.waitFor(() => expect(shown).toHaveLength(1), soon)
})

test('an agent that is not paired any more shows a code again', async () => {
  const { script, api } = scriptedApi()
  script.heartbeat = () => ({ kind: 'heard', nextWithinMs: 5 })
  const { shown } = startAgent(api)
  await vi.waitFor(() => expect(script.heard.length).toBeGreaterThan(0), soon)
  script.heartbeat = () => ({ kind: 'not paired' })
  await vi.waitFor(() => expect(shown).toHaveLength(1), soon)
})

test('it says OFFLINE when it leaves, and nothing afterwards', async () => {
  const { script, api } = scriptedApi()
  script.heartbeat = () => ({ kind: 'heard', nextWithinMs: 5 })
  const { agent } = startAgent(api)
  await vi.waitFor(() => expect(script.heard.length).toBeGreaterThan(0), soon)
  await agent.close()
  await agent.close()
  expect(script.heard.at(-1)).toBe('OFFLINE')
  expect(script.heard.filter(status => status === 'OFFLINE')).toHaveLength(1)
  expect(script.closed).toBe(true)
  expect(agent.phase).toEqual({ phase: 'closed' })
})

test('it leaves although the API does not answer', async () => {
  const { script, api } = scriptedApi()
  script.heartbeat = () => ({ kind: 'heard', nextWithinMs: 5 })
  const { agent } = startAgent(api)
  await vi.waitFor(() => expect(script.heard.length).toBeGreaterThan(0), soon)
  api.heartbeat = () => new Promise(() => {})
  await agent.close()
  expect(agent.phase).toEqual({ phase: 'closed' })
})

test('an agent that nobody paired leaves without a word', async () => {
  const { script, api } = scriptedApi()
  const { agent, shown } = startAgent(api)
  await vi.waitFor(() => expect(shown).toHaveLength(1), soon)
  await agent.close()
  expect(script.heard).toEqual([])
})
