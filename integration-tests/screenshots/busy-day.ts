import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { FrameRef } from '@sightline/contracts/sightings'
import { streamName } from '@sightline/contracts/stream-names'
import type { StreamEvent, VideoFormat } from '@sightline/contracts/streams'
import { createDataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase } from '@sightline/database/database'
import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import type { EventContext } from '@sightline/event-log/recorded-event'
import {
  type CameraFilm,
  cameraFilm,
  evaluationFaceModels,
  stillPicture,
  stillsOfFranck,
} from '@sightline/local/assets'
import { createLogger } from '@sightline/logging/logging'
import { newTraceparent } from '@sightline/logging/traceparent'
import { createFolderObjects } from '@sightline/objects/folder-objects'
import { cropsOf } from '@sightline/recognition/faces/finder'
import { readModelSet, referenceTo } from '@sightline/recognition/faces/model-set'
import { createFacePool } from '@sightline/recognition/faces/pool'
import { createGalleries } from '@sightline/recognition/galleries/galleries'
import { sha256Of } from '@sightline/recognition/galleries/vector-bytes'
import { decisionBasis, observedFaces } from '@sightline/recognition/sightings/decision-records'
import { makeEvents, sightingStream } from '@sightline/recognition/sightings/sighting-events'
import {
  AgentsChangedDocument,
  CreateSiteDocument,
  EnrolPersonDocument,
  PairAgentDocument,
  RegisterCameraDocument,
  StartStreamDocument,
} from '@sightline/schema/operations'
import { accepted, addPicture, demoPeople, enrol, type Tenant } from '@sightline/testing/seeding'
import type { System } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { shownPairingCode } from '../src/pairing-code.ts'

const baseline: VideoFormat = {
  codec: 'H264',
  profile: 'Constrained Baseline',
  width: 640,
  height: 360,
  reencoded: false,
}

/** What becomes of a camera's stream, as a media node reports it. */
type Fate = readonly StreamEvent[]

const live: Fate = [{ type: 'StreamWentLive', data: { epoch: 0, video: baseline } }]

const cameras: readonly {
  name: string
  site: 'first' | 'second'
  fate: Fate | 'never started' | 'waiting'
}[] = [
  { name: 'Main entrance', site: 'first', fate: live },
  { name: 'Reception', site: 'first', fate: live },
  {
    name: 'Staff door',
    site: 'first',
    fate: [
      {
        type: 'StreamWentLive',
        data: { epoch: 0, video: { ...baseline, width: 1920, height: 1080, reencoded: true } },
      },
    ],
  },
  {
    name: 'Loading bay',
    site: 'second',
    fate: [...live, { type: 'StreamReconnecting', data: { epoch: 0, reason: 'STALLED', detail: '' } }],
  },
  {
    name: 'Car park',
    site: 'second',
    fate: [
      {
        type: 'StreamFailed',
        data: { epoch: 0, reason: 'B_FRAMES', detail: 'The profile is High, level 4.1.' },
      },
    ],
  },
  { name: 'Corridor', site: 'second', fate: 'waiting' },
  {
    name: 'Second floor, east wing, emergency staircase between the archive and the reading room',
    site: 'second',
    fate: 'never started',
  },
]

/** A picture in which somebody is seen, at which camera, how long ago, s; whether they are there still. */
interface Scene {
  picture: Buffer
  camera: string
  secondsAgo: number
  still: boolean
}

/** A frame of a film at a moment, s, as a JPEG. */
function frameOf(film: CameraFilm, at: number): Buffer {
  const args = ['-v', 'error', '-ss', String(at), '-i', cameraFilm(film), '-frames:v', '1', '-q:v', '3']
  return execFileSync('ffmpeg', [...args, '-f', 'image2pipe', '-c:v', 'mjpeg', '-'], {
    maxBuffer: 32 * 1024 * 1024,
  })
}

