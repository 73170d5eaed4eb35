import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tombstoneRevision } from './events.ts'
import { noLimits } from './stream-metadata.ts'
import { streamState } from './visible-range.ts'

const atOnce = () => 0

describe('what readers find of a stream', () => {
  it.each([
    ['nothing, where there never was an event', -1, noLimits, { state: 'absent', last: -1 }],
    ['everything', 4, noLimits, { state: 'readable', first: 0, last: 4 }],
    ['the last three', 9, { ...noLimits, maxCount: 3 }, { state: 'readable', first: 7, last: 9 }],
    ['all of fewer', 1, { ...noLimits, maxCount: 3 }, { state: 'readable', first: 0, last: 1 }],
    ['what is not cut off', 9, { ...noLimits, truncateBefore: 8 }, { state: 'readable', first: 8, last: 9 }],
    ['nothing yet', 9, { ...noLimits, truncateBefore: 12 }, { state: 'readable', first: 12, last: 9 }],
    [
      'nothing, once deleted',
      9,
      { ...noLimits, truncateBefore: tombstoneRevision },
      { state: 'absent', last: 9 },
    ],
    ['its end for ever', tombstoneRevision, noLimits, { state: 'deleted' }],
  ] as const)('%s', (_case, last, limits, expected) => {
    expect(streamState(last, limits, atOnce, 1_000)).toEqual(expected)
  })

  it('the events up to an age, among those that other limits leave', () => {
    const ascending = fc.array(fc.nat(5_000), { minLength: 1 }).map(times => times.sort((a, b) => a - b))
    fc.assert(
      fc.property(
        ascending,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 8 }),
        (times, maxAge, maxCount) => {
          const now = 6_000
          const last = times.length - 1
          const state = streamState(last, { ...noLimits, maxAge, maxCount }, at => times[at]!, now)
          const shown = times
            .map((_, at) => at)
            .filter(at => at > last - maxCount && times[at]! >= now - maxAge * 1_000)
          expect(state).toMatchObject({ state: 'readable', last })
          const { first } = state as { first: number }
          expect(times.map((_, at) => at).filter(at => at >= first)).toEqual(shown)
        },
      ),
    )
  })
})
