import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { EncryptedValue } from '@sightline/contracts/encryption'

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** A sealed value that doesn't open: another key, or the value or what it is bound to was altered. */
export class SealBrokenError extends Error {
  override name = 'SealBrokenError'
}

/** Where a value stands: it opens nowhere else. */
export interface SealedAt {
  /** The data key's id. */
  keyId: string
  /** The stream that the value was first written to. */
  stream: string
  /** The event's field that the value was first written as. */
  field: string
}

/**
 * Seals a value of an event: AES-256-GCM under `key` (32 bytes) with a random 96-bit iv; key id, stream and
 * field are the associated data.
 */
export function seal(key: Uint8Array, at: SealedAt, plaintext: Uint8Array): EncryptedValue {
  const { iv, data, tag } = encrypt(key, placeOf(at), plaintext)
  return {
    keyId: at.keyId,
    stream: at.stream,
    field: at.field,
    iv: iv.toString('base64'),
    data: data.toString('base64'),
    tag: tag.toString('base64'),
  }
}

/** Opens a value of an event. @throws SealBrokenError */
export function unseal(key: Uint8Array, value: EncryptedValue): Buffer {
  return decrypt(
    key,
    placeOf(value),
    Buffer.from(value.iv, 'base64'),
    Buffer.from(value.data, 'base64'),
    Buffer.from(value.tag, 'base64'),
  )
}

/**
 * Seals the bytes of an object (a picture, a crop) into one buffer `iv | tag | data`, 28 bytes longer than
 * they are; `name`, the object's key, is the associated data, so that objects can't be exchanged.
 */
export function sealBytes(key: Uint8Array, name: string, bytes: Uint8Array): Buffer {
  const { iv, data, tag } = encrypt(key, Buffer.from(name), bytes)
  return Buffer.concat([iv, tag, data])
}

/** Opens what `sealBytes` made under the same key and name. @throws SealBrokenError */
export function unsealBytes(key: Uint8Array, name: string, sealed: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  const iv = bytes.subarray(0, IV_BYTES)
  const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES)
  return decrypt(key, Buffer.from(name), iv, bytes.subarray(IV_BYTES + TAG_BYTES), tag)
}

/** A JSON array can't be read in two ways, as joined text could. */
function placeOf(at: SealedAt): Buffer {
  return Buffer.from(JSON.stringify([at.keyId, at.stream, at.field]))
}

function encrypt(key: Uint8Array, associated: Buffer, plaintext: Uint8Array) {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(associated)
  const data = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return { iv, data, tag: cipher.getAuthTag() }
}

function decrypt(key: Uint8Array, associated: Buffer, iv: Buffer, data: Buffer, tag: Buffer): Buffer {
  // A shorter tag would be accepted by GCM as it stands, and could be guessed.
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES)
    throw new SealBrokenError('a sealed value is cut short')
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(associated)
  decipher.setAuthTag(tag)
  try {
    return Buffer.concat([decipher.update(data), decipher.final()])
  } catch (cause) {
    throw new SealBrokenError('a sealed value does not open', { cause })
  }
}
