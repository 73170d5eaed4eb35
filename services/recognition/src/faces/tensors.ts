import type { Similarity } from './geometry.ts'
import type { Pixels } from './picture.ts'

/** How a network is fed: `(value - mean) / scale`, in the order of `channels`. */
export interface Feeding {
  width: number
  height: number
  mean: number
  scale: number
  channels: string
}

/**
 * Writes a picture into a network's input tensor, planar, shrunk or enlarged to fit from the top left, bilinear; the
 * rest is black. Meant for pictures of up to twice the input's size: larger ones would alias.
 * @param tensor 3 x height x width values
 */
export function writeLetterboxed(pixels: Pixels, feeding: Feeding, tensor: Float32Array): void {
  const { data, width, height } = pixels
  const scale = Math.min(feeding.width / width, feeding.height / height)
  const columns = Math.min(feeding.width, Math.round(width * scale))
  const rows = Math.min(feeding.height, Math.round(height * scale))
  const plane = feeding.width * feeding.height
  const factor = 1 / feeding.scale
  const shift = -feeding.mean * factor
  const redPlane = feeding.channels === 'BGR' ? 2 * plane : 0
  const bluePlane = 2 * plane - redPlane
  tensor.fill(shift)
  // Of each column: where its left and right source pixels begin in a row, and the right one's weight.
  const lefts = new Int32Array(columns)
  const rights = new Int32Array(columns)
  const weights = new Float32Array(columns)
  for (let u = 0; u < columns; u++) {
    const x = Math.min(Math.max((u + 0.5) / scale - 0.5, 0), width - 1)
    lefts[u] = Math.floor(x) * 3
    rights[u] = Math.min(Math.floor(x) + 1, width - 1) * 3
    weights[u] = x - Math.floor(x)
  }
  for (let v = 0; v < rows; v++) {
    const y = Math.min(Math.max((v + 0.5) / scale - 0.5, 0), height - 1)
    const upper = Math.floor(y) * width * 3
    const lower = Math.min(Math.floor(y) + 1, height - 1) * width * 3
    const below = (y - Math.floor(y)) * factor
    const above = factor - below
    for (let u = 0, i = v * feeding.width; u < columns; u++, i++) {
      const left = lefts[u]!
      const right = rights[u]!
      const toRight = weights[u]!
      const toLeft = 1 - toRight
      const a = toLeft * above
      const b = toRight * above
      const c = toLeft * below
      const d = toRight * below
      const ul = upper + left
      const ur = upper + right
      const ll = lower + left
      const lr = lower + right
      tensor[redPlane + i] = a * data[ul]! + b * data[ur]! + c * data[ll]! + d * data[lr]! + shift
      tensor[plane + i] =
        a * data[ul + 1]! + b * data[ur + 1]! + c * data[ll + 1]! + d * data[lr + 1]! + shift
      tensor[bluePlane + i] =
        a * data[ul + 2]! + b * data[ur + 2]! + c * data[ll + 2]! + d * data[lr + 2]! + shift
    }
  }
}

/**
 * Warps a part of a picture into a colour network's input tensor, and its grey levels into `grey`: bilinear; outside
 * the picture the tensor is black and `grey` is NaN. One loop over flat arrays without any allocation: this is the one place where JavaScript
 * touches each pixel.
 * @param toPicture maps a pixel of the network's input to the picture
 * @param tensor 3 x height x width values
 * @param grey height x width values, 0 to 255, or NaN
 */
