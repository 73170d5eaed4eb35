import { createHmac, timingSafeEqual } from 'node:crypto'
import { uuid } from '@sightline/contracts/identifiers'
import { z } from 'zod'

/** What is served: a person's picture as uploaded, or the crop of a sighting. */
export type PictureKind = 'picture' | 'crop'

/** A stored picture, and to whom its address is given. */
export interface AddressedPicture {
  kind: PictureKind
  tenantId: string
  /** Of the person who asked; null where their token names none. */
  sessionId: string | null
  objectKey: string
  /** The data key that the object is sealed under. */
  keyId: string
  contentType: string
}

/** Makes and reads the addresses of pictures. */
export interface PictureAddresses {
  /** The path of a picture, `/pictures/<token>` or `/crops/<token>`, good for 4 to 5 minutes. */
  signAddress(picture: AddressedPicture & { now: Date }): string
  /** What a path's token names; undefined where it is forged, of another kind, or ran out. */
  readAddress(kind: PictureKind, token: string, now: Date): AddressedPicture | undefined
}

const folders = { picture: '/pictures/', crop: '/crops/' } as const
const MINUTE_MS = 60_000
const LIFE_MINUTES = 5

const claims = z.tuple([
  z.enum(['picture', 'crop']),
  uuid,
  uuid.nullable(),
  z.string().min(1),
  uuid,
  z.string().min(1),
  z.int(),
])

/** @param pictureKey the server's key for addresses of pictures, 32 bytes */
export function createPictureAddresses(pictureKey: Uint8Array): PictureAddresses {
  const macOf = (payload: string) => createHmac('sha256', pictureKey).update(payload).digest()

  return {
    signAddress({ kind, tenantId, sessionId, objectKey, keyId, contentType, now }) {
      // Whole minutes: an address stays the same for a while, so a page needn't load a picture again.
      const expires = (Math.floor(now.getTime() / MINUTE_MS) + LIFE_MINUTES) * MINUTE_MS
      const fields: z.input<typeof claims> = [
        kind,
        tenantId,
        sessionId,
        objectKey,
        keyId,
        contentType,
        expires,
      ]
      const payload = Buffer.from(JSON.stringify(fields)).toString('base64url')
      return `${folders[kind]}${payload}.${macOf(payload).toString('base64url')}`
    },

    readAddress(kind, token, now) {
      const [payload, mac, ...more] = token.split('.')
      if (!payload || !mac || more.length > 0) return undefined
      const given = Buffer.from(mac, 'base64url')
      const wanted = macOf(payload)
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined
      const [ofKind, tenantId, sessionId, objectKey, keyId, contentType, expires] = claims.parse(
        JSON.parse(Buffer.from(payload, 'base64url').toString()),
      )
      if (ofKind !== kind || expires <= now.getTime()) return undefined
      return { kind, tenantId, sessionId, objectKey, keyId, contentType }
    },
  }
}
