import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AgentsChangedDocument, PairAgentDocument, UnpairAgentDocument } from '@sightline/schema/operations'
import { accepted, createTenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { afterAll, expect, test, vi } from 'vitest'
import { filesBelow, findInFiles, needlesOfText } from './src/search.ts'

const system = await startSystem({
  services: ['api', 'projector', 'agent'],
  settings: {
    api: { HEARTBEAT_INTERVAL_MS: '500', SWEEP_INTERVAL_MS: '200' },
    agent: { PAIRING_POLL_MS: '200' },
  },
})
afterAll(() => system.close())
const tenant = await createTenant(system, 'Harbour')
const agents = watch(tenant.client, AgentsChangedDocument, {}, data => data.agentsChanged)
afterAll(() => agents.close())

const logOf = (name: string) => readFileSync(join(system.stack.logs, `${name}.log`), 'utf8')
const pairingCodes = () =>
  Array.from(logOf('agent').matchAll(/"pairingCode":"([0-9]{6})"/g), match => match[1]!)
const seen = (status: string) =>
  agents.until(
    `an agent that is ${status}`,
    rows => rows.length === 1 && rows[0]!.status === status && rows[0]!,
  )
const stateFile = join(system.environmentOf('agent').STATE_FOLDER!, 'agent.json')

test('an agent shows its code, is paired, and is there', async () => {
  const code = await vi.waitFor(() => pairingCodes().at(-1) ?? expect.fail('no code is shown'), 30_000)
  const { client, siteId } = tenant
  accepted((await client.request(PairAgentDocument, { input: { code, siteId } })).pairAgent)
  const agent = await seen('ONLINE')
  expect(agent).toMatchObject({ name: 'Demo agent', serial: 'SL-0001', site: { id: siteId } })
})

test('an agent that is killed goes offline, and comes back as itself', async () => {
  const codes = pairingCodes().length
  const before = await seen('ONLINE')
  await system.process('agent').kill()
  await seen('OFFLINE')
  await system.process('agent').restart()
  expect((await seen('ONLINE')).id).toBe(before.id)
  expect(pairingCodes()).toHaveLength(codes)
})

test('an agent that leaves says so', async () => {
  await seen('ONLINE')
  await system.process('agent').stop()
  await seen('OFFLINE')
  expect(logOf('agent')).not.toContain('left without a word')
  await system.process('agent').restart()
  await seen('ONLINE')
})

test('an agent finds its API again, whatever happened to it', async () => {
  await seen('ONLINE')
  const { port } = new URL(system.url)
  await system.process('api').kill()
  await system.startService('api', { name: 'api again', settings: { PORT: port } })
  await vi.waitFor(() => expect(logOf('agent')).toContain('the API is reached again'), 30_000)
  await system.process('agent').kill()
  await seen('OFFLINE')
  await system.process('agent').restart()
  await seen('ONLINE')
})

test('an agent that is unpaired is gone, shows a code again, and can be paired anew', async () => {
  const { client, siteId } = tenant
  const { id: agentId } = await seen('ONLINE')
  const codes = pairingCodes().length
  accepted((await client.request(UnpairAgentDocument, { input: { agentId } })).unpairAgent)
  await agents.until('no agent', rows => rows.length === 0)
  await vi.waitFor(() => expect(pairingCodes().length).toBeGreaterThan(codes), 30_000)
  const input = { code: pairingCodes().at(-1)!, siteId }
  accepted((await client.request(PairAgentDocument, { input })).pairAgent)
  expect((await seen('ONLINE')).id).toBe(agentId)
})

test("an agent's secret is in its file and nowhere else", async () => {
  const { secret } = JSON.parse(readFileSync(stateFile, 'utf8')) as { secret: string }
  expect(statSync(stateFile).mode & 0o777).toBe(0o600)
  const hash = Buffer.from(secret, 'base64url').toString('hex')
  for (const name of ['agent', 'api', 'api again', 'projector']) {
    expect(logOf(name)).not.toContain(secret)
    expect(logOf(name)).not.toContain(hash)
  }
  expect(
    findInFiles(filesBelow(await system.stack.eventStore.files()), needlesOfText('secret', secret)),
  ).toEqual([])
})
