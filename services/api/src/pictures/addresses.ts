import { createHmac, timingSafeEqual } from 'node:crypto'
import { uuid } from '@sightline/contracts/identifiers'
import { z } from 'zod'
import type { Principal } from '../context.ts'

/** What is served: a person's picture as uploaded, or the crop of a sighting. */
export type PictureKind = 'picture' | 'crop'

/** A stored picture, and to whom its address is given. */
export interface AddressedPicture {
  kind: PictureKind
  tenantId: string
  /** Who asked, and in which session; null where their token names none. */
  userId: string
  sessionId: string | null
  /**
   * Where it belongs, for whether they may still see it when they ask for it: to sites (none is the whole tenant) and
   * to a camera, if to one.
   */
  siteIds: readonly string[]
  cameraId: string | null
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
  z.string().min(1),
  uuid.nullable(),
  z.array(uuid),
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
    signAddress(picture) {
      const { kind, tenantId, userId, sessionId, siteIds, cameraId, objectKey, keyId, contentType, now } =
        picture
      // Whole minutes: an address stays the same for a while, so a page needn't load a picture again.
      const expires = (Math.floor(now.getTime() / MINUTE_MS) + LIFE_MINUTES) * MINUTE_MS
      const fields: z.input<typeof claims> = [
        kind,
        tenantId,
        userId,
        sessionId,
        [...siteIds],
        cameraId,
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
      const [ofKind, tenantId, userId, sessionId, siteIds, cameraId, objectKey, keyId, contentType, expires] =
        claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()))
      if (ofKind !== kind || expires <= now.getTime()) return undefined
      return { kind, tenantId, userId, sessionId, siteIds, cameraId, objectKey, keyId, contentType }
    },
  }
}

/** To whom an address is given. */
export function askedBy(principal: Principal): Pick<AddressedPicture, 'userId' | 'sessionId'> {
  // Only people read what has pictures.
  if (principal.kind !== 'person') throw new Error(`a ${principal.kind} is given no pictures`)
  return { userId: principal.id, sessionId: principal.sessionId }
}
