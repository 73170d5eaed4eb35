import { type Box, intersectionOverUnion } from './geometry.ts'

/** A box that a detector takes for a face, in pixels of the detector's input, and how sure it is (0 to 1). */
export interface Detection {
  box: Box
  score: number
}

/** What a detector's head needs to know of its set. */
export interface HeadOptions {
  width: number
  height: number
  scoreThreshold: number
  overlapThreshold: number
}

/**
 * The head of the UltraFace family whose network has already applied softmax and decoded its anchors.
 * @param scores n x 2 (background, face)
 * @param boxes n x 4 (left, top, right, bottom) as shares of the input's width and height
 * @returns what remains after greedy suppression of overlapping boxes, the surest first
 */
export function decodeUltraface(
  scores: Float32Array,
  boxes: Float32Array,
  options: HeadOptions,
): Detection[] {
  const candidates: Detection[] = []
  for (let i = 0; i * 2 + 1 < scores.length; i++) {
    const score = scores[i * 2 + 1]!
    // Written so that NaN, which a damaged picture could bring about, is no face.
    if (!(score >= options.scoreThreshold)) continue
    const x = boxes[i * 4]! * options.width
    const y = boxes[i * 4 + 1]! * options.height
    const width = boxes[i * 4 + 2]! * options.width - x
    const height = boxes[i * 4 + 3]! * options.height - y
    if (width > 0 && height > 0) candidates.push({ box: { x, y, width, height }, score })
  }
  candidates.sort((one, other) => other.score - one.score)
  const kept: Detection[] = []
  for (const candidate of candidates)
    if (kept.every(({ box }) => intersectionOverUnion(box, candidate.box) <= options.overlapThreshold))
      kept.push(candidate)
  return kept
}
