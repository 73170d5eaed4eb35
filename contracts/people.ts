import { z } from 'zod'
import { personalText } from './encryption.ts'
import { defineEvent, type EventOf } from './event.ts'
import { sha256, uuid } from './identifiers.ts'

/** Sites where a person is expected. */
export const personSites = z.array(uuid).max(500)

/**
 * A person that the tenant wants to be recognised. `keyId` is the person's data key; destroying it erases them.
 * `siteIds` say where the person is expected, for who may see them; none is the whole tenant.
 */
export const personEnrolled = defineEvent({
  type: 'PersonEnrolled',
  category: 'person',
  version: 1,
  data: z.strictObject({
    keyId: uuid,
    name: personalText,
    siteIds: personSites.min(1).optional(),
  }),
  personal: ['name'],
})

/** What a person's picture may be. */
export const pictureContentType = z.enum(['image/jpeg', 'image/png', 'image/webp'])
export type PictureContentType = z.infer<typeof pictureContentType>

/** Where a person's uploaded picture is stored, as the API writes it and recognition reads it. */
export function uploadedPictureKey(picture: {
  tenantId: string
  personId: string
  pictureId: string
}): string {
  return `${picture.tenantId}/faces-raw/${picture.personId}/${picture.pictureId}`
}

/** A picture was stored, encrypted under the person's key; `sha256` and `bytes` are of the picture as uploaded. */
export const personPictureAdded = defineEvent({
  type: 'PersonPictureAdded',
  category: 'person',
  version: 1,
  data: z.strictObject({
    pictureId: uuid,
    keyId: uuid,
    contentType: pictureContentType,
    sha256,
    bytes: z.int().positive(),
  }),
})

export const personEvents = [personEnrolled, personPictureAdded] as const
export type PersonEvent = EventOf<(typeof personEvents)[number]>
