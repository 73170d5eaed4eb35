import type { ModelSet as ModelReference } from '@sightline/contracts/models'
import { type Box, clip, type FivePoints, fitSimilarity, invert, type Point } from './geometry.ts'
import { fivePointsOf68 } from './landmark-layouts.ts'
import { type ModelSet, type Policy, referenceTo } from './model-set.ts'
import type { Networks } from './networks.ts'
import { cropFace, decode, decodeSmall, type FaceCrop, type Pixels, readSize } from './picture.ts'
import { laplacianVariance, warpColour, writeGreySquare, writeLetterboxed } from './tensors.ts'
import { type Detection, decodeUltraface, type HeadOptions } from './ultraface.ts'

/** Where a face is, in pixels of the upright picture, and how sure the detector is (0 to 1). */
interface Located {
  box: Box
  score: number
}

/** A face that was aligned and turned into a vector. */
export type ExaminedFace = Located & {
  /**
   * `USABLE` may be matched. `BLURRED` is below the policy's sharpness. `WEAK_VECTOR`'s embedding is too short to
   * mean anything: a face turned by 90 degrees, or none.
   */
  verdict: 'USABLE' | 'BLURRED' | 'WEAK_VECTOR'
  points: FivePoints
  /** Of unit length, so that the cosine of two is their dot product; made by the finding's model. */
  embedding: Float32Array
  /** The embedding's length before it was normalised. */
  norm: number
  /** Variance of the Laplacian over the aligned patch. */
  sharpness: number
  /** The face with some of its surroundings, where crops were asked for. */
  crop?: FaceCrop
}

/**
 * A face that wasn't turned into a vector: too small for this picture's size, one too many, or without five points
 * that a face can be aligned by.
 */
export type UnexaminedFace = Located & { verdict: 'TOO_SMALL' | 'TOO_MANY' | 'NOT_ALIGNED' }

/** A face that was found. */
export type Face = ExaminedFace | UnexaminedFace

/** What was found in one picture. */
export interface Finding {
  /** Of the upright picture, in pixels. */
  width: number
  height: number
  /** The smallest height of a recognisable face in a picture of this size, in pixels. */
  smallestFacePx: number
  /** From left to right, then from the top; empty if there is none. */
  faces: Face[]
  /** What made the embeddings. */
  model: ModelReference
}

/** What a finding is to hold beside what is always in it. */
export interface Wanted {
  /** A crop of each examined face; made while the networks run. */
  crops: boolean
}

/** Finds the faces of one picture at a time. */
export interface Finder {
  /**
   * Detects on a shrunken picture and decodes the whole only if there is a face.
   * @throws UnreadablePictureError
   */
  findFaces(picture: Uint8Array, wanted?: Wanted): Promise<Finding>
  close(): Promise<void>
}

/** Whether a face was examined, so that it has a vector. */
export function isExamined(face: Face): face is ExaminedFace {
  return 'embedding' in face
}

/** The crops of a finding's faces, by face index; undefined where there is none. */
export function cropsOf({ faces }: Pick<Finding, 'faces'>): (FaceCrop | undefined)[] {
  return faces.map(face => (isExamined(face) ? face.crop : undefined))
}

type Head = (outputs: { scores: Float32Array; boxes: Float32Array }, options: HeadOptions) => Detection[]

const heads: Record<ModelSet['detector']['head'], Head> = {
  ultraface: ({ scores, boxes }, options) => decodeUltraface(scores, boxes, options),
}

const layouts: Record<ModelSet['landmarks']['layout'], typeof fivePointsOf68> = { points68: fivePointsOf68 }

/** By how much a picture is shrunk (below 1) or enlarged to fit the detector's input. */
const letterboxScale = (set: ModelSet, width: number, height: number) =>
  Math.min(set.detector.input.width / width, set.detector.input.height / height)

/**
 * The smallest height, in pixels, that a face must have to be recognised in a picture of this size: the detector
 * sees large pictures shrunk, so a small face in them is found unreliably.
 */
export function smallestFacePx(set: ModelSet, width: number, height: number): number {
  return Math.max(set.policy.minimumFacePx, set.policy.minimumDetectorPx / letterboxScale(set, width, height))
}

