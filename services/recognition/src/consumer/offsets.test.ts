import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createOffsets } from './offsets.ts'

test('only what lies before the lowest unfinished frame is due', () => {
  const offsets = createOffsets()
  offsets.assign(3)
  expect(offsets.due()).toEqual([])
  for (const offset of [10n, 11n, 12n]) offsets.begin(3, offset)
  offsets.read(3, 13n)
  offsets.finish(3, 11n)
  expect(offsets.due()).toEqual([{ partition: 3, nextOffset: 10n }])
  offsets.committed(3, 10n)
  expect(offsets.due()).toEqual([])
  offsets.finish(3, 10n)
  expect(offsets.due()).toEqual([{ partition: 3, nextOffset: 12n }])
  offsets.finish(3, 12n)
  expect(offsets.due()).toEqual([{ partition: 3, nextOffset: 13n }])
})

test('what finishes of a revoked partition changes nothing', () => {
  const offsets = createOffsets()
  offsets.assign(1)
  offsets.begin(1, 5n)
  offsets.revoke(1)
  offsets.finish(1, 5n)
  offsets.read(1, 6n)
  expect(offsets.due()).toEqual([])
  offsets.assign(1)
  expect(offsets.due()).toEqual([])
})

test('in whatever order frames finish, nothing unfinished is passed over and all is committed in the end', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([...Array(20).keys()], { minLength: 20 }), order => {
      const offsets = createOffsets()
      offsets.assign(0)
      for (let i = 0; i < 20; i++) offsets.begin(0, BigInt(i))
      offsets.read(0, 20n)
      const unfinished = new Set(order)
      for (const one of order) {
        offsets.finish(0, BigInt(one))
        unfinished.delete(one)
        for (const { nextOffset } of offsets.due()) {
          expect(nextOffset).toBe(BigInt(unfinished.size > 0 ? Math.min(...unfinished) : 20))
          offsets.committed(0, nextOffset)
        }
      }
      expect(offsets.due()).toEqual([])
    }),
  )
})