async function scenes(): Promise<Scene[]> {
  const enrolled = new Set(demoPeople().flatMap(({ files }) => files))
  const franck = stillsOfFranck().filter(file => !enrolled.has(file))
  const pictures = [
    ...(await Promise.all(franck.map(file => readFile(file)))),
    await readFile(stillPicture('audrey_crop.jpg')),
    await readFile(stillPicture('cage2_crop.jpg')),
    ...[1, 3, 5, 7].map(at => frameOf('cap12', at)),
    ...[1, 3, 5].map(at => frameOf('cap13', at)),
    ...[2, 6].map(at => frameOf('franck', at)),
  ]
  const places = ['Main entrance', 'Reception', 'Staff door', 'Loading bay']
  // Mixed by a fixed stride, so that the page looks the same each time and neighbours differ.
  return pictures.map((_, index) => ({
    picture: pictures[(index * 7) % pictures.length]!,
    camera: places[index % places.length]!,
    secondsAgo: 20 + index * 420 + (index > 11 ? 80_000 : 0),
    still: index < 3,
  }))
}

/**
 * Fills a tenant with a day's events: two sites, people with accepted and refused pictures, cameras in every state,
 * and sightings that the real models found in real pictures. What a media node would report is appended to the log.
 */
export async function fillBusyDay(system: System, tenant: Tenant): Promise<void> {
  const logger = createLogger({ name: 'screenshots', level: 'error' })
  const environment = system.environmentOf('api')
  const database = createDatabase({
    connection: {
      host: environment.POSTGRES_HOST!,
      port: Number(environment.POSTGRES_PORT),
      database: environment.POSTGRES_DATABASE!,
    },
    roles: { ops_keys: environment.POSTGRES_PASSWORD_OPS_KEYS! },
    logger,
  })
  const dataKeys = createDataKeys({ database, masterKey: createMasterKey(environment.MASTER_KEY!) })
  const log = await openEventLog({
    connectionString: environment.ESDB_URL!,
    dataKeys,
    logger,
    create: false,
  })
  try {
    const placed = await registerCameras(tenant, log)
    await enrolPeople(system, tenant)
    await pairAgents(system, tenant)
    // It would end the day's open sightings, since no frames come.
    await system.process('recognition').stop()
    await seePeople(system, tenant, { log, dataKeys, placed, logger })
  } finally {
    await log.close()
    await database.close()
  }
}

interface Placed {
  cameraId: string
  siteId: string
  streamId: string
}

async function registerCameras(tenant: Tenant, log: EventLog): Promise<Map<string, Placed>> {
  const { client } = tenant
  const second = accepted(
    (await client.request(CreateSiteDocument, { input: { name: 'Warehouse North' } })).createSite,
  )
  const placed = new Map<string, Placed>()
  for (const { name, site, fate } of cameras) {
    const siteId = site === 'first' ? tenant.siteId : second.id
    const { id: cameraId } = accepted(
      (
        await client.request(RegisterCameraDocument, {
          input: { siteId, name, address: `rtsp://viewer:secret@192.0.2.${placed.size + 10}:554/stream1` },
        })
      ).registerCamera,
    )
    const streamId = randomUUID()
    placed.set(name, { cameraId, siteId, streamId })
    if (fate === 'never started') continue
    accepted((await client.request(StartStreamDocument, { input: { cameraId, streamId } })).startStream)
    if (fate === 'waiting') continue
    const commandId = randomUUID()
    const metadata: EventContext = {
      tenantId: tenant.tenantId,
      actor: { principal: 'media_node', id: randomUUID(), sessionId: null },
      commandId,
      correlationId: commandId,
      causationId: commandId,
      occurredAt: new Date().toISOString(),
      traceparent: newTraceparent(),
    }
    const claimed: StreamEvent = {
      type: 'StreamClaimed',
      data: { cameraId, siteId, session: 1, nodeId: metadata.actor.id },
    }
    await log.append(
      streamName('stream', tenant.tenantId, streamId),
      'no_stream',
      [claimed, ...fate].map(event => ({ ...event, id: randomUUID(), metadata })),
    )
  }
  return placed
}

/** Two real agents, of which one has left. */
async function pairAgents(system: System, tenant: Tenant): Promise<void> {
  for (const [index, name] of ['Gatehouse', 'Archive cellar'].entries()) {
    const agent = await system.startService('agent', {
      name: `agent-${index}`,
      settings: {
        AGENT_NAME: name,
        AGENT_SERIAL: `SL-100${index + 1}`,
        STATE_FOLDER: `${system.environmentOf('agent').STATE_FOLDER}-${index}`,
      },
    })
    const code = await shownPairingCode(agent.logFile)
    accepted(
      (await tenant.client.request(PairAgentDocument, { input: { code, siteId: tenant.siteId } })).pairAgent,
    )
    const agents = watch(tenant.client, AgentsChangedDocument, {}, data => data.agentsChanged)
    const status = (wanted: (status: string) => boolean) =>
      agents.until(`the agent ${name}`, rows => rows.some(row => row.name === name && wanted(row.status)))
    await status(now => now !== 'OFFLINE')
    if (index > 0) {
      await agent.stop()
      await status(now => now === 'OFFLINE')
    }
    agents.close()
  }
}

