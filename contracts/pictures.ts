import { z } from 'zod'
import { encryptedValue } from './encryption.ts'
import { defineEvent, type EventOf } from './event.ts'
import { sha256, uuid } from './identifiers.ts'
import { box, faceQuality, modelSet } from './models.ts'

/**
 * Recognition took a person's picture into the gallery. `vector` is a Float32Array(512), L2-normalised, little
 * endian, sealed under the person's key; `vectorSha256` is of those bytes.
 */
export const pictureAccepted = defineEvent({
  type: 'PictureAccepted',
  category: 'picture',
  version: 1,
  data: z.strictObject({
    personId: uuid,
    keyId: uuid,
    modelSet,
    vector: encryptedValue,
    vectorSha256: sha256,
    box,
    quality: faceQuality,
  }),
})

/** Why a picture is not taken into the gallery. */
export const pictureRefusal = z.enum([
  'NO_FACE',
  'SEVERAL_FACES',
  'TOO_SMALL',
  'BLURRED',
  'UNREADABLE',
  'MODEL_FAILED',
])
export type PictureRefusal = z.infer<typeof pictureRefusal>

/** Recognition can't know anybody by this picture. */
export const pictureRefused = defineEvent({
  type: 'PictureRefused',
  category: 'picture',
  version: 1,
  data: z.strictObject({ personId: uuid, reason: pictureRefusal }),
})

export const pictureEvents = [pictureAccepted, pictureRefused] as const
export type PictureEvent = EventOf<(typeof pictureEvents)[number]>
