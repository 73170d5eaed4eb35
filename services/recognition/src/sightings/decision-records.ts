import type { ModelSet as ModelReference } from '@sightline/contracts/models'
import type { DecisionRecord, DetectedFace } from '@sightline/contracts/sightings'
import { type Face, type Finding, isExamined } from '../faces/finder.ts'
import { match } from '../faces/matching.ts'
import type { Policy } from '../faces/model-set.ts'
import type { VersionedGallery } from '../galleries/galleries.ts'
import type { ObservedFace } from './presence.ts'

/** What all decisions about one frame rested on. */
export type DecisionBasis = Pick<DecisionRecord, 'modelSet' | 'gallery' | 'policyVersion'>

/**
 * Matches the faces of a finding with a gallery. Faces that aren't usable are told as such, never matched; a vector
 * that can be trusted no further than to follow a face through a film is kept for that.
 */
export function observedFaces(
  { faces, model }: Pick<Finding, 'faces' | 'model'>,
  { gallery }: VersionedGallery,
  policy: Policy,
): ObservedFace[] {
  return faces.map((face, faceIndex) => {
    const seen = { faceIndex, box: face.box, quality: qualityOf(face) }
    const unmatched = { candidates: [], margin: null }
    if (!isExamined(face)) {
      const outcome = face.verdict === 'TOO_SMALL' ? 'TOO_SMALL' : 'POOR_QUALITY'
      return { ...seen, ...unmatched, outcome, embedding: null }
    }
    const { embedding, verdict } = face
    if (verdict === 'WEAK_VECTOR') return { ...seen, ...unmatched, outcome: 'POOR_QUALITY', embedding: null }
    if (verdict === 'BLURRED') return { ...seen, ...unmatched, outcome: 'POOR_QUALITY', embedding }
    return { ...seen, ...match({ embedding, model }, gallery, policy), embedding }
  })
}

/** What a face is worth; 0 for what wasn't measured of a face that wasn't examined. */
export function qualityOf(face: Face): DetectedFace['quality'] {
  return {
    score: face.score,
    height: face.box.height,
    norm: isExamined(face) ? face.norm : 0,
    sharpness: isExamined(face) ? face.sharpness : 0,
  }
}

/** The basis of all decisions that are made with these. */
export function decisionBasis(
  model: ModelReference,
  { version }: VersionedGallery,
  policy: Policy,
): DecisionBasis {
  return { modelSet: model, gallery: version, policyVersion: policy.version }
}

/** The record of the frame that decided something about a face. */
export function decisionRecord(basis: DecisionBasis, face: ObservedFace): DecisionRecord {
  const { box, quality, candidates, margin, outcome } = face
  return { ...basis, box, quality, candidates, margin, outcome }
}

/** What the detections topic tells of a face. */
export function detectedFace(face: ObservedFace, sightingOf: ReadonlyMap<number, string>): DetectedFace {
  const { embedding: _, ...rest } = face
  return { ...rest, sightingId: sightingOf.get(face.faceIndex) ?? null }
}
