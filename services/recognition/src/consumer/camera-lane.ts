import { setTimeout as wait } from 'node:timers/promises'
import type { DetectionRecord, SkipReason } from '@sightline/contracts/detections'
import type { FrameAttributes } from '@sightline/contracts/frames'
import type { ModelSet as ModelReference } from '@sightline/contracts/models'
import type { FrameRef } from '@sightline/contracts/sightings'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import { WrongExpectedRevisionError } from '@sightline/event-log/errors'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import { GivenUpError } from '@sightline/waiting/persistently'
import type { Turns } from '@sightline/waiting/turns'
import type { KnownCameras } from '../cameras/known-cameras.ts'
import { cropsOf, type Finding } from '../faces/finder.ts'
import type { Policy } from '../faces/model-set.ts'
import type { FacePool } from '../faces/pool.ts'
import type { Galleries } from '../galleries/galleries.ts'
import { sha256Of } from '../galleries/vector-bytes.ts'
import { isPassing, persistently } from '../patience.ts'
import { decisionBasis, detectedFace, observedFaces } from '../sightings/decision-records.ts'
import { recallPresence } from '../sightings/from-log.ts'
import { type CameraId, closeAll, mayOpen, type Observation, observe } from '../sightings/observe.ts'
import { isAfter, type Presence, type PresencePolicy } from '../sightings/presence.ts'
import {
  type DecidingFrame,
  makeEvents,
  PersonErasedError,
  type SightingWriting,
  sightingStream,
} from '../sightings/sighting-events.ts'

/** A frame that waits to be recognised. */
export interface WaitingFrame {
  partition: number
  offset: bigint
  attributes: FrameAttributes
  /** A copy of its own. */
  jpeg: Uint8Array
  /** By a monotonic clock, ms. */
  receivedAt: number
}

/** What recognising a camera's frames needs. */
export interface LaneOptions {
  camera: CameraId
  log: Pick<EventLog, 'readStream' | 'append'>
  dataKeys: Pick<DataKeys, 'read'>
  pool: Pick<FacePool, 'findFaces'>
  /** For the inference alone: whatever waits for a store holds none. */
  turns: Turns
  cameras: KnownCameras
  galleries: Galleries
  model: ModelReference
  policy: Policy
  presencePolicy: PresencePolicy
  writing: SightingWriting
  /** Records what became of a frame; the frame is finished when it resolves. */
  finish(frame: WaitingFrame, record: DetectionRecord): Promise<void>
  logger: Logger
  /** A monotonic clock, ms. */
  clock(): number
}

/** One camera's frames, one after another, the newest first where there are more than can be recognised. */
export interface CameraLane {
  /** Puts a frame into the camera's mailbox; gives the one that it takes the place of. */
  offer(frame: WaitingFrame): WaitingFrame | undefined
  /** Ends the camera's open sightings, if there are any, after what is under way. */
  end(reason: 'STREAM_ENDED' | 'UNOBSERVED'): void
  /** When a frame was recognised last, by the clock; undefined if none was. */
  observedAt(): number | undefined
  isIdle(): boolean
  /** Drops the mailbox, the state and results on their way; resolves when nothing is under way. */
  revoke(): Promise<void>
}

/** How long a frame of a session or epoch that the log doesn't tell of yet waits for it, ms. */
const hearWithinMs = 3000
const mostConflicts = 10

/**
 * Recognises a camera's frames and appends what follows from them. All of a camera is done one after another, so its
 * presence has one writer in this process; that there is no other one the exact revision of each append sees to.
 */
