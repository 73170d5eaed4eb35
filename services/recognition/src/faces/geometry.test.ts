import fc from 'fast-check'
import { expect, test } from 'vitest'
import { clip, fitSimilarity, intersectionOverUnion, invert, type Point, transform } from './geometry.ts'

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true })
const point = fc.record({ x: number(-500, 500), y: number(-500, 500) })
const similarity = fc
  .record({
    scale: number(0.05, 20),
    turn: number(-Math.PI, Math.PI),
    tx: number(-500, 500),
    ty: number(-500, 500),
  })
  .map(({ scale, turn, tx, ty }) => ({ a: scale * Math.cos(turn), b: scale * Math.sin(turn), tx, ty }))
const face: Point[] = [
  { x: 38, y: 52 },
  { x: 74, y: 52 },
  { x: 56, y: 72 },
  { x: 42, y: 92 },
  { x: 71, y: 92 },
]
const box = fc.record({
  x: number(-50, 150),
  y: number(-50, 150),
  width: number(1, 100),
  height: number(1, 100),
})

test('the fit finds the similarity that moved the points', () => {
  fc.assert(
    fc.property(similarity, moved => {
      const fitted = fitSimilarity(
        face,
        face.map(one => transform(moved, one)),
      )!
      for (const key of ['a', 'b', 'tx', 'ty'] as const) expect(fitted[key]).toBeCloseTo(moved[key], 6)
    }),
  )
})

test('no small change of the fitted similarity comes closer to noisy points', () => {
  const distance = (map: Parameters<typeof transform>[0], to: Point[]) =>
    face.reduce((sum, one, i) => {
      const { x, y } = transform(map, one)
      return sum + (x - to[i]!.x) ** 2 + (y - to[i]!.y) ** 2
    }, 0)
  fc.assert(
    fc.property(fc.array(point, { minLength: 5, maxLength: 5 }), similarity, (to, nudge) => {
      const fitted = fitSimilarity(face, to)
      if (!fitted) return
      const other = {
        a: fitted.a + nudge.a / 1000,
        b: fitted.b + nudge.b / 1000,
        tx: fitted.tx + nudge.tx / 1000,
        ty: fitted.ty + nudge.ty / 1000,
      }
      expect(distance(fitted, to)).toBeLessThanOrEqual(distance(other, to) + 1e-6)
    }),
  )
})

test('inverting a similarity leads each point back', () => {
  fc.assert(
    fc.property(similarity, point, (map, start) => {
      const back = transform(invert(map), transform(map, start))
      expect(back.x).toBeCloseTo(start.x, 5)
      expect(back.y).toBeCloseTo(start.y, 5)
    }),
  )
})

test('points that coincide have no fit', () => {
  const one = { x: 3, y: 4 }
  expect(fitSimilarity([one, one, one, one, one], face)).toBeUndefined()
  expect(fitSimilarity(face, [one, one, one, one, one])).toBeUndefined()
  const lost = { x: Number.NaN, y: 0 }
  expect(fitSimilarity([lost, ...face.slice(1)], face)).toBeUndefined()
})

test('the overlap of boxes is symmetric, between 0 and 1, and 1 with itself', () => {
  fc.assert(
    fc.property(box, box, (one, other) => {
      const overlap = intersectionOverUnion(one, other)
      expect(overlap).toBeCloseTo(intersectionOverUnion(other, one), 9)
      expect(overlap).toBeGreaterThanOrEqual(0)
      expect(overlap).toBeLessThanOrEqual(1 + 1e-9)
      expect(intersectionOverUnion(one, one)).toBeCloseTo(1, 9)
    }),
  )
})

test('a clipped box lies in the picture', () => {
  fc.assert(
    fc.property(box, one => {
      const { x, y, width, height } = clip(one, 100, 80)
      expect(Math.min(x, y, width, height)).toBeGreaterThanOrEqual(0)
      expect(x + width).toBeLessThanOrEqual(100)
      expect(y + height).toBeLessThanOrEqual(80)
    }),
  )
})
