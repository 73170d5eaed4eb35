import { z } from 'zod'
import { encryptedValue } from './encryption.ts'
import { defineEvent, type EventOf } from './event.ts'
import { instant, revision, sha256, uuid } from './identifiers.ts'
import { box, faceQuality, modelSet } from './models.ts'

/** One frame of a camera. Frames are compared by (session, epoch, sequence), in that order. */
export const frameRef = z.strictObject({
  streamId: uuid,
  session: revision,
  epoch: revision,
  sequence: z.int().nonnegative(),
  capturedAt: instant,
  frameSha256: sha256,
})
export type FrameRef = z.infer<typeof frameRef>

/** The newest frame whose outcome the log already holds: a frame at or below it is dropped before inference. */
export const watermark = z.strictObject({
  session: revision,
  epoch: revision,
  sequence: z.int().nonnegative(),
})
export type Watermark = z.infer<typeof watermark>

/** Who was seen. */
export const sightingSubject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('unknown') }),
  z.strictObject({ kind: z.literal('person'), personId: uuid }),
])
export type SightingSubject = z.infer<typeof sightingSubject>

/** The gallery that a decision was made against. */
export const galleryVersion = z.strictObject({
  /** Log position of the last event that changed the tenant's gallery, decimal; null while nothing has. */
  position: z.string().regex(/^\d+$/).nullable(),
  modelSet: z.string().min(1),
  /** SHA-256 over the sorted `<pictureId>:<vectorSha256>` lines. */
  sha256,
})
export type GalleryVersion = z.infer<typeof galleryVersion>

/** A person's score: the best cosine similarity (-1..1) of its pictures. */
export const candidate = z.strictObject({
  personId: uuid,
  pictureId: uuid,
  similarity: z.number().min(-1.01).max(1.01),
})
export type Candidate = z.infer<typeof candidate>

/** Whether a face is somebody's; if not, why: what the scores lack, or the face itself. */
export const matchOutcome = z.enum([
  'MATCHED',
  'BELOW_THRESHOLD',
  'MARGIN_TOO_SMALL',
  'EMPTY_GALLERY',
  'TOO_SMALL',
  'POOR_QUALITY',
])

/** Everything that a match rested on, the rejected candidates too. */
export const decisionRecord = z.strictObject({
  modelSet,
  gallery: galleryVersion,
  policyVersion: z.string().min(1).max(60),
  box,
  quality: faceQuality,
  /** The best five, best first. */
  candidates: z.array(candidate).max(5),
  /** Best similarity minus the next person's; null with fewer than two. */
  margin: z.number().nullable(),
  outcome: matchOutcome,
})
export type DecisionRecord = z.infer<typeof decisionRecord>

/** A face picture in object storage, encrypted under `keyId`; width and height in px. */
export const crop = z.strictObject({
  objectKey: z.string().min(1).max(400),
  keyId: uuid,
  width: z.int().positive(),
  height: z.int().positive(),
})
export type Crop = z.infer<typeof crop>

/** What every event of a sighting stream carries, so that a take-over reads backwards only to the open ones. */
const continuity = { watermark, open: z.array(uuid) }

/**
 * A face was seen in two of three frames. `template` is a Float32Array(512), L2-normalised, sealed under
 * `keyId`: the person's key, or one of the sighting's own while the face is unknown.
 */
export const sightingOpened = defineEvent({
  type: 'SightingOpened',
  category: 'sighting',
  version: 1,
  data: z.strictObject({
    sightingId: uuid,
    siteId: uuid,
    firstFrame: frameRef,
    decidingFrame: frameRef,
    subject: sightingSubject,
    decision: decisionRecord,
    keyId: uuid,
    template: encryptedValue,
    crop,
    previousSightingId: uuid.nullable(),
    ...continuity,
  }),
})

/** The same presence is somebody else than was thought: unknown became known, or a sustained change. */
export const sightingIdentified = defineEvent({
  type: 'SightingIdentified',
  category: 'sighting',
  version: 1,
  data: z.strictObject({
    sightingId: uuid,
    was: sightingSubject,
    becomes: sightingSubject,
    decidingFrame: frameRef,
    decision: decisionRecord,
    ...continuity,
  }),
})

/** Still there: at 10 s, 30 s, then every 60 s. */
export const sightingExtended = defineEvent({
  type: 'SightingExtended',
  category: 'sighting',
  version: 1,
  data: z.strictObject({
    sightingId: uuid,
    until: instant,
    frames: z.int().positive(),
    /** The best similarity to the subject so far; null while unknown. */
    best: z.number().nullable(),
    ...continuity,
  }),
})

/** How a sighting ends: gone for the absence gap, the session ended, or nobody watched for so long. */
export const closingReason = z.enum(['LEFT', 'STREAM_ENDED', 'UNOBSERVED'])
export type ClosingReason = z.infer<typeof closingReason>

/** Nobody is there any more, as far as anybody knows. */
export const sightingClosed = defineEvent({
  type: 'SightingClosed',
  category: 'sighting',
  version: 1,
  data: z.strictObject({
    sightingId: uuid,
    lastSeenAt: instant,
    frames: z.int().positive(),
    reason: closingReason,
    ...continuity,
  }),
})

export const sightingEvents = [sightingOpened, sightingIdentified, sightingExtended, sightingClosed] as const
export type SightingEvent = EventOf<(typeof sightingEvents)[number]>

/** What a face of one frame was found to be, as `detections.v1` tells it; `quality` is the rest of its decision. */
export const detectedFace = z.strictObject({
  /** Faces are ordered left to right, then top. */
  faceIndex: z.int().nonnegative(),
  box,
  quality: faceQuality,
  sightingId: uuid.nullable(),
  candidates: z.array(candidate).max(5),
  margin: z.number().nullable(),
  outcome: matchOutcome,
})
export type DetectedFace = z.infer<typeof detectedFace>
