import type { ClosingReason, FrameRef, SightingSubject, Watermark } from '@sightline/contracts/sightings'
import { v5 as uuidv5 } from 'uuid'
import { canVote, isPerson, joinFaces, likeness, personOf, trackOf } from './joining.ts'
import {
  agreementMs,
  type CandidateTrack,
  type Hit,
  type InterruptedSighting,
  nextExtensionMs,
  type ObservedFace,
  type ObservedFrame,
  type OpenSighting,
  type Presence,
  type PresencePolicy,
  sameFaceCosine,
  type Vote,
} from './presence.ts'

/** What happened at a camera, before it is made an event: keys, crop and metadata come with the writing. */
export type SightingChange = { watermark: Watermark; open: string[] } & (
  | {
      type: 'opened'
      sightingId: string
      firstFrame: FrameRef
      decidingFrame: FrameRef
      subject: SightingSubject
      face: ObservedFace
      previousSightingId: string | null
    }
  | {
      type: 'identified'
      sightingId: string
      was: SightingSubject
      becomes: SightingSubject
      decidingFrame: FrameRef
      face: ObservedFace
    }
  | { type: 'extended'; sightingId: string; until: string; frames: number; best: number | null }
  | { type: 'closed'; sightingId: string; lastSeenAt: string; frames: number; reason: ClosingReason }
)

/** What follows from a frame. */
export interface Observation {
  /** Holds once the changes are in the log; its revision is still the old one. */
  presence: Presence
  changes: SightingChange[]
  /** Which sighting each face of the frame belongs to, by face index; absent if none. */
  sightingOf: Map<number, string>
}

/** Which camera it is about. */
export interface CameraId {
  tenantId: string
  cameraId: string
}

/** The name space of sighting ids (RFC 9562, section 5.5). */
const sightingNamespace = 'c5a1f7a4-8a0e-4a5e-9d55-1d8f0f2a6f3b'

/** The id of the sighting that begins with a frame's face: the same whoever decides it. */
export function sightingIdOf({ tenantId, cameraId }: CameraId, first: FrameRef, faceIndex: number): string {
  return uuidv5(
    [tenantId, cameraId, first.streamId, first.epoch, first.sequence, faceIndex].join('/'),
    sightingNamespace,
  )
}

/**
 * Takes a frame into account: who of the open sightings is still there, who is somebody else than was thought, who is
 * new, who has gone. Pure; the frame must come after the presence's watermark.
 */
