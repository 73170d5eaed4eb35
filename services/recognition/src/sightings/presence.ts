import type { Box } from '@sightline/contracts/models'
import type { DetectedFace, FrameRef, SightingSubject, Watermark } from '@sightline/contracts/sightings'

/** What is remembered of one camera: who is there, who may be, and how far its frames are known. */
export interface Presence {
  /** Of the last event of the camera's sighting stream; -1 while there is none. */
  revision: number
  /** The newest frame that was taken into account; null before the first. */
  watermark: Watermark | null
  /** When that frame was captured, ms since 1970; null if this process hasn't seen it. */
  watchedAt: number | null
  open: OpenSighting[]
  /** Faces that haven't been seen often enough yet to be a sighting. */
  candidates: CandidateTrack[]
  /** How many frames were taken into account, for "two of three frames". */
  frames: number
  /** Sightings that ended because nobody watched: whoever returns continues one of these. */
  interrupted: InterruptedSighting[]
}

/** Somebody who is at the camera. */
export interface OpenSighting {
  sightingId: string
  subject: SightingSubject
  /** Of unit length. Null if its key was destroyed. */
  template: Float32Array | null
  /** Of the stream session that it was opened in. */
  session: number
  /** Capture times, ms since 1970. */
  firstSeenAt: number
  lastSeenAt: number
  frames: number
  /** The best similarity to the subject; null while unknown. */
  best: number | null
  /** Where it was seen last; null after a take-over. */
  lastBox: Box | null
  /** How long frames have shown the camera's view without it, ms. */
  absentMs: number
  /** How long after `firstSeenAt` the next extension is due, ms. */
  extensionDueMs: number
  /** Whom the latest frames took it for, the newest last; `frame` counts the camera's frames. */
  votes: Vote[]
}

/** Whom one frame took a face for: a person, or nobody who is enrolled. */
export interface Vote {
  frame: number
  at: number
  personId: string | null
}

/** A face that was seen and is no sighting yet: its latest frames, the newest last. */
export interface CandidateTrack {
  hits: Hit[]
}

/** One frame's face that belongs to no open sighting. */
export type Hit = Vote & { ref: FrameRef; face: ObservedFace }

/** Somebody who was there when the watching ended. */
export type InterruptedSighting = Pick<OpenSighting, 'sightingId' | 'subject' | 'template' | 'lastSeenAt'>

/** A face of a frame with what matching said: the record of it, and its vector where it was examined. */
export type ObservedFace = Omit<DetectedFace, 'sightingId'> & { embedding: Float32Array | null }

/** A frame that was recognised. */
export interface ObservedFrame {
  ref: FrameRef
  faces: ObservedFace[]
}

/** Nothing is known of the camera. */
export const noPresence: Presence = {
  revision: -1,
  watermark: null,
  watchedAt: null,
  open: [],
  candidates: [],
  frames: 0,
  interrupted: [],
}

/** How presence is decided; durations in ms. */
export interface PresencePolicy {
  /** How long frames must show that somebody is gone until their sighting ends. */
  absenceGapMs: number
  /** Two frames further apart than this leave the time between them unwatched: it counts as no absence. */
  unwatchedAfterMs: number
  /** How long somebody is remembered whose sighting ended unwatched. */
  returnWithinMs: number
}

/** Within this time two of three frames must agree to open or identify a sighting. */
export const agreementMs = 2000
/** A face is the same as one of unlike vector if it stands where that one stood this short a time ago. */
export const samePlaceMs = 1500
/** How much two boxes must overlap to be one place: intersection over union. */
export const samePlaceOverlap = 0.3
/** The cosine from which two faces of one camera are taken for the same. */
export const sameFaceCosine = 0.5

/** Whether a frame comes after another: by session, then epoch, then sequence. */
export function isAfter(one: Watermark, other: Watermark): boolean {
  return one.session - other.session || one.epoch - other.epoch
    ? one.session > other.session || (one.session === other.session && one.epoch > other.epoch)
    : one.sequence > other.sequence
}

/** When extensions are due after the beginning: at 10 s, 30 s, then every 60 s. */
export function nextExtensionMs(seenForMs: number): number {
  if (seenForMs < 10_000) return 10_000
  if (seenForMs < 30_000) return 30_000
  return 30_000 + (Math.floor((seenForMs - 30_000) / 60_000) + 1) * 60_000
}
