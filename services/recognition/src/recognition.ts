import type { DetectionRecord, SkipReason } from '@sightline/contracts/detections'
import { frameKey } from '@sightline/contracts/frames'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import type { Objects } from '@sightline/objects/objects'
import type { KafkaConnection } from '@sightline/topics/connection'
import { consumeFrames, type FrameConsumer } from '@sightline/topics/consume-frames'
import { countPartitions, partitionOf } from '@sightline/topics/partition-of'
import { createDetectionPublisher, type DetectionPublisher } from '@sightline/topics/publish-detections'
import { ensureTopics } from '@sightline/topics/topics'
import { endsWithin } from '@sightline/waiting/giving-up'
import { createTurns } from '@sightline/waiting/turns'
import { createKnownCameras } from './cameras/known-cameras.ts'
import { createCameraLane, type WaitingFrame } from './consumer/camera-lane.ts'
import { createFrameIntake } from './consumer/frame-intake.ts'
import { createOffsets } from './consumer/offsets.ts'
import { createEnrolmentQueue } from './enrolment/enrolment.ts'
import { type ModelSet, referenceTo } from './faces/model-set.ts'
import { createFacePool } from './faces/pool.ts'
import { createFollower } from './follower.ts'
import { createGalleries } from './galleries/galleries.ts'
import { persistently } from './patience.ts'
import type { CameraId } from './sightings/observe.ts'

/** Durations in ms. */
export interface RecognitionTimings {
  /** A member of the group that is silent for this long has lost its partitions. */
  sessionTimeoutMs: number
  /** Older frames are skipped. */
  maxFrameAgeMs: number
  /** How long a group needs at most to share the partitions out again. */
  rejoinMs: number
  /** How long frames must show that somebody is gone, or no frame may come, until a sighting ends. */
  absenceGapMs: number
  /** Two frames further apart leave the time between them unwatched. */
  unwatchedAfterMs: number
  /** How long somebody is remembered whose sighting ended unwatched. */
  returnWithinMs: number
  commitIntervalMs: number
  /** How long a picture may take before its worker is replaced. */
  pictureTimeoutMs: number
}

/** As in production; tests set them as short as {@link checkTimings} allows. */
export const defaultTimings: RecognitionTimings = {
  sessionTimeoutMs: 6000,
  maxFrameAgeMs: 5000,
  rejoinMs: 5000,
  absenceGapMs: 30_000,
  unwatchedAfterMs: 5000,
  returnWithinMs: 600_000,
  commitIntervalMs: 1000,
  pictureTimeoutMs: 2000,
}

/**
 * Why timings can't work together; undefined if they can. While partitions move to another member nobody watches: that
 * must never look like an absence.
 */
export function checkTimings(timings: RecognitionTimings): string | undefined {
  const { absenceGapMs, maxFrameAgeMs, sessionTimeoutMs, rejoinMs } = timings
  const unwatched = maxFrameAgeMs + sessionTimeoutMs + rejoinMs
  return absenceGapMs > unwatched
    ? undefined
    : `the absence gap of ${absenceGapMs} ms must be longer than frame age, session and rejoining together (${unwatched} ms)`
}

/** What recognition stands on. */
export interface RecognitionOptions {
  log: EventLog
  dataKeys: DataKeys
  objects: Objects
  kafka: KafkaConnection
  topicPrefix: string
  /** Of topics that have to be made; those that exist keep theirs. */
  partitions: number
  groupId: string
  recogniserId: string
  modelSet: ModelSet
  weightsFolder: string
  workers?: number
  timings: RecognitionTimings
  logger: Logger
  now?: () => Date
  /** Is told once when recognition can't go on: the process must end. */
  onFault(error: unknown): void
}

/** Frames to faces to people. */
export interface Recognition {
  /** Opens the networks, reads the log to its end and joins the group. @throws what any of these throws */
  start(): Promise<void>
  /** Whether frames are recognised: the group is joined and a worker is alive. */
  isReady(): boolean
  /** How many frames had which outcome since the start. */
  counts(): Record<SkipReason | 'recognised' | 'malformed', number>
  /** Leaves the group cleanly: what is under way is finished or left to the next member. Takes seconds at most. */
  close(): Promise<void>
}

type Phase =
  | { is: 'new' }
  | { is: 'running'; consumer: FrameConsumer; publisher: DetectionPublisher; timers: NodeJS.Timeout[] }
  | { is: 'closed' }

/** How long closing waits for each of what Kafka and the stores are to take yet, ms: what they don't is left to the next member. */
const FAREWELL_MS = 2000

/** How often open sightings are looked through for those whom nobody watches any more, ms. */
const sweepMs = 250

