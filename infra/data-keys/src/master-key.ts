import { sealBytes, unsealBytes } from './encryption.ts'

/** What wraps data keys. A key management service stands behind the same two functions. */
export interface MasterKey {
  wrap(dataKey: Uint8Array): Buffer
  /** @throws SealBrokenError where another master key wrapped it */
  unwrap(wrapped: Uint8Array): Buffer
}

/** What a wrapped key is bound to, so that no other sealed thing passes for one. */
const PURPOSE = 'sightline data key'

/**
 * The master key of a file or the environment.
 * @param base64 32 bytes
 * @throws RangeError where they are not 32
 */
export function createMasterKey(base64: string): MasterKey {
  const key = Buffer.from(base64, 'base64')
  if (key.length !== 32) throw new RangeError('the master key must be 32 bytes in base64')
  return {
    wrap: dataKey => sealBytes(key, PURPOSE, dataKey),
    unwrap: wrapped => unsealBytes(key, PURPOSE, wrapped),
  }
}
