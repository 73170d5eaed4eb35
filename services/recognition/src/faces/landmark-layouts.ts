import type { FivePoints, Point } from './geometry.ts'

/**
 * The five points of the 68-point layout (iBUG 300-W): eyes from the lids' points without the corners, which blink
 * and squint least, the tip of the nose, and each mouth corner from its outer and inner point.
 * @param output 136 values: x and y of each point as shares of the square's side
 * @param square the square that the network saw, in picture pixels
 */
export function fivePointsOf68(
  output: Float32Array,
  square: { x: number; y: number; side: number },
): FivePoints {
  function mean(...points: number[]): Point {
    let x = 0
    let y = 0
    for (const point of points) {
      x += output[point * 2]!
      y += output[point * 2 + 1]!
    }
    return {
      x: (x / points.length) * square.side + square.x,
      y: (y / points.length) * square.side + square.y,
    }
  }
  return [mean(37, 38, 40, 41), mean(43, 44, 46, 47), mean(30), mean(48, 60), mean(54, 64)]
}
