import { z } from 'zod'
import { sha256 } from './identifiers.ts'

/** One network by name and by the hash of its weights. Vectors of two embedders are never compared. */
export const modelIdentity = z.strictObject({ id: z.string().min(1).max(100), sha256 })

/** The networks that made a result. `id` names the set; `embedder.sha256` is what makes vectors comparable. */
export const modelSet = z.strictObject({
  id: z.string().min(1).max(100),
  detector: modelIdentity,
  landmarks: modelIdentity.nullable(),
  embedder: modelIdentity,
})
export type ModelSet = z.infer<typeof modelSet>

/** A box in pixels of the whole frame. */
export const box = z.strictObject({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
export type Box = z.infer<typeof box>

/**
 * What a face picture is worth: `score` of the detector 0..1, `height` of the face in px, `norm` of the raw
 * vector, `sharpness` = variance of the Laplacian on the aligned 112x112 patch.
 */
export const faceQuality = z.strictObject({
  score: z.number(),
  height: z.number(),
  norm: z.number(),
  sharpness: z.number(),
})
