import { hkdfSync } from 'node:crypto'

/** What a key derived from the server secret is for; a key serves one purpose. */
export type KeyPurpose = 'pairing' | 'position' | 'picture' | 'user' | 'session'

/**
 * Derives a purpose's key from the one server secret: HKDF-SHA-256 (RFC 5869), 32 bytes.
 * @param serverSecret at least 32 random bytes
 * @throws RangeError where the secret is shorter
 */
export function deriveKey(serverSecret: Uint8Array, purpose: KeyPurpose): Buffer {
  if (serverSecret.byteLength < 32) throw new RangeError('the server secret must be at least 32 bytes')
  return Buffer.from(hkdfSync('sha256', serverSecret, new Uint8Array(), `sightline ${purpose} key`, 32))
}
