import { SealBrokenError, sealBytes, unsealBytes } from './encryption.ts'

/** What a wrapped key is; one of another purpose doesn't open. Of token signing keys it is their kind too. */
export type WrappedPurpose = 'data key' | `${string} signing key`

/** What wraps data keys and token signing keys. A key management service stands behind the same two functions. */
export interface MasterKey {
  /** @param purpose `data key` by default */
  wrap(key: Uint8Array, purpose?: WrappedPurpose): Buffer
  /** @throws SealBrokenError where another master key wrapped it, or for another purpose */
  unwrap(wrapped: Uint8Array, purpose?: WrappedPurpose): Buffer
}

/**
 * The master key of a file or the environment.
 *
 * @param base64 32 bytes
 * @param previous the one before it, 32 bytes, which still opens what it wrapped while keys are being re-wrapped
 * @throws RangeError where they are not 32
 */
export function createMasterKey(base64: string, previous?: string): MasterKey {
  const key = bytesOf(base64)
  const before = previous === undefined ? undefined : bytesOf(previous)
  return {
    wrap: (plain, purpose = 'data key') => sealBytes(key, boundTo(purpose), plain),
    unwrap(wrapped, purpose = 'data key') {
      try {
        return unsealBytes(key, boundTo(purpose), wrapped)
      } catch (error) {
        if (!before || !(error instanceof SealBrokenError)) throw error
        return unsealBytes(before, boundTo(purpose), wrapped)
      }
    },
  }
}

function bytesOf(base64: string): Buffer {
  const key = Buffer.from(base64, 'base64')
  if (key.length !== 32) throw new RangeError('the master key must be 32 bytes in base64')
  return key
}

/** What a wrapped key is bound to, so that no other sealed thing passes for one. */
const boundTo = (purpose: WrappedPurpose) => `sightline ${purpose}`
