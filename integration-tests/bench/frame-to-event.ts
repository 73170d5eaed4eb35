import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { streamName } from '@sightline/contracts/stream-names'
import type { EventLog } from '@sightline/event-log/event-log'
import { cameraFilm } from '@sightline/local/assets'
import { createLogger } from '@sightline/logging/logging'
import { SightingsDocument } from '@sightline/schema/operations'
import { framesOf } from '@sightline/testing/film-frames'
import { type HeldStream, holdStream } from '@sightline/testing/held-streams'
import { createTenant, demoPeople, enrol, startLiveCamera, type Tenant } from '@sightline/testing/seeding'
import { type System, startSystem } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { connectKafka } from '@sightline/topics/connection'
import { createFramePublisher, type FramePublisher } from '@sightline/topics/publish-frames'
import { topicNames } from '@sightline/topics/topics'
import { openLog } from './appending.ts'
import { type DiskProbe, openDiskProbe } from './disk.ts'
import { atMost, type Figure, type Section } from './figure.ts'
import { type FramesSeen, followFrames, type SeenFrame } from './frames-seen.ts'
import { percentile } from './percentiles.ts'
import { listenToWakes, now, type ReadModelWakes } from './read-model-wakes.ts'
import { arrivalsAtRecogniser } from './recogniser-log.ts'
import { measureRecognition } from './recognition-throughput.ts'
import { type StolenTime, watchStolenTime } from './stolen-time.ts'

/** Half of them see Franck, who is enrolled, half somebody unknown. */
const CAMERAS = 150
/**
 * Cameras before these, which don't count: like the networks alone, every process runs warm before it is measured
 * (connections are open, code is compiled).
 */
const WARM_UP_CAMERAS = 30
/** Two agreeing frames open a sighting; the third is for when one of them shows no usable face. */
const FRAMES_EACH = 3
const FRAME_EVERY_MS = 500
/** One camera begins after another: ten frames a second at most. */
const CAMERA_EVERY_MS = 300
const SAMPLED_FRAMES = 30

/** The way of a frame that opened a sighting; wall clock, ms. */
interface Journey {
  /** Whether the host ran something else between arrival and event. */
  disturbed: boolean
  capturedAt: number
  onBrokerAt: number
  arrivedAt: number
  decidedAt: number
  createdAt: number
  projectedAt: number
  deliveredAt: number
}

type Hop = Exclude<keyof Journey, 'disturbed'>

/** What was seen of the frames, and how long the disk took for something meanwhile, ms. */
interface Seen {
  journeys: readonly Journey[]
  /** Of the first sighting after the start. */
  first: Journey | undefined
  sampled: readonly SeenFrame[]
  disk: readonly number[]
}

/** From a frame's arrival at the recogniser until its event is in the store, and every hop around it. */
export const frameToEvent: Section = {
  name: 'frame',
  title: 'From a frame to its event and on',
  async measure(progress) {
    // On both sides of the frames, so that what the machine does besides meets the networks too.
    progress('the networks alone')
    const before = await measureRecognition(4)
    const seen = await followJourneys(progress)
    progress('the networks alone')
    const after = await measureRecognition(4)
    return figuresOf(seen, [...before.modelsAloneMs, ...after.modelsAloneMs])
  },
}

async function followJourneys(progress: (step: string) => void): Promise<Seen> {
  await using system = await startSystem({
    services: ['api', 'projector', 'recognition'],
    settings: { api: { LEASE_MS: '600000' } },
    onProgress: step => progress(`starting ${step}`),
  })
  const tenant = await createTenant(system, 'Bench')
  const log = await openLog(system)
  try {
    progress('enrolling three people')
    for (const { name, files } of demoPeople()) await enrol(system, tenant, name, files)
    progress(`starting ${WARM_UP_CAMERAS + CAMERAS} streams`)
    const streams = await holdStreams(system, tenant, log)
    await using disk = await openDiskProbe(join(system.stack.folder, 'fdatasync'))
    progress(`${streams.length * FRAMES_EACH} frames`)
    const played = await play({ system, tenant, streams, disk })
    // Read from the topic's beginning and only now: a second reader would compete with the recogniser.
    await using frames = await followFrames(system)
    await waitFor('the frames', 30_000, () => frames.frames.length >= streams.length * FRAMES_EACH)
    const journeysAt = (some: readonly HeldStream[]) =>
      journeysOf({ tenant, log, streams: some, frames: frames.frames, played })
    const journeys = await journeysAt(streams.slice(WARM_UP_CAMERAS))
    const [first] = await journeysAt(streams.slice(0, 1))
    progress('frames of a camera')
    const sampled = await sampleFrames(system, tenant, frames)
    return { journeys, first, sampled, disk: disk.samples }
  } finally {
    await log.close()
  }
}

