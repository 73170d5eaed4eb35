import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SightlineEvent } from '@sightline/contracts/events'
import type { FrameAttributes } from '@sightline/contracts/frames'
import { uploadedPictureKey } from '@sightline/contracts/people'
import type { PictureEvent } from '@sightline/contracts/pictures'
import type { SightingEvent } from '@sightline/contracts/sightings'
import { streamName, type TenantCategory } from '@sightline/contracts/stream-names'
import { createDataKeys, type DataKeys } from '@sightline/data-keys/data-keys'
import { sealBytes } from '@sightline/data-keys/encryption'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase } from '@sightline/database/database'
import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import type { Recorded } from '@sightline/event-log/recorded-event'
import { type SupervisedProcess, startProcess } from '@sightline/local/processes'
import type { TestDatabase } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { createFolderObjects } from '@sightline/objects/folder-objects'
import type { Objects } from '@sightline/objects/objects'
import { connectKafka } from '@sightline/topics/connection'
import { type Detection, followDetections } from '@sightline/topics/follow-detections'
import { createFramePublisher } from '@sightline/topics/publish-frames'
import { ensureTopics } from '@sightline/topics/topics'
import { vi } from 'vitest'
import { weightsFolder } from './faces/test-pictures.ts'
import { sha256Of } from './galleries/vector-bytes.ts'
import { sightingStream } from './sightings/sighting-events.ts'

/** What a test's recognisers stand on, and the doors through which the rest of the product would act. */
export type TestWorld = AsyncDisposable & {
  log: EventLog
  dataKeys: DataKeys
  objects: Objects
  tenantId: string
  /** Starts the service as its own process, with its settings changed by `environment`. Ended with the world. */
  startRecogniser(environment?: Record<string, string>): Promise<SupervisedProcess<unknown>>
  /** A registered camera whose stream runs and is claimed. */
  startCamera(): Promise<TestCamera>
  enrolPerson(): Promise<TestPerson>
  detections(): readonly Detection[]
}

export interface TestPerson {
  personId: string
  keyId: string
  /** Adds a picture as the API does; its id. */
  addPicture(bytes: Uint8Array): Promise<string>
  /** Adds a picture and waits for recognition's answer. */
  answerTo(bytes: Uint8Array): Promise<PictureEvent>
}

export interface TestCamera {
  cameraId: string
  siteId: string
  /** Publishes a picture as the next frame, half a second after the one before by the camera's clock. */
  publish(jpeg: Uint8Array, changes?: Partial<FrameAttributes>): Promise<FrameAttributes>
  /** Publishes a picture and waits for what became of it. */
  show(jpeg: Uint8Array, changes?: Partial<FrameAttributes>): Promise<Detection['record']>
  /** Shows a picture until one is recognised: a recogniser skips what came long before it was given the partition. */
  showUntilRecognised(jpeg: Uint8Array): Promise<void>
  /** What became of a frame, once it is known: the first record of it. */
  outcomeOf(frame: FrameAttributes): Promise<Detection['record']>
  /** Lets the camera's clock go on without a frame. */
  pass(ms: number): void
  sightings(): Promise<Recorded<SightingEvent>[]>
  /** Waits until the newest event of the camera's sightings is of this type. */
  ends(type: SightingEvent['type']): Promise<Recorded<SightingEvent>[]>
  stop(): Promise<void>
  /** Starts the stream again: another session. */
  restart(): Promise<void>
  /** Another node takes the session: another epoch. */
  reclaim(): Promise<void>
}

/**
 * A member is lost after a second, which is as short as the service allows. Somebody has gone after so long that a busy
 * machine shows their next frame before: 3.5 s is the shortest.
 */
const shortTimings = {
  SESSION_TIMEOUT_MS: '1000',
  MAX_FRAME_AGE_MS: '1500',
  REJOIN_MS: '500',
  ABSENCE_GAP_MS: '15000',
  UNWATCHED_AFTER_MS: '3000',
  COMMIT_INTERVAL_MS: '200',
  PICTURE_TIMEOUT_MS: '10000',
}

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

