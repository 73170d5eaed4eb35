import type { ModelSet as ModelReference } from '@sightline/contracts/models'
import type { Candidate, DecisionRecord } from '@sightline/contracts/sightings'
import type { Policy } from './model-set.ts'

/** One enrolled vector of unit length. A person has as many as pictures. */
export interface EnrolledVector {
  personId: string
  pictureId: string
  embedding: Float32Array
}

/** Enrolled vectors, all made by one embedder, laid out for exact search. */
export interface Gallery {
  model: ModelReference
  /** Length of each vector. */
  dimension: number
  /** `owners.length` vectors of unit length, one after another. */
  vectors: Float32Array
  /** Whose each vector is, and of which picture. */
  owners: readonly { personId: string; pictureId: string }[]
}

/**
 * What a search decided and on what: the five most similar people, the best first, each with its most similar
 * picture; the lead of the best over the next person, null with fewer than two.
 */
export type Match = Pick<DecisionRecord, 'candidates' | 'margin'> & {
  outcome: 'MATCHED' | 'BELOW_THRESHOLD' | 'MARGIN_TOO_SMALL' | 'EMPTY_GALLERY'
}

/** A vector and the gallery, or two vectors, are of different length or of different models. */
export class IncomparableVectorsError extends Error {
  override name = 'IncomparableVectorsError'
}

/** How many people a match tells. */
const told = 5

/**
 * Lays out enrolled vectors for {@link match}.
 * @throws IncomparableVectorsError if a vector hasn't the gallery's dimension
 */
export function createGallery(
  model: ModelReference,
  dimension: number,
  entries: readonly EnrolledVector[],
): Gallery {
  const vectors = new Float32Array(entries.length * dimension)
  entries.forEach(({ embedding }, row) => {
    if (embedding.length !== dimension)
      throw new IncomparableVectorsError(
        `A vector of ${embedding.length} values in a gallery of ${dimension}`,
      )
    vectors.set(embedding, row * dimension)
  })
  const owners = entries.map(({ personId, pictureId }) => ({ personId, pictureId }))
  return { model, dimension, vectors, owners }
}

/**
 * The cosine of two vectors of unit length, -1 to 1.
 * @throws IncomparableVectorsError if their lengths differ
 */
export function cosine(one: Float32Array, other: Float32Array): number {
  if (one.length !== other.length)
    throw new IncomparableVectorsError(`Vectors of ${one.length} and ${other.length} values`)
  return dotAt(one, other, 0)
}

/**
 * Searches a gallery exactly: each enrolled vector is compared. A person's score is the best of its pictures.
 * `MATCHED` (the first candidate) needs `matchThreshold` and a lead of `matchMargin` over the next person.
 * @param vector of unit length
 * @throws IncomparableVectorsError if the vector hasn't the gallery's dimension or was made by another embedder
 */
export function match(
  vector: { embedding: Float32Array; model: ModelReference },
  gallery: Gallery,
  policy: Pick<Policy, 'matchThreshold' | 'matchMargin'>,
): Match {
  const { embedding, model } = vector
  if (embedding.length !== gallery.dimension)
    throw new IncomparableVectorsError(
      `A vector of ${embedding.length} values against a gallery of ${gallery.dimension}`,
    )
  if (model.embedder.sha256 !== gallery.model.embedder.sha256)
    throw new IncomparableVectorsError(
      `A vector of model ${model.id} against a gallery of ${gallery.model.id}`,
    )
  const bestOf = new Map<string, Candidate>()
  gallery.owners.forEach((owner, row) => {
    const similarity = dotAt(embedding, gallery.vectors, row * gallery.dimension)
    const known = bestOf.get(owner.personId)
    if (!known || similarity > known.similarity) bestOf.set(owner.personId, { ...owner, similarity })
  })
  // Equal scores are ordered by id, so that the same picture always gives the same record.
  const candidates = [...bestOf.values()]
    .sort((one, other) => other.similarity - one.similarity || (one.personId < other.personId ? -1 : 1))
    .slice(0, told)
  const [first, second] = candidates
  const margin = first && second ? first.similarity - second.similarity : null
  return { candidates, margin, outcome: judge(first, margin, policy) }
}

function judge(
  first: Candidate | undefined,
  margin: number | null,
  policy: Pick<Policy, 'matchThreshold' | 'matchMargin'>,
): Match['outcome'] {
  if (!first) return 'EMPTY_GALLERY'
  if (first.similarity < policy.matchThreshold) return 'BELOW_THRESHOLD'
  return margin !== null && margin < policy.matchMargin ? 'MARGIN_TOO_SMALL' : 'MATCHED'
}

// Four sums instead of one: the additions then don't wait for each other.
function dotAt(vector: Float32Array, vectors: Float32Array, offset: number): number {
  const n = vector.length
  let [one, two, three, four] = [0, 0, 0, 0]
  let i = 0
  for (; i + 3 < n; i += 4) {
    one += vector[i]! * vectors[offset + i]!
    two += vector[i + 1]! * vectors[offset + i + 1]!
    three += vector[i + 2]! * vectors[offset + i + 2]!
    four += vector[i + 3]! * vectors[offset + i + 3]!
  }
  for (; i < n; i++) one += vector[i]! * vectors[offset + i]!
  return one + two + three + four
}