/** Makes a finder of a set's open networks, which it closes when it is closed. */
export function createFinder(set: ModelSet, networks: Networks): Finder {
  const { detector, embedder, policy } = set
  const template = embedder.template.map(([x, y]) => ({ x, y }))
  const grey = new Float32Array(embedder.input.width * embedder.input.height)
  const model = referenceTo(set)

  async function detect(pixels: Pixels, scale: number): Promise<Located[]> {
    writeLetterboxed(pixels, detector.input, networks.detector.input)
    const outputs = await networks.detector.run()
    const found = heads[detector.head](
      { scores: outputs[detector.outputs.scores]!, boxes: outputs[detector.outputs.boxes]! },
      {
        ...detector.input,
        scoreThreshold: detector.scoreThreshold,
        overlapThreshold: detector.overlapThreshold,
      },
    )
    return found.map(({ box, score }) => ({
      box: { x: box.x / scale, y: box.y / scale, width: box.width / scale, height: box.height / scale },
      score,
    }))
  }

  async function locatePoints(pixels: Pixels, box: Box): Promise<FivePoints> {
    const side = box.height
    const square = { x: box.x + (box.width - side) / 2, y: box.y, side }
    writeGreySquare(pixels, square, set.landmarks.input, networks.landmarks.input)
    const outputs = await networks.landmarks.run()
    return layouts[set.landmarks.layout](outputs[set.landmarks.output]!, square)
  }

  async function examine(pixels: Pixels, located: Located): Promise<Face> {
    const points = await locatePoints(pixels, located.box)
    const toTemplate = fitSimilarity(points as readonly Point[], template)
    if (!toTemplate) return { ...located, verdict: 'NOT_ALIGNED' }
    warpColour(pixels, invert(toTemplate), embedder.input, networks.embedder.input, grey)
    const sharpness = laplacianVariance(grey, embedder.input.width, embedder.input.height)
    const outputs = await networks.embedder.run()
    const { embedding, norm } = normalise(outputs[embedder.output]!)
    return { ...located, verdict: judge(policy, norm, sharpness), points, embedding, norm, sharpness }
  }

  async function examineAndCrop(pixels: Pixels, located: Located): Promise<Face> {
    const [face, crop] = await Promise.all([examine(pixels, located), cropFace(pixels, located.box)])
    return isExamined(face) ? { ...face, crop } : face
  }

  return {
    findFaces: async (picture, { crops } = { crops: false }) => {
      // A picture of less than twice the detector's size can't be shrunk while it is decoded: decoding it once and
      // shrinking it here is cheaper than decoding it twice. Trying that first spares it the look at its header, and a
      // larger one is refused by its header before it costs anything.
      const small = await decodeSmall(picture, 4 * detector.input.width * detector.input.height)
      const { width, height } = small ?? (await readSize(picture))
      const smallest = smallestFacePx(set, width, height)
      const scale = letterboxScale(set, width, height)
      const located = await detect(
        small && scale > 0.5 ? small : await decode(picture, detector.input),
        scale,
      )
      const largestFirst = located.toSorted((one, other) => other.box.height - one.box.height)
      const examinable = largestFirst.filter(({ box }) => box.height >= smallest)
      const chosen = new Set(examinable.slice(0, policy.maximumFaces))
      const pixels = small ?? (chosen.size > 0 ? await decode(picture) : undefined)
      const faces: Face[] = []
      for (const one of located) {
        if (pixels && chosen.has(one)) faces.push(await (crops ? examineAndCrop : examine)(pixels, one))
        else faces.push({ ...one, verdict: one.box.height < smallest ? 'TOO_SMALL' : 'TOO_MANY' })
      }
      for (const face of faces) face.box = clip(face.box, width, height)
      faces.sort((one, other) => one.box.x - other.box.x || one.box.y - other.box.y)
      return { width, height, smallestFacePx: smallest, faces, model }
    },
    close: () => networks.close(),
  }
}

function judge(policy: Policy, norm: number, sharpness: number): ExaminedFace['verdict'] {
  if (!(norm >= policy.minimumNorm)) return 'WEAK_VECTOR'
  return sharpness >= policy.minimumSharpness ? 'USABLE' : 'BLURRED'
}

function normalise(raw: Float32Array) {
  let squares = 0
  for (let i = 0; i < raw.length; i++) squares += raw[i]! * raw[i]!
  const norm = Math.sqrt(squares)
  const embedding = new Float32Array(raw.length)
  if (norm > 0) for (let i = 0; i < raw.length; i++) embedding[i] = raw[i]! / norm
  return { embedding, norm }
}
