import type { SightingSubject } from '@sightline/contracts/sightings'
import { intersectionOverUnion } from '../faces/geometry.ts'
import { cosine } from '../faces/matching.ts'
import {
  type CandidateTrack,
  type ObservedFace,
  type OpenSighting,
  sameFaceCosine,
  samePlaceMs,
  samePlaceOverlap,
} from './presence.ts'

/** Whom a face was matched to; null if to nobody. */
export function personOf(face: ObservedFace): string | null {
  return face.outcome === 'MATCHED' ? (face.candidates[0]?.personId ?? null) : null
}

/** Whether a face is good enough to say who it is, be it nobody. */
export function canVote(face: ObservedFace): boolean {
  return face.outcome !== 'TOO_SMALL' && face.outcome !== 'POOR_QUALITY'
}

/** How alike two vectors are; -1 where one is missing. */
export function likeness(one: Float32Array | null, other: Float32Array | null): number {
  return one && other ? cosine(one, other) : -1
}

/** Whether a sighting is taken for this person. */
export function isPerson(subject: SightingSubject, personId: string | null): boolean {
  return subject.kind === 'person' && subject.personId === personId
}

/**
 * Which face of a frame continues which open sighting: by identity, else by the likeness of faces, else by standing
 * where the other stood a moment ago. Each face and each sighting is taken once, the surest pairs first.
 * @param at when the frame was captured, ms since 1970
 * @returns the face by sighting id
 */
export function joinFaces(
  open: readonly OpenSighting[],
  faces: readonly ObservedFace[],
  at: number,
): Map<string, ObservedFace> {
  const joined = new Map<string, ObservedFace>()
  const taken = new Set<ObservedFace>()
  function join(worth: (sighting: OpenSighting, face: ObservedFace) => number) {
    const pairs = open
      .filter(({ sightingId }) => !joined.has(sightingId))
      .flatMap(sighting =>
        faces
          .filter(face => !taken.has(face))
          .map(face => ({ sighting, face, worth: worth(sighting, face) })),
      )
      .filter(pair => pair.worth > 0)
      .sort((one, other) => other.worth - one.worth)
    for (const { sighting, face } of pairs) {
      if (joined.has(sighting.sightingId) || taken.has(face)) continue
      joined.set(sighting.sightingId, face)
      taken.add(face)
    }
  }
  join(({ subject }, face) => (isPerson(subject, personOf(face)) ? 1 + face.candidates[0]!.similarity : 0))
  join(({ template }, face) => {
    const alike = likeness(template, face.embedding)
    return alike >= sameFaceCosine ? alike : 0
  })
  join(({ lastBox, lastSeenAt }, face) => {
    if (!lastBox || at - lastSeenAt > samePlaceMs) return 0
    const overlap = intersectionOverUnion(lastBox, face.box)
    return overlap >= samePlaceOverlap ? overlap : 0
  })
  return joined
}

/** The track that a face continues: of the same person, else of a face like it, else of one in the same place. */
export function trackOf(
  tracks: readonly CandidateTrack[],
  face: ObservedFace,
  at: number,
): CandidateTrack | undefined {
  const person = personOf(face)
  const latest = ({ hits }: CandidateTrack) => hits.at(-1)!
  return (
    tracks.find(track => person !== null && latest(track).personId === person) ??
    tracks.find(({ hits }) =>
      hits.some(hit => likeness(hit.face.embedding, face.embedding) >= sameFaceCosine),
    ) ??
    tracks.find(
      track =>
        at - latest(track).at <= samePlaceMs &&
        intersectionOverUnion(latest(track).face.box, face.box) >= samePlaceOverlap,
    )
  )
}
