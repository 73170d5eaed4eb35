import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** The kinds of machines that an API key may be of. */
export const API_KEY_KINDS = ['agent', 'media_node', 'worker'] as const
export type ApiKeyKind = (typeof API_KEY_KINDS)[number]

/** What the text of an API key says; whether it counts is for whoever holds its hash. */
export interface ParsedApiKey {
  kind: ApiKeyKind
  /** Uuid. */
  keyId: string
  /** SHA-256 of the whole text, 32 bytes: all of it that is ever stored. */
  hash: Uint8Array
}

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 62^43 is just above 2^256, 62^6 above 2^32. */
const SECRET_LENGTH = 43
const CHECKSUM_LENGTH = 6
const PATTERN = new RegExp(
  `^sl_(?<kind>${API_KEY_KINDS.join('|')})_(?<keyId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_[0-9A-Za-z]{${SECRET_LENGTH}}(?<checksum>[0-9A-Za-z]{${CHECKSUM_LENGTH}})$`,
)

function base62(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest /= 62n) text = ALPHABET[Number(rest % 62n)] + text
  return text
}

const checksumOf = (text: string) => base62(BigInt(crc32(text)), CHECKSUM_LENGTH)
const hashOf = (text: string) => createHash('sha256').update(text).digest()

/**
 * Makes an API key: `sl_<kind>_<keyId>_<43 base62><6 base62 CRC-32>`. The checksum, of everything before it, lets
 * scanners of source code tell a key from chance without asking us.
 *
 * @param keyId uuid in lower case
 * @param secret 32 random bytes
 * @returns the text, which is shown once, and its SHA-256, which is stored
 */
export function newApiKey(
  kind: ApiKeyKind,
  keyId: string,
  secret: Uint8Array = randomBytes(32),
): { text: string; hash: Uint8Array } {
  if (secret.length !== 32) throw new RangeError('the secret of an API key has 32 bytes')
  const number = BigInt(`0x${Buffer.from(secret).toString('hex')}`)
  const unchecked = `sl_${kind}_${keyId}_${base62(number, SECRET_LENGTH)}`
  const text = unchecked + checksumOf(unchecked)
  return { text, hash: hashOf(text) }
}

/** Reads an API key; undefined where the text is none, which its form and checksum tell without a look-up. */
export function parseApiKey(text: string): ParsedApiKey | undefined {
  if (text.length > 200) return undefined
  const groups = PATTERN.exec(text)?.groups
  if (!groups || checksumOf(text.slice(0, -CHECKSUM_LENGTH)) !== groups.checksum) return undefined
  return { kind: groups.kind as ApiKeyKind, keyId: groups.keyId!, hash: hashOf(text) }
}

/** Whether two hashes are the same, in a time that doesn't tell how much of them is. */
export function sameHash(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