async function holdStreams(system: System, tenant: Tenant, log: EventLog): Promise<HeldStream[]> {
  const nodeId = randomUUID()
  const node = { nodeId, client: system.client(await system.mediaNode(nodeId)) }
  const held: HeldStream[] = []
  for (let index = 0; index < WARM_UP_CAMERAS + CAMERAS; index++)
    held.push(await holdStream(tenant, node, log, `Camera ${index}`))
  return held
}

/** What was seen from outside while the frames were played; wall clock, ms. */
interface Played {
  beganAt: number
  /** By sighting id. */
  arrivals: ReadonlyMap<string, number>
  /** By sighting id. */
  delivered: ReadonlyMap<string, number>
  wakes: Pick<ReadModelWakes, 'projectedAt'>
  stolen: Pick<StolenTime, 'wasBetween'>
}

/** Publishes every camera's frames at their time and waits until their sightings are delivered. */
async function play(options: {
  system: System
  tenant: Tenant
  streams: readonly HeldStream[]
  disk: DiskProbe
}): Promise<Played> {
  const { system, tenant, streams, disk } = options
  const films = await Promise.all(
    (['franck', 'cap12'] as const).map(film =>
      framesOf(cameraFilm(film), { framesPerSecond: 2, count: FRAMES_EACH }),
    ),
  )
  const publisher = createFramePublisher({
    kafka: connectKafka({
      brokers: system.stack.kafka.brokers,
      clientId: 'bench',
      logger: createLogger({ name: 'bench', level: 'error' }),
    }),
    topic: topicNames('').frames,
  })
  await using wakes = await listenToWakes(system)
  using stolen = watchStolenTime()
  const shown = watch(tenant.client, SightingsDocument, {}, data => data.sightings)
  try {
    const beganAt = now()
    const cameras = streams.map(async (stream, index) => {
      await wait(index * CAMERA_EVERY_MS)
      await publishFilm(publisher, stream, films[index % films.length]!)
    })
    // Between the frames, so that the disk's own time is that of the same seconds.
    const probing = new AbortController()
    const probed = probe(disk, probing.signal)
    await Promise.all(cameras)
    await shown.until(
      'a sighting at nearly every camera',
      rows => rows.length >= streams.length * 0.9,
      15_000,
    )
    probing.abort()
    await probed
    const delivered = new Map<string, number>()
    for (const { change, at } of shown.arrivals)
      for (const { id } of change.changed) if (!delivered.has(id)) delivered.set(id, at.getTime())
    const arrivals = arrivalsAtRecogniser(system.process('recognition').logFile)
    return { beganAt, arrivals, delivered, wakes, stolen }
  } finally {
    shown.close()
    await publisher.close()
  }
}

async function journeysOf(options: {
  tenant: Tenant
  log: EventLog
  streams: readonly HeldStream[]
  frames: readonly SeenFrame[]
  played: Played
}): Promise<Journey[]> {
  const { tenant, log, streams, frames, played } = options
  const journeys: Journey[] = []
  for (const { cameraId } of streams) {
    const events = await log.readStream(streamName('sighting', tenant.tenantId, cameraId))
    const opened = events.find(event => event.type === 'SightingOpened')
    if (opened?.type !== 'SightingOpened' || opened.created.getTime() < played.beganAt) continue
    const { sightingId, decidingFrame } = opened.data
    const frame = frames.find(
      ({ attributes }) => attributes.cameraId === cameraId && attributes.sequence === decidingFrame.sequence,
    )
    const arrivedAt = played.arrivals.get(sightingId)
    const deliveredAt = played.delivered.get(sightingId)
    if (!frame || arrivedAt === undefined || deliveredAt === undefined) continue
    const createdAt = opened.created.getTime()
    journeys.push({
      disturbed: played.stolen.wasBetween(arrivedAt, createdAt),
      capturedAt: Date.parse(frame.attributes.capturedAt),
      onBrokerAt: frame.appendedAt,
      arrivedAt,
      decidedAt: Date.parse(opened.metadata.occurredAt),
      createdAt,
      projectedAt: played.wakes.projectedAt(opened.position) ?? deliveredAt,
      deliveredAt,
    })
  }
  return journeys
}

