import { z } from 'zod'
import { line } from './texts.ts'

/** Base64 (RFC 4648, section 4) of any length. */
const base64 = z.base64()

/**
 * A value under a data key: AES-256-GCM, 96-bit iv, 128-bit tag. The associated data is key id, stream and
 * field as first written; they travel with the value, so that it opens after upcasting and from a row.
 */
export const encryptedValue = z.strictObject({
  keyId: z.uuid(),
  stream: z.string().min(1),
  field: z.string().min(1),
  iv: base64,
  data: base64,
  tag: base64,
})
export type EncryptedValue = z.infer<typeof encryptedValue>

/** What a decoder yields for a value whose data key was destroyed. */
export const erased = z.strictObject({ erased: z.literal(true) })
export type Erased = z.infer<typeof erased>

/** A personal text as the decoder hands it on: in the clear, or erased. In the log it is an `EncryptedValue`. */
export const personalText = z.union([line(200).min(1), erased])
export type PersonalText = z.infer<typeof personalText>