export const createCameraLane = (options: LaneOptions): CameraLane => {
  const { camera, log, dataKeys, pool, turns, cameras, galleries, model, policy } = options
  const { presencePolicy, writing, finish, logger, clock } = options
  const stream = sightingStream(camera)
  const revoked = new AbortController()
  let mailbox: WaitingFrame | undefined
  let ending: { reason: 'STREAM_ENDED' | 'UNOBSERVED'; askedAt: number } | undefined
  let presence: Presence | undefined
  let observedAt: number | undefined
  let running: Promise<void> | undefined

  async function recall(): Promise<Presence> {
    presence ??= await persistently(revoked.signal, () =>
      recallPresence(log, dataKeys, camera.tenantId, stream),
    )
    return presence
  }

  /**
   * Appends what `decide` says to follow from the presence, again on what somebody else wrote meanwhile.
   * @returns what was decided; undefined where `decide` had nothing to say
   */
  const carryOut = async (
    decide: (presence: Presence) => Observation | undefined,
    frame: DecidingFrame,
  ): Promise<Observation | undefined> => {
    for (let conflicts = 0; ; conflicts++) {
      const before = await recall()
      const observation = decide(before)
      if (!observation) return undefined
      if (observation.changes.length === 0) {
        presence = observation.presence
        return observation
      }
      const events = await persistently(revoked.signal, () =>
        makeEvents(writing, camera, observation.changes, frame),
      )
      try {
        const expected = before.revision < 0 ? 'no_stream' : before.revision
        const { revision } = await persistently(revoked.signal, () => log.append(stream, expected, events))
        presence = { ...observation.presence, revision }
        return observation
      } catch (error) {
        // Whatever the append did: only the log knows how it stands with this camera.
        presence = undefined
        if (!(error instanceof WrongExpectedRevisionError) || conflicts >= mostConflicts) throw error
        logger.info({ ...camera, conflicts }, 'somebody else wrote of this camera, its state is read again')
      }
    }
  }

  const skip = (frame: WaitingFrame, reason: SkipReason) => finish(frame, { outcome: 'skipped', reason })

  /** Why a frame needs no inference; undefined if it does. */
  function refusal(frame: WaitingFrame, known: Presence): SkipReason | undefined {
    if (cameras.standingOf(frame.attributes) !== 'current') return 'STALE_EPOCH'
    const { watermark } = known
    return watermark && !isAfter(frame.attributes, watermark) ? 'ALREADY_SEEN' : undefined
  }

  /** Waits until the log has told of a frame's session and epoch, and until the camera's state is there. */
  async function prepare({ attributes }: WaitingFrame): Promise<Presence> {
    const until = clock() + hearWithinMs
    while (cameras.standingOf(attributes) === 'unheard of' && clock() < until && !revoked.signal.aborted)
      await wait(20, undefined, { signal: revoked.signal }).catch(() => {})
    return recall()
  }

  async function recognise(frame: WaitingFrame, finding: Finding): Promise<void> {
    const { attributes, jpeg } = frame
    const crops = cropsOf(finding)
    const siteId = cameras.siteOf(camera)!
    for (;;) {
      const gallery = galleries.of(camera.tenantId)
      const faces = observedFaces(finding, gallery, policy)
      const basis = decisionBasis(model, gallery, policy)
      try {
        const observation = await carryOut(
          before => {
            if (before.watermark && !isAfter(attributes, before.watermark)) return undefined
            return observe(camera, before, { ref: refOf(attributes, jpeg), faces }, presencePolicy)
          },
          { crops, basis, siteId, traceparent: attributes.traceparent },
        )
        if (!observation) return await skip(frame, 'ALREADY_SEEN')
        observedAt = clock()
        if (observation.changes.length > 0)
          logger.info(
            {
              ...camera,
              changes: namesOf(observation),
              receivedToAppendedMs: clock() - frame.receivedAt,
            },
            'sightings changed',
          )
        const { sightingOf } = observation
        const told = faces.map(face => detectedFace(face, sightingOf))
        return await finish(frame, { outcome: 'recognised', ...basis, faces: told })
      } catch (error) {
        if (!(error instanceof PersonErasedError)) throw error
        galleries.forget(camera.tenantId, error.personId)
      }
    }
  }

  const takeFrame = async (): Promise<void> => {
    await prepare(mailbox!)
    const endTurn = await turns.take()
    try {
      // The newest by now: while this camera waited for its turn, others may have taken the first one's place.
      const frame = mailbox
      if (!frame || revoked.signal.aborted) return
      mailbox = undefined
      const known = await recall()
      const reason = refusal(frame, known)
      if (reason) {
        endTurn()
        return await skip(frame, reason)
      }
      const outcome = await pool.findFaces(frame.jpeg, { crops: mayOpen(known) })
      endTurn()
      if (revoked.signal.aborted) return
      await settle(frame, outcome)
    } finally {
      endTurn()
    }
  }

  async function settle(
    frame: WaitingFrame,
    outcome: Awaited<ReturnType<FacePool['findFaces']>>,
  ): Promise<void> {
    if (outcome.status !== 'examined')
      return skip(frame, outcome.status === 'unreadable' ? 'UNREADABLE' : 'MODEL_FAILED')
    try {
      await recognise(frame, outcome.finding)
    } catch (error) {
      if (error instanceof GivenUpError || revoked.signal.aborted) return
      presence = undefined
      logger.error({ ...camera, err: error }, 'a frame could not be recognised')
      await skip(frame, 'MODEL_FAILED')
    }
  }

  async function endAll({ reason, askedAt }: NonNullable<typeof ending>): Promise<void> {
    // It was asked for while a store was away, and frames have been recognised since.
    if (reason === 'UNOBSERVED' && observedAt !== undefined && observedAt > askedAt) return
    const ended = await carryOut(
      before => (before.open.length > 0 ? closeAll(before, reason) : undefined),
      null,
    )
    if (ended) logger.info({ ...camera, reason, changes: namesOf(ended) }, 'sightings ended')
  }

  async function run(): Promise<void> {
    while (!revoked.signal.aborted && (ending || mailbox)) {
      try {
        if (ending && !(ending.reason === 'UNOBSERVED' && mailbox)) {
          const asked = ending
          await endAll(asked)
          if (ending === asked) ending = undefined
        } else await takeFrame()
      } catch (error) {
        if (error instanceof GivenUpError || revoked.signal.aborted) return
        logger.error({ ...camera, err: error }, 'a camera could not be followed, trying again')
        presence = undefined
        await wait(isPassing(error) ? 100 : 1000, undefined, { signal: revoked.signal }).catch(() => {})
      }
    }
  }

  function wake() {
    if (running || revoked.signal.aborted) return
    running = run().finally(() => {
      running = undefined
      // What came between the last look and now.
      if (ending || mailbox) wake()
    })
  }

  return {
    offer: frame => {
      const replaced = mailbox
      mailbox = frame
      wake()
      return replaced
    },
    end: reason => {
      // The end of the stream says more than that nobody watches.
      if (ending?.reason !== 'STREAM_ENDED') ending = { reason, askedAt: clock() }
      wake()
    },
    observedAt: () => observedAt,
    isIdle: () => !running,
    revoke: async () => {
      revoked.abort()
      mailbox = undefined
      await running
    },
  }
}

const namesOf = ({ changes }: Observation) => changes.map(({ type, sightingId }) => ({ type, sightingId }))

function refOf(frame: FrameAttributes, jpeg: Uint8Array): FrameRef {
  const { streamId, session, epoch, sequence, capturedAt } = frame
  return { streamId, session, epoch, sequence, capturedAt, frameSha256: sha256Of(jpeg) }
}