/** Waits until `look` gives something; fails with `what` is missing. */
const until = <Found>(what: string, look: () => Promise<Found | undefined> | Found | undefined) =>
  vi.waitFor(
    async () => {
      const found = await look()
      if (found === undefined) throw new Error(`waited for ${what}`)
      return found
    },
    { timeout: 45_000, interval: 50 },
  )

export async function startWorld(stack: {
  folder: string
  database: TestDatabase
  eventStore: { connectionString: string }
  kafkaBrokers: string[]
  topicPrefix: string
}): Promise<TestWorld> {
  const { folder, database: place, eventStore, kafkaBrokers, topicPrefix } = stack
  const opened: { close(): Promise<unknown> }[] = []
  const recognisers: SupervisedProcess<unknown>[] = []
  const logger = createLogger({ name: 'test', level: 'silent' })
  const masterKey = randomBytes(32).toString('base64')
  const { connection, passwords } = place
  const database = createDatabase({ connection, roles: passwords, logger })
  const dataKeys = createDataKeys({ database, masterKey: createMasterKey(masterKey) })
  const { connectionString } = eventStore
  const log = await openEventLog({ connectionString, dataKeys, logger, create: true })
  const objectsFolder = join(folder, 'objects')
  const objects = createFolderObjects(objectsFolder)
  const kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'test', logger })
  const topics = await ensureTopics(kafka, { prefix: topicPrefix, partitions: 2 })
  // Its second try after 1.5 s would publish a frame twice where the broker only stood still.
  const patient = { ...kafka, impatient: kafka.patient }
  const publisher = createFramePublisher({ kafka: patient, topic: topics.frames })
  const seen: Detection[] = []
  const reader = await followDetections({
    kafka,
    topic: topics.detections,
    groupId: `${topicPrefix}${randomUUID()}`,
    onDetection: detection => seen.push(detection),
  })
  opened.push(database, log, publisher, reader)
  const tenantId = randomUUID()

  async function append(category: TenantCategory, id: string, event: SightlineEvent): Promise<number> {
    const stream = streamName(category, tenantId, id)
    const revision = (await log.readStream(stream)).length - 1
    const commandId = randomUUID()
    const metadata = {
      tenantId,
      actor: { principal: 'person' as const, id: 'test', sessionId: null },
      commandId,
      correlationId: commandId,
      causationId: commandId,
      occurredAt: new Date().toISOString(),
      traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    }
    const told = { ...event, id: randomUUID(), metadata }
    return (await log.append(stream, revision < 0 ? 'no_stream' : revision, [told])).revision
  }

  async function startCamera(): Promise<TestCamera> {
    const cameraId = randomUUID()
    const siteId = randomUUID()
    const keyId = randomUUID()
    const at = { keyId, stream: streamName('camera', tenantId, cameraId), field: 'address' }
    await append('camera', cameraId, {
      type: 'CameraRegistered',
      data: {
        siteId,
        keyId,
        name: 'camera',
        address: { ...at, iv: '', data: '', tag: '' },
        framesPerSecond: 2,
        reencode: false,
      },
    })
    const current = { streamId: '', session: 0, epoch: 0, sequence: -1 }
    let clock = Date.now() - 300_000
    async function reclaim() {
      current.sequence = -1
      const { streamId, session } = current
      const nodeId = randomUUID()
      current.epoch = await append('stream', streamId, {
        type: 'StreamClaimed',
        data: { cameraId, siteId, session, nodeId },
      })
    }
    async function restart() {
      current.streamId = randomUUID()
      const { streamId } = current
      current.session = await append('camera', cameraId, { type: 'StreamStarted', data: { streamId } })
      await reclaim()
    }
    await restart()
    const publish: TestCamera['publish'] = async (jpeg, changes = {}) => {
      clock += 500
      current.sequence++
      const frame: FrameAttributes = {
        tenantId,
        cameraId,
        ...current,
        nodeId: randomUUID(),
        capturedAt: new Date(clock).toISOString(),
        width: 360,
        height: 288,
        clock: 'arrival',
        clockErrorMs: 50,
        traceparent: `00-${'3'.repeat(32)}-${'4'.repeat(16)}-01`,
        ...changes,
      }
      await until('the frame to be published', async () =>
        (await publisher.publishFrame(frame, Buffer.from(jpeg))) === 'published' ? true : undefined,
      )
      return frame
    }
    const outcomeOf: TestCamera['outcomeOf'] = async ({ streamId, epoch, sequence }) => {
      const detection = await until(`what became of frame ${sequence}`, () =>
        seen.find(one => one.streamId === streamId && one.epoch === epoch && one.sequence === sequence),
      )
      return detection.record
    }
    const show: TestCamera['show'] = async (jpeg, changes) => outcomeOf(await publish(jpeg, changes))
    const sightings = async () =>
      (await log.readStream(sightingStream({ tenantId, cameraId }))) as Recorded<SightingEvent>[]
    return {
      cameraId,
      siteId,
      publish,
      outcomeOf,
      show,
      async showUntilRecognised(jpeg) {
        await until('a frame to be recognised', async () =>
          (await show(jpeg)).outcome === 'recognised' ? true : undefined,
        )
      },
      pass: ms => {
        clock += ms
      },
      sightings,
      ends: type =>
        until(`${type} at the end`, async () => {
          const events = await sightings()
          return events.at(-1)?.type === type ? events : undefined
        }),
      stop: async () => {
        await append('camera', cameraId, { type: 'StreamStopped', data: { streamId: current.streamId } })
      },
      restart,
      reclaim,
    }
  }

  async function enrolPerson(): Promise<TestPerson> {
    const personId = randomUUID()
    const keyId = randomUUID()
    const key = await dataKeys.create({ tenantId, keyId, subject: 'person', subjectId: personId })
    await append('person', personId, { type: 'PersonEnrolled', data: { keyId, name: 'Somebody' } })
    async function addPicture(bytes: Uint8Array) {
      const pictureId = randomUUID()
      const objectKey = uploadedPictureKey({ tenantId, personId, pictureId })
      await objects.put(objectKey, sealBytes(key, objectKey, bytes))
      await append('person', personId, {
        type: 'PersonPictureAdded',
        data: {
          pictureId,
          keyId,
          contentType: 'image/jpeg',
          sha256: sha256Of(bytes),
          bytes: Math.max(1, bytes.length),
        },
      })
      return pictureId
    }
    return {
      personId,
      keyId,
      addPicture,
      answerTo: async bytes => {
        const stream = streamName('picture', tenantId, await addPicture(bytes))
        return until('the answer to a picture', async () => {
          const [event] = await log.readStream(stream)
          return event as Recorded<PictureEvent> | undefined
        })
      },
    }
  }

  return {
    log,
    dataKeys,
    objects,
    tenantId,
    startCamera,
    enrolPerson,
    detections: () => seen,
    startRecogniser: async (environment = {}) => {
      const recogniser = await startProcess({
        name: 'recognition',
        command: process.execPath,
        args: [program],
        environment: {
          ESDB_URL: connectionString,
          POSTGRES_HOST: connection.host,
          POSTGRES_PORT: String(connection.port),
          POSTGRES_DATABASE: connection.database,
          POSTGRES_PASSWORD_OPS_KEYS: passwords.ops_keys,
          MASTER_KEY: masterKey,
          KAFKA_BROKERS: kafkaBrokers.join(','),
          TOPIC_PREFIX: topicPrefix,
          KAFKA_GROUP_PREFIX: topicPrefix,
          OBJECTS_FOLDER: objectsFolder,
          MODELS_FOLDER: weightsFolder(),
          RECOGNITION_WORKERS: '1',
          ...shortTimings,
          ...environment,
        },
        logFile: join(folder, `recogniser-${recognisers.length}.log`),
        ready: line => (line.includes('"msg":"started"') ? true : undefined),
      })
      recognisers.push(recogniser)
      return recogniser
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(recognisers.map(recogniser => recogniser.stop()))
      for (const one of opened.reverse()) await one.close()
    },
  }
}
