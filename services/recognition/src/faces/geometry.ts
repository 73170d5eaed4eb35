/** A point in pixels of the upright picture, from its top left corner. */
export interface Point {
  x: number
  y: number
}

/** A rectangle in pixels of the upright picture; x and y are its top left corner. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** Left eye, right eye, nose, left mouth corner, right mouth corner, as they lie in the picture. */
export type FivePoints = readonly [Point, Point, Point, Point, Point]

/** The map `x' = a x - b y + tx`, `y' = b x + a y + ty`: turning, scaling and shifting, no mirroring. */
export interface Similarity {
  a: number
  b: number
  tx: number
  ty: number
}

/** The overlap of two boxes as a share of their union, 0 to 1. */
export function intersectionOverUnion(one: Box, other: Box): number {
  const width = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x)
  const height = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y)
  if (width <= 0 || height <= 0) return 0
  const both = width * height
  return both / (one.width * one.height + other.width * other.height - both)
}

/** The part of a box that lies in a picture of the given size. */
export function clip(box: Box, width: number, height: number): Box {
  const x = Math.min(Math.max(box.x, 0), width)
  const y = Math.min(Math.max(box.y, 0), height)
  return {
    x,
    y,
    width: Math.min(Math.max(box.x + box.width, x), width) - x,
    height: Math.min(Math.max(box.y + box.height, y), height) - y,
  }
}

/**
 * The similarity that maps `from` onto `to` with the least sum of squared distances (Umeyama, 1991, in its closed
 * form for the plane without mirroring).
 * @returns undefined if the points of either side all coincide, where no such map is defined
 */
export function fitSimilarity(from: readonly Point[], to: readonly Point[]): Similarity | undefined {
  const n = from.length
  if (n !== to.length || n < 2) return undefined
  const [fromX, fromY, toX, toY] = [mean(from, 'x'), mean(from, 'y'), mean(to, 'x'), mean(to, 'y')]
  let along = 0
  let across = 0
  let spread = 0
  for (let i = 0; i < n; i++) {
    const x = from[i]!.x - fromX
    const y = from[i]!.y - fromY
    const u = to[i]!.x - toX
    const v = to[i]!.y - toY
    along += x * u + y * v
    across += x * v - y * u
    spread += x * x + y * y
  }
  const a = along / spread
  const b = across / spread
  const scale = Math.hypot(a, b)
  if (!Number.isFinite(scale) || scale < 1e-6 || spread < 1e-6) return undefined
  return { a, b, tx: toX - a * fromX + b * fromY, ty: toY - b * fromX - a * fromY }
}

/** The map that undoes `similarity`. */
export function invert({ a, b, tx, ty }: Similarity): Similarity {
  const square = a * a + b * b
  const inverse = { a: a / square, b: -b / square }
  return { ...inverse, tx: -(inverse.a * tx - inverse.b * ty), ty: -(inverse.b * tx + inverse.a * ty) }
}

/** Where a similarity takes a point. */
export function transform({ a, b, tx, ty }: Similarity, { x, y }: Point): Point {
  return {
    x: a * x - b * y + tx,
    y: b * x + a * y + ty,
  }
}

const mean = (points: readonly Point[], axis: 'x' | 'y') =>
  points.reduce((sum, point) => sum + point[axis], 0) / points.length
