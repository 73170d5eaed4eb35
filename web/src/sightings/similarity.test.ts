import { expect, test } from 'vitest'
import { newestFirst } from './sighting-fields.ts'
import { similarityInWords } from './similarity.ts'

test('words change where the number means something else', () => {
  expect([0.83, 0.7, 0.69, 0.55, 0.45, 0.44, -0.1].map(similarityInWords)).toEqual([
    'very similar',
    'very similar',
    'similar',
    'similar',
    'barely similar',
    'not similar',
    'not similar',
  ])
})

test('sightings of the same instant never swap places', () => {
  const at = (id: string, second: number) => ({ id, firstSeenAt: `2026-01-01T00:00:0${second}.000Z` })
  const rows = [at('a', 1), at('c', 2), at('b', 2)]
  const sorted = ['c', 'b', 'a']
  expect(rows.toSorted(newestFirst).map(({ id }) => id)).toEqual(sorted)
  expect(
    rows
      .toReversed()
      .toSorted(newestFirst)
      .map(({ id }) => id),
  ).toEqual(sorted)
})