async function publishFilm(publisher: FramePublisher, stream: HeldStream, film: readonly Buffer[]) {
  for (const jpeg of film) {
    void publisher.publishFrame(stream.nextFrame(), jpeg)
    await wait(FRAME_EVERY_MS)
  }
}

async function probe(disk: DiskProbe, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await disk.sync()
    await wait(100)
  }
}

/** Frames that a real media node takes of a real camera. */
async function sampleFrames(system: System, tenant: Tenant, frames: FramesSeen): Promise<SeenFrame[]> {
  await system.startService('media-node')
  await using camera = await startLiveCamera(tenant, { name: 'Real', film: 'franck', framesPerSecond: 10 })
  const ofCamera = () => frames.frames.filter(({ attributes }) => attributes.cameraId === camera.cameraId)
  await waitFor('frames of a real camera', 30_000, () => ofCamera().length >= SAMPLED_FRAMES)
  return ofCamera()
}

async function waitFor(what: string, timeoutMs: number, isThere: () => boolean): Promise<void> {
  for (const deadline = now() + timeoutMs; !isThere(); await wait(100))
    if (now() > deadline) throw new Error(`${what} did not come within ${timeoutMs} ms`)
}

function figuresOf({ journeys, first, sampled, disk }: Seen, networks: readonly number[]): Figure[] {
  const both = (name: string, durations: readonly number[]): Figure[] =>
    ([0.5, 0.99] as const).map(share => ({
      name: `${name}, p${share * 100}`,
      value: percentile(durations, share),
      unit: 'ms',
    }))
  const hop = (name: string, from: Hop, to: Hop, some = journeys) =>
    both(
      name,
      some.map(journey => journey[to] - journey[from]),
    )
  const whole = hop(`arrival at the recogniser → event (${journeys.length})`, 'arrivedAt', 'createdAt')
  const undisturbed = journeys.filter(({ disturbed }) => !disturbed)
  const sync = percentile(disk, 0.99)
  const alone = networks.reduce((sum, ms) => sum + ms, 0) / networks.length
  const limit = alone + 2 * sync + 25
  const p99 = whole[1]!
  p99.reference = { name: 'the networks alone', value: alone, unit: 'ms' }
  p99.bound = atMost(
    p99.value,
    limit,
    `networks + 2 × fdatasync p99 ${sync.toFixed(1)} + 25 ms = ${limit.toFixed(1)} ms`,
  )
  return [
    ...whole,
    ...hop(
      `  while the host stole no time from this machine (${undisturbed.length})`,
      'arrivedAt',
      'createdAt',
      undisturbed,
    ),
    ...(first
      ? [
          {
            name: '  the first after the start',
            value: first.createdAt - first.arrivedAt,
            unit: 'ms' as const,
          },
        ]
      : []),
    // How much of the distance to the bound is the machine's own unrest.
    { name: '  the networks alone, p99', value: percentile(networks, 0.99), unit: 'ms' },
    ...both(
      `  sample: arrival at a media node → broker (${sampled.length})`,
      sampled.map(({ attributes, appendedAt }) => appendedAt - Date.parse(attributes.capturedAt)),
    ),
    ...hop('  Kafka: sent → broker', 'capturedAt', 'onBrokerAt'),
    ...hop('  Kafka: broker → recogniser', 'onBrokerAt', 'arrivedAt'),
    ...hop('  recognise: arrival → decision', 'arrivedAt', 'decidedAt'),
    ...hop('  append: decision → crop and event stored', 'decidedAt', 'createdAt'),
    ...hop('  project: event → rows', 'createdAt', 'projectedAt'),
    ...hop('  deliver: rows → subscription', 'projectedAt', 'deliveredAt'),
  ]
}
