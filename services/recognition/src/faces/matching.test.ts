import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cosine, createGallery, IncomparableVectorsError, match } from './matching.ts'
import { readModelSet, referenceTo } from './model-set.ts'

const model = referenceTo(readModelSet())
const policy = { matchThreshold: 0.45, matchMargin: 0.1 }

/** A vector of unit length in the plane, at an angle whose cosine to the first axis is the score. */
const at = (score: number) => Float32Array.of(score, Math.sqrt(1 - score * score))
const probe = { embedding: at(1), model }
const gallery = (...entries: [personId: string, score: number][]) =>
  createGallery(
    model,
    2,
    entries.map(([personId, score], i) => ({ personId, pictureId: `picture-${i}`, embedding: at(score) })),
  )

test("a person's score is the best of its pictures, and names the picture", () => {
  const found = match(probe, gallery(['ann', 0.5], ['ann', 0.9], ['bob', 0.2]), policy)
  expect(found.outcome).toBe('MATCHED')
  expect(found.candidates.map(({ personId, pictureId }) => [personId, pictureId])).toEqual([
    ['ann', 'picture-1'],
    ['bob', 'picture-2'],
  ])
  expect(found.margin).toBeCloseTo(0.7, 5)
})

test('nobody, too little likeness and too small a lead are told apart', () => {
  expect(match(probe, gallery(), policy)).toEqual({ candidates: [], margin: null, outcome: 'EMPTY_GALLERY' })
  expect(match(probe, gallery(['ann', 0.44]), policy).outcome).toBe('BELOW_THRESHOLD')
  expect(match(probe, gallery(['ann', 0.46]), policy)).toMatchObject({ margin: null, outcome: 'MATCHED' })
  expect(match(probe, gallery(['ann', 0.8], ['bob', 0.71]), policy).outcome).toBe('MARGIN_TOO_SMALL')
  expect(match(probe, gallery(['ann', 0.8], ['ann', 0.79], ['bob', 0.69]), policy).outcome).toBe('MATCHED')
})

test('the search equals a plain comparison with everyone, the best five in order', () => {
  const vector = fc
    .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 })
    .filter(values => Math.hypot(...values) > 0.1)
    .map(values => Float32Array.from(values, value => value / Math.hypot(...values)))
  const entry = fc.record({
    personId: fc.constantFrom(...'abcdefgh'),
    pictureId: fc.uuid(),
    embedding: vector,
  })
  fc.assert(
    fc.property(vector, fc.array(entry, { maxLength: 30 }), (embedding, entries) => {
      const best = new Map<string, number>()
      for (const one of entries)
        best.set(one.personId, Math.max(best.get(one.personId) ?? -2, cosine(embedding, one.embedding)))
      const expected = [...best.values()].sort((one, other) => other - one).slice(0, 5)
      const { candidates } = match({ embedding, model }, createGallery(model, 7, entries), policy)
      expect(candidates.map(({ similarity }) => similarity)).toEqual(expected)
    }),
  )
})

test('vectors of another length or another embedder are never compared', () => {
  const other = { ...model, embedder: { id: 'other', sha256: '0'.repeat(64) } }
  expect(() => match({ ...probe, model: other }, gallery(['ann', 1]), policy)).toThrow(
    IncomparableVectorsError,
  )
  expect(() => match({ model, embedding: new Float32Array(3) }, gallery(), policy)).toThrow(
    IncomparableVectorsError,
  )
  expect(() => cosine(at(1), new Float32Array(3))).toThrow(IncomparableVectorsError)
  expect(() => createGallery(model, 3, [{ personId: 'a', pictureId: 'b', embedding: at(1) }])).toThrow(
    IncomparableVectorsError,
  )
})