export function observe(
  camera: CameraId,
  before: Presence,
  { ref, faces }: ObservedFrame,
  policy: PresencePolicy,
): Observation {
  const at = Date.parse(ref.capturedAt)
  const frame = before.frames + 1
  const watermark = { session: ref.session, epoch: ref.epoch, sequence: ref.sequence }
  const changes: SightingChange[] = []
  const sightingOf = new Map<number, string>()
  let open = before.open
  function change(next: OpenSighting[], one: WithoutContinuity<SightingChange>) {
    open = next
    changes.push({ ...one, watermark, open: open.map(({ sightingId }) => sightingId) })
  }

  const ended = open.filter(({ session }) => session < ref.session)
  for (const sighting of ended) change(without(open, sighting), closing(sighting, 'STREAM_ENDED'))

  const joined = joinFaces(open, faces, at)
  const stepMs = watchedStep(before.watchedAt, at, policy)
  for (const sighting of open) {
    const face = joined.get(sighting.sightingId)
    if (!face) {
      const absent = { ...sighting, absentMs: sighting.absentMs + stepMs }
      open = replaced(open, absent)
      if (absent.absentMs >= policy.absenceGapMs) change(without(open, absent), closing(absent, 'LEFT'))
      continue
    }
    sightingOf.set(face.faceIndex, sighting.sightingId)
    const seen = see(sighting, face, frame, at)
    const becomes = newIdentity(seen, open)
    const identified: OpenSighting = becomes
      ? { ...seen, subject: becomes, best: face.candidates[0]?.similarity ?? null }
      : seen
    open = replaced(open, identified)
    if (becomes)
      change(open, {
        type: 'identified',
        sightingId: sighting.sightingId,
        was: sighting.subject,
        becomes,
        decidingFrame: ref,
        face,
      })
    const seenForMs = at - identified.firstSeenAt
    if (seenForMs >= identified.extensionDueMs) {
      const extended = { ...identified, extensionDueMs: nextExtensionMs(seenForMs) }
      const { sightingId, frames, best } = extended
      change(replaced(open, extended), { type: 'extended', sightingId, until: ref.capturedAt, frames, best })
    }
  }

  let interrupted = [...before.interrupted, ...ended].filter(
    one => at - one.lastSeenAt <= policy.returnWithinMs,
  )
  const tracks = followTracks(before.candidates, { ref, faces }, joined, frame, at)
  const waiting: CandidateTrack[] = []
  for (const track of tracks) {
    const agreed = agreement(track, frame)
    const present = agreed && open.some(({ subject }) => isPerson(subject, agreed.personId))
    if (!agreed || present) {
      waiting.push(track)
      continue
    }
    const opened = openSighting(camera, track, agreed, at)
    const previous = interrupted.find(one => isSame(one, agreed))
    interrupted = interrupted.filter(one => one !== previous)
    sightingOf.set(agreed.face.faceIndex, opened.sightingId)
    change([...open, opened], {
      type: 'opened',
      sightingId: opened.sightingId,
      firstFrame: track.hits[0]!.ref,
      decidingFrame: ref,
      subject: opened.subject,
      face: agreed.face,
      previousSightingId: previous?.sightingId ?? null,
    })
  }

  const watchedAt = Math.max(at, before.watchedAt ?? at)
  const { revision } = before
  return {
    presence: { revision, watermark, watchedAt, open, candidates: waiting, frames: frame, interrupted },
    changes,
    sightingOf,
  }
}

/** Whether the next frame can open a sighting: two frames must agree on who is there, so one must wait for another. */
export function mayOpen({ candidates }: Presence): boolean {
  return candidates.length > 0
}

/** Ends all open sightings without a frame: the stream has ended, or nobody has watched for too long. */
export function closeAll(before: Presence, reason: 'STREAM_ENDED' | 'UNOBSERVED'): Observation {
  const changes: SightingChange[] = before.watermark
    ? before.open.map((sighting, index) => ({
        ...closing(sighting, reason),
        watermark: before.watermark!,
        open: before.open.slice(index + 1).map(({ sightingId }) => sightingId),
      }))
    : []
  const interrupted = [...before.interrupted, ...before.open]
  return {
    presence: { ...before, open: [], candidates: [], interrupted },
    changes,
    sightingOf: new Map(),
  }
}

type WithoutContinuity<Change> = Change extends unknown ? Omit<Change, 'watermark' | 'open'> : never

const without = (open: OpenSighting[], gone: OpenSighting) =>
  open.filter(({ sightingId }) => sightingId !== gone.sightingId)

const replaced = (open: OpenSighting[], by: OpenSighting) =>
  open.map(one => (one.sightingId === by.sightingId ? by : one))

const closing = ({ sightingId, lastSeenAt, frames }: OpenSighting, reason: ClosingReason) => ({
  type: 'closed' as const,
  sightingId,
  lastSeenAt: new Date(lastSeenAt).toISOString(),
  frames,
  reason,
})

/** How much watched time lies between two frames: none if they are so far apart that nobody watched. */
function watchedStep(before: number | null, at: number, { unwatchedAfterMs }: PresencePolicy) {
  const step = before === null ? 0 : Math.max(0, at - before)
  return step > unwatchedAfterMs ? 0 : step
}