/** Puts recognition together; nothing runs before `start`. @throws RangeError where the timings can't work together */
export function createRecognition(options: RecognitionOptions): Recognition {
  const { log, dataKeys, objects, kafka, topicPrefix, groupId, recogniserId, modelSet, timings, logger } =
    options
  const now = options.now ?? (() => new Date())
  const clock = () => performance.now()
  const fault = checkTimings(timings)
  if (fault) throw new RangeError(fault)

  const model = referenceTo(modelSet)
  const closing = new AbortController()
  const counts = {
    recognised: 0,
    malformed: 0,
    TOO_OLD: 0,
    SUPERSEDED: 0,
    STALE_EPOCH: 0,
    ALREADY_SEEN: 0,
    UNREADABLE: 0,
    MODEL_FAILED: 0,
  }
  let phase: Phase = { is: 'new' }

  const pool = createFacePool({
    modelSet,
    weightsFolder: options.weightsFolder,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    pictureTimeoutMs: timings.pictureTimeoutMs,
    log: logger,
  })
  const cameras = createKnownCameras()
  const galleries = createGalleries({ model, dimension: modelSet.embedder.dimension, dataKeys, logger })
  const enrolment = createEnrolmentQueue({ log, dataKeys, objects, pool, model, recogniserId, now, logger })
  const follower = createFollower({ log, cameras, galleries, enrolment, onFault: options.onFault })
  const offsets = createOffsets()
  const turns = createTurns(pool.size)

  async function finish(frame: WaitingFrame, record: DetectionRecord): Promise<void> {
    if (phase.is !== 'running') return
    await phase.publisher.publishDetection(frame.attributes, record)
    counts[record.outcome === 'skipped' ? record.reason : 'recognised']++
    offsets.finish(frame.partition, frame.offset)
  }
  const skip = (frame: WaitingFrame, reason: SkipReason) =>
    void finish(frame, { outcome: 'skipped', reason }).catch(error => {
      if (!closing.signal.aborted) logger.error({ err: error }, 'a skipped frame could not be recorded')
    })

  const createLane = (camera: CameraId) =>
    createCameraLane({
      camera,
      log,
      dataKeys,
      pool,
      turns,
      cameras,
      galleries,
      model,
      policy: modelSet.policy,
      presencePolicy: timings,
      writing: { dataKeys, objects, personKeyOf: galleries.keyOf, recogniserId, now },
      finish,
      logger,
      clock,
    })
  const intake = createFrameIntake({
    offsets,
    createLane,
    skip,
    maxFrameAgeMs: timings.maxFrameAgeMs,
    sessionTimeoutMs: timings.sessionTimeoutMs,
    now: () => now().getTime(),
    clock,
  })

  async function commitDue(consumer: FrameConsumer) {
    for (const { partition, nextOffset } of offsets.due())
      if (await consumer.commit(partition, nextOffset)) offsets.committed(partition, nextOffset)
  }

  /** Commits one after another, never two at once. */
  function commitRegularly(consumer: FrameConsumer): NodeJS.Timeout {
    let committing = false
    return setInterval(() => {
      if (committing) return
      committing = true
      void commitDue(consumer).finally(() => {
        committing = false
      })
    }, timings.commitIntervalMs)
  }

  function sweepRegularly(partitions: number): NodeJS.Timeout {
    let sweptAt = clock()
    let watchingSince = sweptAt
    /** By frame key: the hash costs more than all else that is done for a camera. */
    const placed = new Map<string, number>()
    return setInterval(() => {
      // A process that stood still has watched nothing, and may have lost its partitions without knowing.
      if (clock() - sweptAt > timings.sessionTimeoutMs / 2) watchingSince = clock()
      sweptAt = clock()
      for (const { camera, session } of follower.unended()) {
        const key = frameKey(camera.tenantId, camera.cameraId)
        const partition = placed.get(key) ?? partitionOf(key, partitions)
        placed.set(key, partition)
        const lane = intake.laneOf(camera, partition)
        if (!lane) continue
        const watchedAt = Math.max(watchingSince, intake.assignedAt(partition) ?? 0, lane.observedAt() ?? 0)
        if (cameras.isOver(camera, session)) lane.end('STREAM_ENDED')
        else if (clock() - watchedAt > timings.absenceGapMs) lane.end('UNOBSERVED')
      }
    }, sweepMs)
  }

  return {
    start: async () => {
      await pool.start()
      await follower.start()
      const topics = await persistently(
        closing.signal,
        () => ensureTopics(kafka, { prefix: topicPrefix, partitions: options.partitions }),
        error => {
          logger.warn({ err: error }, 'waiting for Kafka')
          return true
        },
      )
      const partitions = await countPartitions(kafka, topics.frames)
      const publisher = createDetectionPublisher({ kafka, topic: topics.detections, recogniserId })
      const consumer = await consumeFrames({
        kafka,
        topic: topics.frames,
        groupId,
        session: { timeoutMs: timings.sessionTimeoutMs },
        handler: {
          ...intake,
          onBatch: batch => {
            counts.malformed += batch.malformed.length
            intake.onBatch(batch)
          },
        },
      })
      const timers = [commitRegularly(consumer), sweepRegularly(partitions)]
      phase = { is: 'running', consumer, publisher, timers }
    },
    isReady: () => phase.is === 'running' && phase.consumer.isReady() && pool.alive() > 0,
    counts: () => ({ ...counts }),
    close: async () => {
      closing.abort()
      const before = phase
      if (before.is === 'running') {
        for (const timer of before.timers) clearInterval(timer)
        // Records that Kafka doesn't take are tried for ever, and the lanes wait for them.
        if (await endsWithin(intake.close(), FAREWELL_MS)) {
          await endsWithin(commitDue(before.consumer), FAREWELL_MS)
          await endsWithin(before.consumer.close(), FAREWELL_MS)
        }
      }
      phase = { is: 'closed' }
      await endsWithin(Promise.all([follower.close(), enrolment.close(), pool.close()]), FAREWELL_MS)
      if (before.is === 'running') await endsWithin(before.publisher.close(), FAREWELL_MS)
    },
  }
}
