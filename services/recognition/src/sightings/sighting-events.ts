import { createHmac } from 'node:crypto'
import type { Crop, SightingEvent } from '@sightline/contracts/sightings'
import { streamName } from '@sightline/contracts/stream-names'
import { DataKeyConflictError, type DataKeys, type ProposedKey } from '@sightline/data-keys/data-keys'
import { seal, sealBytes } from '@sightline/data-keys/encryption'
import type { EventContext, EventToAppend } from '@sightline/event-log/recorded-event'
import { newTraceparent } from '@sightline/logging/traceparent'
import type { Objects } from '@sightline/objects/objects'
import { v4 as uuidv4, v5 as uuidv5, v7 as uuidv7 } from 'uuid'
import type { FaceCrop } from '../faces/picture.ts'
import { vectorToBytes } from '../galleries/vector-bytes.ts'
import { type DecisionBasis, decisionRecord } from './decision-records.ts'
import type { CameraId, SightingChange } from './observe.ts'

/** The stream of a camera's sightings. */
export function sightingStream({ tenantId, cameraId }: CameraId): string {
  return streamName('sighting', tenantId, cameraId)
}

/**
 * Where the picture of a sighting's face is stored: all of a tenant in one folder, because making one waits for the disk.
 * Under each key it has a place of its own, from which nothing of the key is told.
 */
function cropKeyOf(tenantId: string, sightingId: string, key: Uint8Array): string {
  const underKey = createHmac('sha256', key).update(sightingId).digest('hex').slice(0, 16)
  return `${tenantId}/faces-derived/${sightingId}-${underKey}`
}

/** A person was recognised whose data key is gone: the gallery must forget them before anything is decided again. */
export class PersonErasedError extends Error {
  override name = 'PersonErasedError'
  readonly personId: string
  constructor(personId: string) {
    super(`the data key of person ${personId} is gone`)
    this.personId = personId
  }
}

/** What writing a sighting's events needs. */
export interface SightingWriting {
  dataKeys: Pick<DataKeys, 'propose' | 'read'>
  objects: Pick<Objects, 'put' | 'delete'>
  /** The id of an enrolled person's data key. */
  personKeyOf(tenantId: string, personId: string): string | undefined
  recogniserId: string
  now(): Date
}

/** The frame that brought the changes about; null where the passing of time or the end of a stream did. */
export type DecidingFrame = {
  /** Of each face of the frame that may open a sighting, by its index. */
  crops: readonly (FaceCrop | undefined)[]
  basis: DecisionBasis
  siteId: string
  traceparent: string
} | null

const keyNamespace = '2f0de1ac-51c2-4f0a-9c05-0c8e2b8a7a51'

/**
 * Makes the events of what happened at a camera. Crops are stored and keys exist when this answers, so that an event
 * never names what isn't there. The ids are new: whoever repeats the append repeats it with these events.
 * @throws PersonErasedError, and what keys and objects throw
 */
export async function makeEvents(
  writing: SightingWriting,
  camera: CameraId,
  changes: readonly SightingChange[],
  frame: DecidingFrame,
): Promise<EventToAppend[]> {
  const commandId = uuidv7()
  const metadata: EventContext = {
    tenantId: camera.tenantId,
    actor: { principal: 'worker', id: writing.recogniserId, sessionId: null },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    occurredAt: writing.now().toISOString(),
    traceparent: frame?.traceparent ?? newTraceparent(),
  }
  const events = await Promise.all(changes.map(change => makeEvent(writing, camera, change, frame)))
  return events.map(event => ({ ...event, id: uuidv4(), metadata }))
}

async function makeEvent(
  writing: SightingWriting,
  camera: CameraId,
  change: SightingChange,
  frame: DecidingFrame,
): Promise<SightingEvent> {
  if (change.type === 'closed') {
    const { type: _, ...data } = change
    return { type: 'SightingClosed', data }
  }
  if (change.type === 'extended') {
    const { type: _, ...data } = change
    return { type: 'SightingExtended', data }
  }
  if (!frame) throw new Error('Nobody is seen without a frame')
  if (change.type === 'identified') {
    const { type: _, face, ...data } = change
    return { type: 'SightingIdentified', data: { ...data, decision: decisionRecord(frame.basis, face) } }
  }
  const { type: _, face, ...data } = change
  const { keyId, template, crop } = await keep(writing, camera, change, frame.crops[face.faceIndex])
  const decision = decisionRecord(frame.basis, face)
  return {
    type: 'SightingOpened',
    data: { ...data, siteId: frame.siteId, decision, keyId, template, crop },
  }
}

/** Stores a face's picture and seals its vector, under the person's key or one of the sighting's own. */
async function keep(
  writing: SightingWriting,
  camera: CameraId,
  opened: Extract<SightingChange, { type: 'opened' }>,
  faceCrop: FaceCrop | undefined,
) {
  if (!faceCrop) throw new Error('A sighting was opened by a face without a crop')
  const { tenantId } = camera
  const { sightingId, face } = opened
  const { keyId, likely, standing } = await keyFor(writing, tenantId, opened)
  const { jpeg, width, height } = faceCrop
  const put = (key: Uint8Array) => {
    const objectKey = cropKeyOf(tenantId, sightingId, key)
    return writing.objects.put(objectKey, sealBytes(key, objectKey, jpeg))
  }
  // Key and picture are stored at once; it is seldom that the decision was made before and its key is another one.
  const [stood, stored] = await Promise.allSettled([standing, put(likely)])
  // Nobody can open it then. What can't be deleted tells nothing.
  const discard = () => writing.objects.delete(cropKeyOf(tenantId, sightingId, likely)).catch(() => undefined)
  if (stood.status === 'rejected') {
    // After any other fault it may be stored all the same, and somebody else may have told of the picture under it.
    if (stood.reason instanceof DataKeyConflictError) await discard()
    throw stood.reason
  }
  const key = stood.value
  if (!Buffer.from(key).equals(likely)) {
    await discard()
    await put(key)
  } else if (stored.status === 'rejected') throw stored.reason
  const objectKey = cropKeyOf(tenantId, sightingId, key)
  const at = { keyId, stream: sightingStream(camera), field: 'template' }
  const crop: Crop = { objectKey, keyId, width, height }
  return { keyId, template: seal(key, at, vectorToBytes(face.embedding!)), crop }
}

async function keyFor(
  { dataKeys, personKeyOf }: SightingWriting,
  tenantId: string,
  { subject, sightingId }: Extract<SightingChange, { type: 'opened' }>,
): Promise<ProposedKey & { keyId: string }> {
  if (subject.kind === 'person') {
    const keyId = personKeyOf(tenantId, subject.personId)
    const key = keyId && (await dataKeys.read(tenantId, keyId))
    if (!keyId || !key) throw new PersonErasedError(subject.personId)
    return { keyId, likely: key, standing: Promise.resolve(key) }
  }
  // Derived, so that a decision that is made twice doesn't leave a key that nothing needs.
  const keyId = uuidv5(`${tenantId}/${sightingId}`, keyNamespace)
  return { keyId, ...dataKeys.propose({ tenantId, keyId, subject: 'sighting', subjectId: sightingId }) }
}