export function warpColour(
  pixels: Pixels,
  toPicture: Similarity,
  feeding: Feeding,
  tensor: Float32Array,
  grey: Float32Array,
): void {
  const { data, width, height } = pixels
  const { a, b, tx, ty } = toPicture
  const plane = feeding.width * feeding.height
  const { mean } = feeding
  const factor = 1 / feeding.scale
  const redPlane = feeding.channels === 'BGR' ? 2 * plane : 0
  const bluePlane = 2 * plane - redPlane
  const row = width * 3
  for (let v = 0, i = 0; v < feeding.height; v++) {
    for (let u = 0; u < feeding.width; u++, i++) {
      const x = a * u - b * v + tx
      const y = b * u + a * v + ty
      const left = Math.floor(x)
      const top = Math.floor(y)
      let red = 0
      let green = 0
      let blue = 0
      if (left >= -1 && left < width && top >= -1 && top < height) {
        const right = x - left
        const below = y - top
        const at = top * row + left * 3
        // A neighbour outside the picture is black: its weight is dropped.
        const hasLeft = left >= 0
        const hasRight = left < width - 1
        if (top >= 0) {
          if (hasLeft) {
            const weight = (1 - right) * (1 - below)
            red += weight * data[at]!
            green += weight * data[at + 1]!
            blue += weight * data[at + 2]!
          }
          if (hasRight) {
            const weight = right * (1 - below)
            red += weight * data[at + 3]!
            green += weight * data[at + 4]!
            blue += weight * data[at + 5]!
          }
        }
        if (top < height - 1) {
          if (hasLeft) {
            const weight = (1 - right) * below
            red += weight * data[at + row]!
            green += weight * data[at + row + 1]!
            blue += weight * data[at + row + 2]!
          }
          if (hasRight) {
            const weight = right * below
            red += weight * data[at + row + 3]!
            green += weight * data[at + row + 4]!
            blue += weight * data[at + row + 5]!
          }
        }
      }
      tensor[redPlane + i] = (red - mean) * factor
      tensor[plane + i] = (green - mean) * factor
      tensor[bluePlane + i] = (blue - mean) * factor
      const inside = left >= 0 && left < width - 1 && top >= 0 && top < height - 1
      grey[i] = inside ? 0.299 * red + 0.587 * green + 0.114 * blue : Number.NaN
    }
  }
}

/**
 * Writes a square of a picture, grey, into a network's input tensor; black outside the picture. Each value is the
 * mean of a grid of samples as dense as the picture's own pixels, so that shrinking doesn't alias.
 * @param side the square's side in picture pixels
 * @param tensor height x width values
 */
export function writeGreySquare(
  pixels: Pixels,
  square: { x: number; y: number; side: number },
  feeding: Feeding,
  tensor: Float32Array,
): void {
  const { data, width, height } = pixels
  const step = square.side / feeding.width
  const samples = Math.max(1, Math.min(8, Math.round(step)))
  const share = 1 / (samples * samples)
  const factor = 1 / feeding.scale
  for (let v = 0, i = 0; v < feeding.height; v++) {
    for (let u = 0; u < feeding.width; u++, i++) {
      let sum = 0
      for (let sy = 0; sy < samples; sy++) {
        const y = Math.floor(square.y + (v + (sy + 0.5) / samples) * step)
        if (y < 0 || y >= height) continue
        for (let sx = 0; sx < samples; sx++) {
          const x = Math.floor(square.x + (u + (sx + 0.5) / samples) * step)
          if (x < 0 || x >= width) continue
          const at = (y * width + x) * 3
          sum += 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!
        }
      }
      tensor[i] = (sum * share - feeding.mean) * factor
    }
  }
}

/**
 * How sharp a grey patch is: the variance of its Laplacian (4-neighbour kernel), in squared grey levels. A blurred
 * face has few edges, so a small value. Pixels beside a NaN are left out: the picture's own edge is no sharpness.
 */
export function laplacianVariance(grey: Float32Array, width: number, height: number): number {
  let n = 0
  let sum = 0
  let squares = 0
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const value = grey[i - 1]! + grey[i + 1]! + grey[i - width]! + grey[i + width]! - 4 * grey[i]!
      if (Number.isNaN(value)) continue
      n++
      sum += value
      squares += value * value
    }
  }
  return n === 0 ? 0 : squares / n - (sum / n) ** 2
}
