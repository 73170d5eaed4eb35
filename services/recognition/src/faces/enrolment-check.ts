import { type ExaminedFace, type Finding, isExamined } from './finder.ts'

/** Why a picture can't be a person's enrolled picture, as far as the picture tells. */
export type EnrolmentRefusal = 'NO_FACE' | 'SEVERAL_FACES' | 'TOO_SMALL' | 'BLURRED' | 'UNREADABLE'

/** The one face that a person is enrolled by, or why there is none. */
export type EnrolmentCheck =
  | { accepted: true; face: ExaminedFace }
  | { accepted: false; reason: EnrolmentRefusal }

/**
 * Whether a picture shows exactly one face that is good enough to recognise its person by. A second face is refused
 * however small it is: nobody says which of them is meant.
 * @param finding what was found in it, or that it is no readable picture
 */
export function checkForEnrolment(finding: Finding | 'unreadable'): EnrolmentCheck {
  const refuse = (reason: EnrolmentRefusal) => ({ accepted: false as const, reason })
  if (finding === 'unreadable') return refuse('UNREADABLE')
  const [face, ...others] = finding.faces
  if (!face) return refuse('NO_FACE')
  if (others.length > 0) return refuse('SEVERAL_FACES')
  if (face.verdict === 'TOO_SMALL' || face.verdict === 'BLURRED') return refuse(face.verdict)
  // What the detector took for a face but the embedder didn't: turned on its side, or not a face at all.
  if (!isExamined(face) || face.verdict === 'WEAK_VECTOR') return refuse('NO_FACE')
  return { accepted: true, face }
}
