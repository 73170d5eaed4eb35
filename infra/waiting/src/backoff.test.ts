import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backoff } from './backoff.ts'

test('pauses grow from the first to the longest and never leave them but for chance', () => {
  const limits = { first: 500, longest: 3000 }
  expect([0, 1, 2, 3, 50].map(failures => backoff(failures, limits, () => 1))).toEqual([
    500, 1000, 2000, 3000, 3000,
  ])
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
      const ms = backoff(failures, limits, () => random)
      expect(ms).toBeGreaterThanOrEqual(250)
      expect(ms).toBeLessThanOrEqual(3000)
    }),
  )
})
