import { setTimeout as wait } from 'node:timers/promises'
import type { EventLog } from '@sightline/event-log/event-log'
import {
  CamerasChangedDocument,
  CamerasDocument,
  SightingPageDocument,
  SightingsDocument,
  SitesDocument,
  StopStreamDocument,
} from '@sightline/schema/operations'
import {
  accepted,
  createTenant,
  demoPeople,
  enrol,
  type LiveCamera,
  startLiveCamera,
  type Tenant,
} from '@sightline/testing/seeding'
import { type System, startSystem } from '@sightline/testing/system'
import { type Watch, watch } from '@sightline/testing/watch'
import { type LogWitness, openLog, sightingStories, wholeLog, witnessLog } from '@sightline/testing/whole-log'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type CommandLoad, startCommandLoad } from './src/command-load.ts'
import { type FrameOutcomes, followOutcomes } from './src/frame-outcomes.ts'
import { allPages } from './src/pages.ts'
import { shortTimings } from './src/short-timings.ts'
import { outcomes, tallyFrames, unaccounted } from './src/tally.ts'

const deaths: string[] = []
const cameras: LiveCamera[] = []
let system: System
let tenant: Tenant
let log: EventLog
let witness: LogWitness
let load: CommandLoad
let frames: FrameOutcomes
let streams: Watch<{ id: string; stream?: { status: string } | null }>

/** How long a store is away: longer than a heartbeat of anybody, shorter than the patience of a client. */
const OUTAGE_MS = 1_500

const cameraIds = () => cameras.map(({ cameraId }) => cameraId)

/** Everything goes on: commands are answered and their rows shown, faces are found in the frames of both cameras. */
async function everythingGoesOn(): Promise<void> {
  const before = load.answered.length
  await Promise.all([
    vi.waitFor(() => expect(load.answered.length).toBeGreaterThan(before + 20), 60_000),
    frames.moreFaces(cameraIds()),
    streams.until('two live cameras', rows => rows.filter(row => row.stream?.status === 'LIVE').length === 2),
  ])
  const made = load.answered.filter(({ makes }) => makes === 'camera').map(({ id }) => id)
  await streams.until('the cameras that were registered', () => made.every(id => streams.rows.has(id)))
  expect(deaths).toEqual([])
}

beforeAll(async () => {
  system = await startSystem({ settings: shortTimings, onDied: ({ name }) => deaths.push(name) })
  tenant = await createTenant(system, 'Stores')
  log = await openLog(system)
  witness = witnessLog(log)
  frames = await followOutcomes(system)
  await enrol(system, tenant, 'Franck', demoPeople()[0]!.files)
  cameras.push(await startLiveCamera(tenant, { name: 'Entrance', film: 'franck' }))
  cameras.push(await startLiveCamera(tenant, { name: 'Yard', film: 'cap12' }))
  streams = watch(tenant.client, CamerasChangedDocument, {}, data => data.camerasChanged)
  load = startCommandLoad(tenant)
  await everythingGoesOn()
})

afterAll(async () => {
  await load?.stop()
  streams?.close()
  await frames?.close()
  await witness?.close()
  await log?.close()
  for (const camera of cameras) await camera[Symbol.asyncDispose]()
  await system?.close()
})

test.each([
  ['the event store', 'eventStore'],
  ['Kafka', 'kafka'],
  ['PostgreSQL', 'postgres'],
] as const)('when %s was killed and is back, everything goes on by itself', async (_, part) => {
  await system.stack[part].kill()
  await wait(OUTAGE_MS)
  await system.stack[part].restart()
  await everythingGoesOn()
})

test('when a camera was unplugged and is back, its frames and the sightings go on', async () => {
  const [entrance] = cameras
  const { cameraId } = entrance!
  const sightings = watch(tenant.client, SightingsDocument, { cameraId }, data => data.sightings)
  const before = await sightings.until('an open sighting', rows => rows.find(row => row.status === 'OPEN'))
  await entrance!.camera.kill()
  await streams.until('a camera that is tried again', rows =>
    rows.some(row => row.id === cameraId && row.stream?.status === 'RECONNECTING'),
  )
  await sightings.until('the end of the sighting', rows =>
    rows.some(row => row.id === before.id && row.status === 'UNOBSERVED'),
  )
  await entrance!.camera.restart()
  const next = await sightings.until('its continuation', rows =>
    rows.find(row => row.previousSightingId === before.id),
  )
  expect(next.person?.name).toBe('Franck')
  sightings.close()
  await everythingGoesOn()
})

