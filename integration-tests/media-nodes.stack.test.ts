import { randomUUID } from 'node:crypto'
import { streamName } from '@sightline/contracts/stream-names'
import type { EventLog } from '@sightline/event-log/event-log'
import type { SupervisedProcess } from '@sightline/local/processes'
import {
  RenewLeaseDocument,
  ReportStreamEndedDocument,
  ReportStreamReconnectingDocument,
  ResumeTenantDocument,
  SuspendTenantDocument,
} from '@sightline/schema/operations'
import {
  accepted,
  createTenant,
  type LiveCamera,
  startLiveCamera,
  type Tenant,
} from '@sightline/testing/seeding'
import { type System, startSystem } from '@sightline/testing/system'
import { openLog, sightingStories, wholeLog } from '@sightline/testing/whole-log'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type FrameOutcomes, followOutcomes } from './src/frame-outcomes.ts'
import { shortTimings } from './src/short-timings.ts'
import { outcomes, tallyFrames, unaccounted } from './src/tally.ts'

interface Claim {
  nodeId: string
  epoch: number
}

const deaths: string[] = []
/** By the id of the node. */
const nodes = new Map<string, SupervisedProcess<unknown>>()
let system: System
let log: EventLog
let frames: FrameOutcomes
let camera: LiveCamera
let tenant: Tenant

const deadline = { timeout: 60_000, interval: 100 }

beforeAll(async () => {
  system = await startSystem({
    services: ['api', 'projector', 'recognition'],
    // Only who sleeps is to lose its lease, not whoever waits for a processor.
    settings: { ...shortTimings, api: { ...shortTimings.api, LEASE_MS: '8000' } },
    onDied: ({ name }) => deaths.push(name),
  })
  log = await openLog(system)
  frames = await followOutcomes(system)
  const start = async (name: string) => {
    const nodeId = randomUUID()
    const settings = { API_KEY: await system.mediaNodeKey(nodeId) }
    nodes.set(nodeId, await system.startService('media-node', { name, settings }))
  }
  await Promise.all([
    start('one media node'),
    start('other media node'),
    system.startService('recognition', { name: 'other recognition' }),
  ])
  tenant = await createTenant(system, 'Media nodes')
  camera = await startLiveCamera(tenant, { name: 'Entrance', film: 'franck', framesPerSecond: 5 })
})

afterAll(async () => {
  await frames?.close()
  await log?.close()
  await camera?.[Symbol.asyncDispose]()
  await system?.close()
})

const eventsOfStream = async () =>
  (await wholeLog(log)).filter(
    ({ stream }) => stream.startsWith('stream-') && stream.endsWith(camera.streamId),
  )

const claims = async (): Promise<Claim[]> =>
  (await eventsOfStream()).flatMap(event =>
    event.type === 'StreamClaimed' ? [{ nodeId: event.data.nodeId, epoch: event.revision }] : [],
  )

/** Waits until the camera is someone's, in an epoch after this one, and faces are found in that epoch's frames. */
async function holderAfter(epoch: number): Promise<Claim> {
  const claim = await vi.waitFor(async () => {
    const found = (await claims()).at(-1)
    if (!found || found.epoch <= epoch) throw new Error(`no claim after epoch ${epoch}`)
    return found
  }, deadline)
  await vi.waitFor(() => expect(recognisedIn(claim.epoch)).toBeGreaterThan(2), deadline)
  return claim
}

const recognisedIn = (epoch: number) =>
  frames.told.filter(told => told.epoch === epoch && told.record.outcome === 'recognised').length

/** What a node is answered that speaks for an epoch which is over. */
async function reportsInVain({ nodeId, epoch }: Claim): Promise<unknown[]> {
  const client = system.client(await system.identity.mediaNode(nodeId))
  const input = { tenantId: tenant.tenantId, streamId: camera.streamId, epoch }
  const reported = { ...input, commandId: randomUUID() }
  return [
    (await client.request(RenewLeaseDocument, { input })).renewLease,
    (
      await client.request(ReportStreamReconnectingDocument, {
        input: reported,
        reason: 'STALLED',
        detail: 'nobody should read this',
      })
    ).reportStreamReconnecting,
    (await client.request(ReportStreamEndedDocument, { input: reported })).reportStreamEnded,
  ]
}

test('of two media nodes one has the camera', async () => {
  await holderAfter(-1)
  expect(await claims()).toHaveLength(1)
})

// Twice, so that either has been the sleeper.
test.each([['the first'], ['the second']])(
  'a media node that sleeps beyond its lease is followed by the other; %s to wake up changes nothing',
  async () => {
    const sleeper = (await claims()).at(-1)!
    const node = nodes.get(sleeper.nodeId)!
    node.signal('SIGSTOP')
    const follower = await holderAfter(sleeper.epoch)
    expect(follower.nodeId).not.toBe(sleeper.nodeId)
    const before = await eventsOfStream()
    expect(before.map(({ type }) => type)).toContain('StreamNodeLost')

    for (const refused of await reportsInVain(sleeper)) expect(refused).toMatchObject({ code: 'STALE_EPOCH' })
    const asleep = frames.told.length
    node.signal('SIGCONT')
    // What it had sampled before it knew comes late. It is skipped: as of an epoch that is over, or for the follower's
    // frames where they come together.
    const late = () => frames.told.slice(asleep).filter(({ epoch }) => epoch === sleeper.epoch)
    await vi.waitFor(() => expect(late().length).toBeGreaterThan(0), deadline)

    await frames.moreFaces([camera.cameraId], 5)
    expect(recognisedIn(follower.epoch)).toBeGreaterThan(5)
    for (const { record } of late()) expect(record.outcome).toBe('skipped')
    expect((await claims()).at(-1)).toEqual(follower)
    const since = (await eventsOfStream()).slice(before.length)
    expect(since.filter(({ data }) => 'epoch' in data && data.epoch === sleeper.epoch)).toEqual([])
  },
)

test('of a suspended tenant nothing is taken in, and once it is resumed its cameras are watched again', async () => {
  const platform = system.client(await system.identity.system())
  const { tenantId } = tenant
  const before = (await claims()).at(-1)!
  await frames.moreFaces([camera.cameraId], 3)
  const input = { tenantId, reason: 'Unpaid' }
  accepted((await platform.request(SuspendTenantDocument, { input })).suspendTenant)
  await vi.waitFor(async () => {
    expect((await eventsOfStream()).at(-1)!.type).toBe('StreamNodeLost')
    // Nobody watches any more: a frame of the camera would keep its sighting open.
    const sighting = await log.readStream(streamName('sighting', tenantId, camera.cameraId))
    expect(sighting.at(-1)).toMatchObject({ type: 'SightingClosed', data: { reason: 'UNOBSERVED' } })
  }, deadline)
  const taken = frames.told.length
  accepted((await platform.request(ResumeTenantDocument, { input: { tenantId } })).resumeTenant)
  const after = await holderAfter(before.epoch)
  expect(frames.told.slice(taken).filter(({ epoch }) => epoch !== after.epoch)).toEqual([])
})

test('whoever had the camera, its sightings are one after the other and every frame is accounted for', async () => {
  for (const node of nodes.values()) await node.stop()
  await vi.waitFor(async () => {
    const tally = await tallyFrames(system.stack.kafka.brokers)
    expect(unaccounted(tally)).toEqual([])
    expect(outcomes(tally).recognised).toBeGreaterThan(10)
  }, deadline)
  expect(sightingStories(await wholeLog(log), camera.cameraId).length).toBeGreaterThan(0)
  expect(deaths).toEqual([])
})
