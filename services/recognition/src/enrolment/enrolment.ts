import type { ModelSet as ModelReference } from '@sightline/contracts/models'
import { uploadedPictureKey } from '@sightline/contracts/people'
import type { PictureEvent, PictureRefusal } from '@sightline/contracts/pictures'
import { parseStreamName, streamName } from '@sightline/contracts/stream-names'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import { SealBrokenError, seal, unsealBytes } from '@sightline/data-keys/encryption'
import { eventId } from '@sightline/event-log/decide'
import { WrongExpectedRevisionError } from '@sightline/event-log/errors'
import type { EventLog } from '@sightline/event-log/event-log'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import type { Logger } from '@sightline/logging/logging'
import type { Objects } from '@sightline/objects/objects'
import { GivenUpError } from '@sightline/waiting/persistently'
import { v5 as uuidv5 } from 'uuid'
import { checkForEnrolment } from '../faces/enrolment-check.ts'
import type { FacePool, PoolOutcome } from '../faces/pool.ts'
import { sha256Of, vectorToBytes } from '../galleries/vector-bytes.ts'
import { isPassing, persistently } from '../patience.ts'
import { qualityOf } from '../sightings/decision-records.ts'

/** The pictures that were added to people and have no result yet: one after another they get one. */
export interface EnrolmentQueue {
  apply(event: RecordedEvent): void
  /** Begins to work; before, events are only taken into account. */
  open(): void
  close(): Promise<void>
}

interface AddedPicture {
  tenantId: string
  personId: string
  pictureId: string
  keyId: string
  sha256: string
  /** The event that added it. */
  eventId: string
  correlationId: string
  traceparent: string
}

const commandNamespace = '7d4a3f0e-6e43-4a55-8ab1-0c5f7b1f6f0d'
/** A picture at which workers die again and again is refused. */
const mostFailures = 2

/** The stored picture isn't there, or isn't the one that was added. */
class PictureUnusableError extends Error {
  override name = 'PictureUnusableError'
}

/** No worker can take the picture now. */
class NoWorkerError extends Error {
  override name = 'NoWorkerError'
}

/**
 * Answers each added picture in its own stream: taken into the gallery, or refused with a reason. The answer's ids are
 * derived from the event that added it, and it is appended to a stream that must be new, so several recognisers, or
 * one that was killed, give one answer.
 */