test('what was answered is in the log once, with its row, and no event is lost or doubled', async () => {
  await load.stop()
  for (const { cameraId, streamId } of cameras) {
    accepted((await tenant.client.request(StopStreamDocument, { input: { cameraId, streamId } })).stopStream)
  }
  await streams.until('two ended streams', rows => rows.every(row => row.stream?.status !== 'LIVE'))
  await vi.waitFor(async () => {
    for (const id of cameraIds())
      expect(sightingStories(await wholeLog(log), id).at(-1)?.ended).not.toBeNull()
  }, 30_000)

  const events = await wholeLog(log)
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
  await vi.waitFor(() => expect(witness.seen.length).toBeGreaterThanOrEqual(events.length), 30_000)
  expect(witness.seen.slice(0, events.length).map(({ id }) => id)).toEqual(events.map(({ id }) => id))

  const made = events.filter(({ type }) => type === 'SiteCreated' || type === 'CameraRegistered')
  const ofCommand = Map.groupBy(made, ({ metadata }) => metadata.commandId)
  for (const { commandId, makes, id } of load.answered) {
    const streamsOf = ofCommand.get(commandId)?.map(({ stream }) => stream)
    expect(streamsOf, `of ${JSON.stringify({ commandId, makes, id })}`).toEqual([
      `${makes}-${tenant.tenantId}.${id}`,
    ])
  }
  // Beside the load's own: the first site and the two cameras.
  expect(made).toHaveLength(load.answered.length + 3)
  expect(load.answered.filter(({ attempts }) => attempts > 1).length).toBeGreaterThan(0)

  const idsOf = (type: string) =>
    events
      .filter(event => event.type === type)
      .map(({ stream }) => stream.split('.')[1]!)
      .sort()
  const atLeast = load.answered.at(-1)!.position
  const { client } = tenant
  const sites = await allPages(
    async place => (await client.request(SitesDocument, { ...place, atLeast })).sites,
  )
  expect(sites.map(({ id }) => id).sort()).toEqual(idsOf('SiteCreated'))
  const rows = await allPages(async place => (await client.request(CamerasDocument, place)).cameras)
  expect(rows.map(({ id }) => id).sort()).toEqual(idsOf('CameraRegistered'))
  expect([...streams.rows.keys()].sort()).toEqual(idsOf('CameraRegistered'))
})

test('there is one sighting after the other, each with its row', async () => {
  const events = await wholeLog(log)
  const stories = cameraIds().flatMap(id => {
    const ofCamera = sightingStories(events, id)
    // Who was not watched for a while is the same when they are back.
    for (const [index, { ended }] of ofCamera.slice(0, -1).entries()) {
      if (ended === 'UNOBSERVED')
        expect(ofCamera[index + 1]!.previousSightingId).toBe(ofCamera[index]!.sightingId)
    }
    return ofCamera
  })
  await vi.waitFor(async () => {
    const rows = await allPages(
      async place => (await tenant.client.request(SightingPageDocument, place)).sightings,
    )
    expect(rows.map(({ id }) => id).sort()).toEqual(stories.map(({ sightingId }) => sightingId).sort())
    expect(rows.some(({ status }) => status === 'OPEN')).toBe(false)
  }, 30_000)
})

test('every frame that was published is recognised, or skipped for a reason', async () => {
  await vi.waitFor(
    async () => {
      const tally = await tallyFrames(system.stack.kafka.brokers)
      expect(unaccounted(tally)).toEqual([])
      expect(outcomes(tally).recognised).toBeGreaterThan(40)
    },
    { timeout: 30_000, interval: 500 },
  )
  expect(deaths).toEqual([])
})