async function enrolPeople(system: System, tenant: Tenant): Promise<void> {
  for (const { name, files } of demoPeople()) await enrol(system, tenant, name, files)
  const { client } = tenant
  const longName = 'Maria Magdalena Konstantinidou-Wolfeschlegelsteinhausen von und zu Hohenstein'
  const { id } = accepted(
    (await client.request(EnrolPersonDocument, { input: { name: longName } })).enrolPerson,
  )
  // No photograph of a face: recognition says so.
  await addPicture(system, tenant, id, stillPicture('icon_happy.png'))
  accepted((await client.request(EnrolPersonDocument, { input: { name: 'Jo' } })).enrolPerson)
}

async function seePeople(
  system: System,
  tenant: Tenant,
  {
    log,
    dataKeys,
    placed,
    logger,
  }: {
    log: EventLog
    dataKeys: ReturnType<typeof createDataKeys>
    placed: ReadonlyMap<string, Placed>
    logger: ReturnType<typeof createLogger>
  },
): Promise<void> {
  const modelSet = readModelSet()
  const model = referenceTo(modelSet)
  const weightsFolder = dirname(evaluationFaceModels().detect)
  const pool = createFacePool({ modelSet, weightsFolder, workers: 1, pictureTimeoutMs: 20_000, log: logger })
  await pool.start()
  try {
    const galleries = createGalleries({ model, dimension: modelSet.embedder.dimension, dataKeys, logger })
    for await (const events of log.readAll({ after: null, live: false })) {
      for (const event of events) await galleries.apply(event)
    }
    const gallery = galleries.of(tenant.tenantId)
    const basis = decisionBasis(model, gallery, modelSet.policy)
    const writing = {
      dataKeys,
      objects: createFolderObjects(system.objectsFolder),
      personKeyOf: galleries.keyOf,
      recogniserId: randomUUID(),
    }
    const revisions = new Map<string, number>()
    const now = Date.now()
    // In the order in which they happened.
    for (const scene of (await scenes()).toReversed()) {
      const { cameraId, siteId, streamId } = placed.get(scene.camera)!
      const camera = { tenantId: tenant.tenantId, cameraId }
      const found = await pool.findFaces(scene.picture, { crops: true })
      if (found.status !== 'examined') throw new Error(`a picture of the day is ${found.status}`)
      const [face] = observedFaces(found.finding, gallery, modelSet.policy).filter(
        ({ embedding }) => embedding,
      )
      if (!face) continue
      const stream = sightingStream(camera)
      const revision = revisions.get(stream) ?? -1
      const watermark = { session: 1, epoch: 0, sequence: (revision + 2) * 100 }
      const at = (seconds: number): FrameRef => ({
        streamId,
        ...watermark,
        capturedAt: new Date(now - scene.secondsAgo * 1000 + seconds * 1000).toISOString(),
        frameSha256: sha256Of(scene.picture),
      })
      const sightingId = randomUUID()
      const best = face.candidates[0]
      const matched = face.outcome === 'MATCHED' && best
      const opened = {
        type: 'opened' as const,
        sightingId,
        firstFrame: at(0),
        decidingFrame: at(0.5),
        subject: matched
          ? { kind: 'person' as const, personId: best.personId }
          : { kind: 'unknown' as const },
        face,
        previousSightingId: null,
        watermark,
        open: [sightingId],
      }
      const closed = {
        type: 'closed' as const,
        sightingId,
        lastSeenAt: at(14).capturedAt,
        frames: 28,
        reason: 'LEFT' as const,
        watermark,
        open: [],
      }
      const events = await makeEvents(
        { ...writing, now: () => new Date(opened.decidingFrame.capturedAt) },
        camera,
        scene.still ? [opened] : [opened, closed],
        { crops: cropsOf(found.finding), basis, siteId, traceparent: newTraceparent() },
      )
      const appended = await log.append(stream, revision === -1 ? 'no_stream' : revision, events)
      revisions.set(stream, appended.revision)
    }
  } finally {
    await pool.close()
  }
}
