import { z } from 'zod'
import { encryptedValue } from './encryption.ts'
import { defineEvent, type EventOf } from './event.ts'
import { uuid } from './identifiers.ts'
import { displayName } from './tenants.ts'

/** How many frames a second are sampled for recognition: 1..10. */
export const framesPerSecond = z.int().min(1).max(10)

/** `address` is the RTSP address with its credentials, sealed under the camera's data key `keyId`. */
export const cameraRegistered = defineEvent({
  type: 'CameraRegistered',
  category: 'camera',
  version: 1,
  data: z.strictObject({
    siteId: uuid,
    name: displayName,
    keyId: uuid,
    address: encryptedValue,
    framesPerSecond,
    reencode: z.boolean(),
  }),
})

/** The camera is wanted live from now on. The revision of this event is the `session` of everything that follows. */
export const streamStarted = defineEvent({
  type: 'StreamStarted',
  category: 'camera',
  version: 1,
  data: z.strictObject({ streamId: uuid }),
})

/** The camera is wanted no longer. */
export const streamStopped = defineEvent({
  type: 'StreamStopped',
  category: 'camera',
  version: 1,
  data: z.strictObject({ streamId: uuid }),
})

export const cameraEvents = [cameraRegistered, streamStarted, streamStopped] as const
export type CameraEvent = EventOf<(typeof cameraEvents)[number]>
