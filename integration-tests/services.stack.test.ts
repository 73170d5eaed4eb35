import type { EventLog } from '@sightline/event-log/event-log'
import { freePort } from '@sightline/local/ports'
import {
  type CameraFieldsFragment,
  CamerasChangedDocument,
  CamerasDocument,
  SightingPageDocument,
  SightingsDocument,
} from '@sightline/schema/operations'
import { createTenant, type LiveCamera, startLiveCamera, type Tenant } from '@sightline/testing/seeding'
import { type ServiceName, type System, startSystem } from '@sightline/testing/system'
import { type Watch, watch } from '@sightline/testing/watch'
import { openLog, sightingStories, wholeLog } from '@sightline/testing/whole-log'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CommandLoad, startCommandLoad } from './src/command-load.ts'
import { type FrameOutcomes, followOutcomes } from './src/frame-outcomes.ts'
import { allPages } from './src/pages.ts'
import { shortTimings } from './src/short-timings.ts'
import { outcomes, tallyFrames, unaccounted } from './src/tally.ts'

const deaths: string[] = []
let system: System
let tenant: Tenant
let log: EventLog
let load: CommandLoad
let frames: FrameOutcomes
let camera: LiveCamera
let cameras: Watch<CameraFieldsFragment>

/** Commands are answered and their rows shown, and faces are found in the camera's frames. */
async function everythingGoesOn(): Promise<void> {
  const before = load.answered.length
  await Promise.all([
    vi.waitFor(() => expect(load.answered.length).toBeGreaterThan(before + 20), 60_000),
    frames.moreFaces([camera.cameraId]),
    cameras.until('the live camera', () => cameras.rows.get(camera.cameraId)?.stream?.status === 'LIVE'),
  ])
  const made = load.answered.filter(({ makes }) => makes === 'camera').map(({ id }) => id)
  await cameras.until('the cameras that were registered', () => made.every(id => cameras.rows.has(id)))
}

const killed = async (service: ServiceName, meanwhile: () => Promise<unknown> = async () => undefined) => {
  await system.process(service).kill()
  await meanwhile()
  await system.process(service).restart()
}

beforeAll(async () => {
  system = await startSystem({
    settings: shortTimings,
    // Where its clients find it again.
    port: await freePort(),
    onDied: ({ name }) => deaths.push(name),
  })
  tenant = await createTenant(system, 'Services')
  log = await openLog(system)
  frames = await followOutcomes(system)
  camera = await startLiveCamera(tenant, { name: 'Entrance', film: 'franck' })
  cameras = watch(tenant.client, CamerasChangedDocument, {}, data => data.camerasChanged)
  load = startCommandLoad(tenant)
  await everythingGoesOn()
})

afterAll(async () => {
  await load?.stop()
  cameras?.close()
  await frames?.close()
  await log?.close()
  await camera?.[Symbol.asyncDispose]()
  await system?.close()
})

test('frames are recognised while the API is dead, and its clients come back to it', async () => {
  await killed('api', () => frames.moreFaces([camera.cameraId]))
  await everythingGoesOn()
})

test('commands are answered while the projector is dead, and their rows come when it is back', async () => {
  await killed('projector', async () => {
    const before = load.answered.length
    await vi.waitFor(() => expect(load.answered.length).toBeGreaterThan(before + 20), 60_000)
  })
  await everythingGoesOn()
})

test('a media node that was killed takes its camera again, in a new epoch', async () => {
  const epoch = frames.told.at(-1)!.epoch
  await killed('media-node')
  await everythingGoesOn()
  // Frames from before its death may be recognised after it.
  await vi.waitFor(() => expect(frames.told.at(-1)!.epoch).toBeGreaterThan(epoch), 60_000)
})

test('recognition that was killed goes on with the sighting that is open', async () => {
  await killed('recognition')
  await everythingGoesOn()
})

test('what the subscriptions amount to is what the queries answer, each row once', async () => {
  await load.stop()
  const { client } = tenant
  const sightings = watch(client, SightingsDocument, {}, data => data.sightings)
  await vi.waitFor(async () => {
    const rows = await allPages(async place => (await client.request(CamerasDocument, place)).cameras)
    expect(cameras.rows.size).toBe(rows.length)
    for (const row of rows) expect(cameras.rows.get(row.id)).toEqual(row)
  }, 30_000)
  await vi.waitFor(async () => {
    const rows = await allPages(async place => (await client.request(SightingPageDocument, place)).sightings)
    expect([...sightings.rows.keys()].sort()).toEqual(rows.map(({ id }) => id).sort())
  }, 30_000)
  sightings.close()

  // What nothing happened to after its registration is told once in each connection, whatever broke meanwhile.
  const quiet = load.answered.filter(({ makes }) => makes === 'camera').map(({ id }) => id)
  expect(cameras.arrivals.filter(({ change }) => change.replaces).length).toBeGreaterThan(1)
  const told = new Map<string, number>()
  for (const { change } of cameras.arrivals) {
    if (change.replaces) told.clear()
    for (const { id } of change.changed) told.set(id, (told.get(id) ?? 0) + 1)
  }
  expect(quiet.filter(id => told.get(id) !== 1)).toEqual([])
})

test('no answered command is lost or doubled, and no sighting opened twice', async () => {
  const events = await wholeLog(log)
  const made = events.filter(({ type }) => type === 'SiteCreated' || type === 'CameraRegistered')
  const answered = load.answered.map(
    ({ commandId, makes, id }) => `${commandId} ${makes}-${tenant.tenantId}.${id}`,
  )
  const told = made.map(({ metadata, stream }) => `${metadata.commandId} ${stream}`)
  expect(answered.filter(one => !told.includes(one))).toEqual([])
  // Beside the load's own: the first site and the camera.
  expect(made).toHaveLength(answered.length + 2)
  expect(sightingStories(events, camera.cameraId).length).toBeGreaterThan(0)
})

test('every frame that was published is recognised, or skipped for a reason', async () => {
  await system.process('media-node').stop()
  await vi.waitFor(
    async () => {
      const tally = await tallyFrames(system.stack.kafka.brokers)
      expect(unaccounted(tally)).toEqual([])
      expect(outcomes(tally).recognised).toBeGreaterThan(10)
    },
    { timeout: 30_000, interval: 500 },
  )
  expect(deaths).toEqual([])
})
