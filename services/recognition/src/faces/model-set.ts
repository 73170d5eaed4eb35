import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ModelSet as ModelReference } from '@sightline/contracts/models'
import { z } from 'zod'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const size = z.number().int().min(1).max(4096)

const input = <Channels extends [string, ...string[]]>(channels: Channels) =>
  z.strictObject({
    name: z.string().min(1),
    width: size,
    height: size,
    /** A pixel value 0..255 is fed to the network as `(value - mean) / scale`. */
    mean: z.number(),
    scale: z.number().positive(),
    channels: z.enum(channels),
  })

const point = z.tuple([z.number(), z.number()])

const policy = z.strictObject({
  /** Raised whenever a threshold changes: decision records name it. */
  version: z.string().min(1).max(60),
  /** Smallest length of an embedding before normalisation; a face that isn't upright falls below it. */
  minimumNorm: z.number().nonnegative(),
  /** Smallest variance of the Laplacian over the aligned patch (grey levels, squared). */
  minimumSharpness: z.number().nonnegative(),
  /** Smallest height of a face in the picture, in pixels. */
  minimumFacePx: z.number().positive(),
  /** Smallest height of a face in the detector's shrunk picture, in pixels. */
  minimumDetectorPx: z.number().positive(),
  /** How many faces of a picture are examined, the largest first: bounds the work of one frame. */
  maximumFaces: z.number().int().positive(),
  /** Smallest cosine similarity at which a face is a known person's. */
  matchThreshold: z.number().min(-1).max(1),
  /** Smallest lead over the next person at which it is theirs and not ambiguous. */
  matchMargin: z.number().min(0).max(2),
})

/**
 * A model set: which network files find faces and turn them into vectors, how each is fed, and the thresholds
 * that were measured with them. `head` and `layout` name the functions that decode the networks' outputs.
 */
const modelSetSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,63}$/),
    /** `evaluation`: weights whose licence isn't established, for development only; `operator`: the operator's own. */
    grade: z.enum(['evaluation', 'operator']),
    detector: z.strictObject({
      head: z.enum(['ultraface']),
      file: z.string().min(1),
      sha256,
      input: input(['RGB', 'BGR']),
      outputs: z.strictObject({ scores: z.string(), boxes: z.string() }),
      scoreThreshold: z.number().min(0).max(1),
      overlapThreshold: z.number().min(0).max(1),
    }),
    landmarks: z.strictObject({
      layout: z.enum(['points68']),
      file: z.string().min(1),
      sha256,
      input: input(['GREY']),
      output: z.string(),
    }),
    embedder: z.strictObject({
      file: z.string().min(1),
      sha256,
      input: input(['RGB', 'BGR']),
      output: z.string(),
      dimension: z.number().int().min(1).max(4096),
      /** Where left eye, right eye, nose, left and right mouth corner of an aligned face lie in the input. */
      template: z.tuple([point, point, point, point, point]),
    }),
    policy,
  })
  .refine(
    set => set.landmarks.input.width === set.landmarks.input.height,
    'the landmark input must be square',
  )

export type ModelSet = z.infer<typeof modelSetSchema>
export type Policy = z.infer<typeof policy>

/** The set that development, continuous integration and the demo use, with evaluation weights. */
const evaluationModelSetFile = new URL('./evaluation-models.json', import.meta.url)

/** A model set or a weights file that can't be used; the message says which and why. */
export class ModelSetError extends Error {
  override name = 'ModelSetError'
}

/**
 * Reads and checks a model set's description.
 * @throws ModelSetError if the file can't be read or isn't a model set
 */
export function readModelSet(file: URL | string = evaluationModelSetFile): ModelSet {
  let json: unknown
  try {
    json = JSON.parse(readFileSync(file, 'utf8'))
  } catch (cause) {
    throw new ModelSetError(`The model set ${file} can't be read`, { cause })
  }
  const parsed = modelSetSchema.safeParse(json)
  if (!parsed.success)
    throw new ModelSetError(`The model set ${file} is not valid: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** Names a set and its networks: stored with each vector and each decision that they made. */
export function referenceTo(set: ModelSet): ModelReference {
  const network = ({ file, sha256 }: { file: string; sha256: string }) => ({
    id: basename(file, '.onnx'),
    sha256,
  })
  return {
    id: set.id,
    detector: network(set.detector),
    landmarks: network(set.landmarks),
    embedder: network(set.embedder),
  }
}

/** The bytes of a set's three networks, each checked against its sha256. */
export interface Weights {
  detector: Uint8Array
  landmarks: Uint8Array
  embedder: Uint8Array
}

/**
 * Reads the weights of a set from a folder. What is returned is what was checked: load these bytes, not the files.
 * @throws ModelSetError naming the file that is absent or has another sha256 than the set says
 */
export async function readWeights(set: ModelSet, folder: string): Promise<Weights> {
  async function read({ file, sha256 }: { file: string; sha256: string }) {
    const bytes = await readFile(join(folder, file)).catch(cause => {
      throw new ModelSetError(`The weights file ${file} of model set ${set.id} can't be read`, { cause })
    })
    const found = createHash('sha256').update(bytes).digest('hex')
    if (found !== sha256)
      throw new ModelSetError(
        `The weights file ${file} has the sha256 ${found}, model set ${set.id} needs ${sha256}`,
      )
    return new Uint8Array(bytes)
  }
  const [detector, landmarks, embedder] = await Promise.all([
    read(set.detector),
    read(set.landmarks),
    read(set.embedder),
  ])
  return { detector, landmarks, embedder }
}
