import { createCipheriv, createDecipheriv, createHmac, hkdfSync } from 'node:crypto'
import { badRequest } from '../context.ts'

/** Log positions as a client sees them: opaque, of its own tenant only. */
export interface PositionCodec {
  encode(position: bigint): string
  /** @throws GraphQLError POSITION_NOT_VALID where it is no position of this tenant */
  decode(token: string): bigint
}

/** Where a page ended, as a client sees it: opaque, of one query with one filter, and of one tenant. */
export interface CursorCodec {
  encode(of: CursorOf, key: CursorKey): string
  /** @throws GraphQLError CURSOR_NOT_VALID where it is no cursor of this query, filter and tenant */
  decode(of: CursorOf, token: string): CursorKey
}

/** Which list a cursor belongs to. */
export interface CursorOf {
  query: string
  filter: Readonly<Record<string, string | null | undefined>>
}

/** The sort key of a row, as its reader takes it. */
export type CursorKey = readonly (string | number | null)[]

const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * The codecs of a tenant, or of the machines that serve all: AES-256-GCM under keys of the server's `position` key.
 *
 * A position in the clear would show other tenants' volume. The iv is a MAC of place and plaintext under a key
 * of its own (a synthetic iv): it never meets another plaintext, however many tokens are made, and equal
 * positions look equal.
 *
 * @param positionKey 32 bytes, derived for `position`
 * @param scope the tenant's id, or `machine`
 */
export function createCodecs(
  positionKey: Uint8Array,
  scope: string,
): { position: PositionCodec; cursors: CursorCodec } {
  const keyOf = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', positionKey, Buffer.from(scope), `sightline ${purpose}`, 32))
  const encryptionKey = keyOf('token encryption')
  const ivKey = keyOf('token iv')

  function close(place: readonly unknown[], plaintext: Buffer): string {
    const associated = Buffer.from(JSON.stringify([scope, ...place]))
    const length = Buffer.alloc(4)
    length.writeUInt32BE(associated.length)
    const iv = createHmac('sha256', ivKey)
      .update(length)
      .update(associated)
      .update(plaintext)
      .digest()
      .subarray(0, IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', encryptionKey, iv).setAAD(associated)
    const data = Buffer.concat([cipher.update(plaintext), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), data]).toString('base64url')
  }

  function open(place: readonly unknown[], token: string): Buffer | undefined {
    const bytes = Buffer.from(token, 'base64url')
    if (bytes.length <= IV_BYTES + TAG_BYTES) return undefined
    const decipher = createDecipheriv('aes-256-gcm', encryptionKey, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(JSON.stringify([scope, ...place])))
      .setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    try {
      return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
    } catch {
      return undefined
    }
  }

  const placeOf = ({ query, filter }: CursorOf) => [
    'cursor',
    query,
    Object.entries(filter)
      .map(([name, value]) => [name, value ?? null] as const)
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  ]

  return {
    position: {
      encode(position) {
        const plaintext = Buffer.alloc(8)
        plaintext.writeBigInt64BE(position)
        return close(['position'], plaintext)
      },
      decode(token) {
        const plaintext = open(['position'], token)
        if (plaintext?.length !== 8) throw badRequest('The position is not valid here', 'POSITION_NOT_VALID')
        return plaintext.readBigInt64BE()
      },
    },
    cursors: {
      encode: (of, key) => close(placeOf(of), Buffer.from(JSON.stringify(key))),
      decode(of, token) {
        const plaintext = open(placeOf(of), token)
        if (!plaintext) {
          throw badRequest('The cursor does not belong to this query and filter', 'CURSOR_NOT_VALID')
        }
        return JSON.parse(plaintext.toString()) as CursorKey
      },
    },
  }
}
