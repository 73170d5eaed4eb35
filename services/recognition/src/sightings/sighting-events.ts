import type { Crop, SightingEvent } from '@sightline/contracts/sightings'
import { streamName } from '@sightline/contracts/stream-names'
import type { DataKeys } from '@sightline/data-keys/data-keys'
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

/** Where the picture of a sighting's face is stored: all of a tenant in one folder, because making one waits for the disk. */
const cropKeyOf = (tenantId: string, sightingId: string): string => `${tenantId}/faces-derived/${sightingId}`

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
  dataKeys: Pick<DataKeys, 'create' | 'read'>
  objects: Pick<Objects, 'put'>
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
  const { keyId, key } = await keyFor(writing, tenantId, opened)
  const objectKey = cropKeyOf(tenantId, sightingId)
  const { jpeg, width, height } = faceCrop
  await writing.objects.put(objectKey, sealBytes(key, objectKey, jpeg))
  const at = { keyId, stream: sightingStream(camera), field: 'template' }
  const crop: Crop = { objectKey, keyId, width, height }
  return { keyId, template: seal(key, at, vectorToBytes(face.embedding!)), crop }
}

async function keyFor(
  { dataKeys, personKeyOf }: SightingWriting,
  tenantId: string,
  { subject, sightingId }: Extract<SightingChange, { type: 'opened' }>,
) {
  if (subject.kind === 'person') {
    const keyId = personKeyOf(tenantId, subject.personId)
    const key = keyId && (await dataKeys.read(tenantId, keyId))
    if (!keyId || !key) throw new PersonErasedError(subject.personId)
    return { keyId, key }
  }
  // Derived, so that a decision that is made twice doesn't leave a key that nothing needs.
  const keyId = uuidv5(`${tenantId}/${sightingId}`, keyNamespace)
  return {
    keyId,
    key: await dataKeys.create({ tenantId, keyId, subject: 'sighting', subjectId: sightingId }),
  }
}