function see(sighting: OpenSighting, face: ObservedFace, frame: number, at: number): OpenSighting {
  const personId = personOf(face)
  const votes = canVote(face) ? [...sighting.votes, { frame, at, personId }].slice(-3) : sighting.votes
  const similarity = isPerson(sighting.subject, personId) ? face.candidates[0]!.similarity : null
  return {
    ...sighting,
    lastSeenAt: Math.max(at, sighting.lastSeenAt),
    frames: sighting.frames + 1,
    best: similarity === null ? sighting.best : Math.max(similarity, sighting.best ?? -1),
    lastBox: face.box,
    absentMs: 0,
    votes,
  }
}

/**
 * Whom a sighting turns out to be, if to somebody else: an unknown face is known by two agreeing frames of three, a
 * known one becomes somebody else by three in a row. Nobody is at one camera twice.
 */
function newIdentity(sighting: OpenSighting, open: OpenSighting[]): SightingSubject | undefined {
  const latest = sighting.votes.at(-1)
  if (!latest?.personId || isPerson(sighting.subject, latest.personId)) return undefined
  const { personId } = latest
  if (open.some(({ subject }) => isPerson(subject, personId))) return undefined
  const agreeing = recent(sighting.votes, latest).filter(vote => vote.personId === personId)
  const needed = sighting.subject.kind === 'unknown' ? 2 : 3
  return agreeing.length >= needed ? { kind: 'person', personId } : undefined
}

/** The votes of the latest three frames that are close enough in time to count together. */
const recent = <One extends Vote>(votes: readonly One[], latest: Vote): One[] =>
  votes.filter(vote => latest.frame - vote.frame < 3 && latest.at - vote.at <= agreementMs)

const followTracks = (
  before: readonly CandidateTrack[],
  { ref, faces }: ObservedFrame,
  joined: Map<string, ObservedFace>,
  frame: number,
  at: number,
): CandidateTrack[] => {
  const now: Vote = { frame, at, personId: null }
  let tracks = before.map(({ hits }) => ({ hits: recent(hits, now) })).filter(({ hits }) => hits.length > 0)
  const taken = new Set(joined.values())
  for (const face of faces) {
    if (taken.has(face) || !canVote(face)) continue
    const hit: Hit = { frame, at, personId: personOf(face), ref, face }
    // A track that another face of this very frame has taken is that face's.
    const track = trackOf(
      tracks.filter(({ hits }) => hits.at(-1)!.frame < frame),
      face,
      at,
    )
    tracks = track
      ? tracks.map(one => (one === track ? { hits: [...one.hits, hit] } : one))
      : [...tracks, { hits: [hit] }]
  }
  return tracks
}

/** This frame's hit of a track if another of the latest three frames took it for the same. */
function agreement({ hits }: CandidateTrack, frame: number): Hit | undefined {
  const latest = hits.at(-1)!
  if (latest.frame !== frame) return undefined
  return hits.filter(({ personId }) => personId === latest.personId).length >= 2 ? latest : undefined
}

function openSighting(camera: CameraId, track: CandidateTrack, agreed: Hit, at: number): OpenSighting {
  const first = track.hits[0]!
  const { personId, ref, face } = agreed
  return {
    sightingId: sightingIdOf(camera, first.ref, first.face.faceIndex),
    subject: personId === null ? { kind: 'unknown' } : { kind: 'person', personId },
    template: face.embedding,
    session: ref.session,
    firstSeenAt: first.at,
    lastSeenAt: at,
    frames: track.hits.length,
    best: personId === null ? null : Math.max(...similarities(track, personId)),
    lastBox: face.box,
    absentMs: 0,
    extensionDueMs: nextExtensionMs(at - first.at),
    votes: track.hits.map(({ frame, at, personId }) => ({ frame, at, personId })),
  }
}

const similarities = ({ hits }: CandidateTrack, personId: string) =>
  hits.filter(hit => hit.personId === personId).map(({ face }) => face.candidates[0]!.similarity)

const isSame = (interrupted: InterruptedSighting, { personId, face }: Hit) =>
  (personId !== null && isPerson(interrupted.subject, personId)) ||
  likeness(interrupted.template, face.embedding) >= sameFaceCosine