export function createEnrolmentQueue(options: {
  log: Pick<EventLog, 'append'>
  dataKeys: Pick<DataKeys, 'read'>
  objects: Pick<Objects, 'get'>
  pool: Pick<FacePool, 'findFaces'>
  model: ModelReference
  recogniserId: string
  now(): Date
  logger: Logger
}): EnrolmentQueue {
  const { log, dataKeys, objects, pool, model, recogniserId, now, logger } = options
  const closing = new AbortController()
  const pending = new Map<string, AddedPicture>()
  let isOpen = false
  let running: Promise<void> | undefined

  async function readPicture(picture: AddedPicture): Promise<Buffer | 'erased'> {
    const objectKey = uploadedPictureKey(picture)
    const key = await dataKeys.read(picture.tenantId, picture.keyId)
    if (!key) return 'erased'
    const sealed = await objects.get(objectKey)
    if (!sealed) throw new PictureUnusableError('the picture is not in the object storage')
    try {
      const bytes = unsealBytes(key, objectKey, sealed)
      if (sha256Of(bytes) !== picture.sha256)
        throw new PictureUnusableError('the picture is not the one added')
      return bytes
    } catch (cause) {
      if (!(cause instanceof SealBrokenError)) throw cause
      throw new PictureUnusableError('the picture does not open', { cause })
    }
  }

  async function examine(bytes: Uint8Array): Promise<PoolOutcome> {
    for (let failures = 1; ; failures++) {
      const outcome = await pool.findFaces(bytes)
      if (outcome.status !== 'failed') return outcome
      if (outcome.reason === 'CLOSED') throw new GivenUpError('the pool is closed')
      if (outcome.reason === 'NO_WORKER') throw new NoWorkerError('no recognition worker can be started')
      if (failures >= mostFailures) return outcome
    }
  }

  async function answerTo(picture: AddedPicture): Promise<PictureEvent | 'erased'> {
    const { tenantId, personId, pictureId, keyId } = picture
    const refused = (reason: PictureRefusal): PictureEvent => ({
      type: 'PictureRefused',
      data: { personId, reason },
    })
    let bytes: Buffer | 'erased'
    try {
      bytes = await readPicture(picture)
    } catch (error) {
      if (!(error instanceof PictureUnusableError)) throw error
      logger.error({ tenantId, pictureId, err: error }, 'an added picture can not be used')
      return refused('UNREADABLE')
    }
    if (bytes === 'erased') return 'erased'
    const outcome = await examine(bytes)
    if (outcome.status === 'failed') return refused('MODEL_FAILED')
    const check = checkForEnrolment(outcome.status === 'unreadable' ? 'unreadable' : outcome.finding)
    if (!check.accepted) return refused(check.reason)
    const key = await dataKeys.read(tenantId, keyId)
    if (!key) return 'erased'
    const { face } = check
    const vector = vectorToBytes(face.embedding)
    const stream = streamName('picture', tenantId, pictureId)
    return {
      type: 'PictureAccepted',
      data: {
        personId,
        keyId,
        modelSet: model,
        vector: seal(key, { keyId, stream, field: 'vector' }, vector),
        vectorSha256: sha256Of(vector),
        box: face.box,
        quality: qualityOf(face),
      },
    }
  }

  async function append(picture: AddedPicture, event: PictureEvent) {
    const { tenantId, pictureId, correlationId, traceparent } = picture
    const commandId = uuidv5(picture.eventId, commandNamespace)
    const metadata = {
      tenantId,
      actor: { principal: 'worker' as const, id: recogniserId, sessionId: null },
      commandId,
      correlationId,
      causationId: picture.eventId,
      occurredAt: now().toISOString(),
      traceparent,
    }
    const stream = streamName('picture', tenantId, pictureId)
    const answer = { ...event, id: eventId(commandId, 0), metadata }
    try {
      await persistently(closing.signal, () => log.append(stream, 'no_stream', [answer]))
    } catch (error) {
      // Another recogniser has answered.
      if (!(error instanceof WrongExpectedRevisionError)) throw error
    }
    const reason = event.type === 'PictureRefused' ? event.data.reason : undefined
    logger.info({ tenantId, pictureId, result: event.type, reason }, 'an added picture was examined')
  }

  async function run() {
    for (;;) {
      const [next] = pending
      if (!next || closing.signal.aborted) return
      const [key, picture] = next
      const passing = (error: unknown) => isPassing(error) || error instanceof NoWorkerError
      try {
        const answer = await persistently(closing.signal, () => answerTo(picture), passing)
        if (answer !== 'erased') await append(picture, answer)
      } catch (error) {
        if (error instanceof GivenUpError || closing.signal.aborted) return
        const { tenantId, pictureId } = picture
        logger.error({ tenantId, pictureId, err: error }, 'an added picture could not be examined')
      }
      pending.delete(key)
    }
  }

  function wake() {
    if (!isOpen || running || closing.signal.aborted || pending.size === 0) return
    running = run().finally(() => {
      running = undefined
      wake()
    })
  }

  return {
    apply: event => {
      const name = parseStreamName(event.stream)
      if (!name?.tenantId) return
      if (event.type === 'PersonPictureAdded') {
        const { pictureId, keyId, sha256 } = event.data
        const { correlationId, traceparent } = event.metadata
        const { tenantId, id: personId } = name
        pending.set(`${tenantId}.${pictureId}`, {
          tenantId,
          personId,
          pictureId,
          keyId,
          sha256,
          eventId: event.id,
          correlationId,
          traceparent,
        })
        wake()
      } else if (event.type === 'PictureAccepted' || event.type === 'PictureRefused')
        pending.delete(`${name.tenantId}.${name.id}`)
    },
    open: () => {
      isOpen = true
      wake()
    },
    close: async () => {
      closing.abort()
      await running
    },
  }
}
