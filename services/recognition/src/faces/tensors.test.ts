import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Pixels } from './picture.ts'
import { laplacianVariance, warpColour, writeGreySquare, writeLetterboxed } from './tensors.ts'

/** A picture whose red is its column, green its row and blue constant, so that a value tells where it is from. */
function ramp(width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data.set([x, y, 200], (y * width + x) * 3)
  return { data, width, height }
}

const feeding = { width: 8, height: 6, mean: 0, scale: 1, channels: 'RGB' }
const plane = feeding.width * feeding.height

test('the warp takes each value from where the similarity leads, between pixels too', () => {
  const within = fc.double({ min: 20, max: 60, noNaN: true })
  fc.assert(
    fc.property(fc.double({ min: -1.2, max: 1.2, noNaN: true }), within, within, (b, tx, ty) => {
      const toPicture = { a: 1, b, tx, ty }
      const tensor = new Float32Array(3 * plane)
      const grey = new Float32Array(plane)
      warpColour(ramp(100, 100), toPicture, feeding, tensor, grey)
      for (let v = 0; v < feeding.height; v++)
        for (let u = 0; u < feeding.width; u++) {
          const i = v * feeding.width + u
          expect(tensor[i]).toBeCloseTo(u - b * v + tx, 3)
          expect(tensor[plane + i]).toBeCloseTo(b * u + v + ty, 3)
          expect(tensor[2 * plane + i]).toBeCloseTo(200, 3)
        }
    }),
  )
})

test('the warp orders channels and scales values as the network wants them', () => {
  const tensor = new Float32Array(3 * plane)
  const bgr = { ...feeding, channels: 'BGR', mean: 100, scale: 50 }
  warpColour(ramp(100, 100), { a: 1, b: 0, tx: 10, ty: 20 }, bgr, tensor, new Float32Array(plane))
  expect([tensor[0], tensor[plane], tensor[2 * plane]]).toEqual(
    [2, (20 - 100) / 50, (10 - 100) / 50].map(Math.fround),
  )
})

test('outside the picture the warp is black and has no grey', () => {
  const tensor = new Float32Array(3 * plane).fill(7)
  const grey = new Float32Array(plane)
  warpColour(ramp(20, 20), { a: 1, b: 0, tx: -500, ty: 900 }, feeding, tensor, grey)
  expect([...new Set(tensor)]).toEqual([0])
  expect(grey.every(Number.isNaN)).toBe(true)
  expect(laplacianVariance(grey, feeding.width, feeding.height)).toBe(0)
})

test('a picture is letterboxed from the top left', () => {
  const tensor = new Float32Array(3 * plane).fill(7)
  writeLetterboxed(ramp(8, 3), { ...feeding, mean: 5 }, tensor)
  expect([...tensor.subarray(0, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map(value => value - 5))
  expect(new Set(tensor.subarray(3 * 8, 6 * 8))).toEqual(new Set([-5]))
  writeLetterboxed(ramp(16, 12), feeding, tensor)
  expect([...tensor.subarray(0, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map(value => value * 2 + 0.5))
})

test('a grey square is the mean of what it covers', () => {
  const grey = new Float32Array(64)
  const square = { width: 8, height: 8, mean: 0, scale: 1, channels: 'GREY' }
  writeGreySquare(ramp(100, 100), { x: 10, y: 20, side: 32 }, square, grey)
  expect(grey[0]).toBeCloseTo(0.299 * 11.5 + 0.587 * 21.5 + 0.114 * 200, 3)
  writeGreySquare(ramp(100, 100), { x: -500, y: 0, side: 32 }, square, grey)
  expect(new Set(grey)).toEqual(new Set([0]))
})
