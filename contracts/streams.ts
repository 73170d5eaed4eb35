import { z } from 'zod'
import { defineEvent, type EventOf } from './event.ts'
import { revision, uuid } from './identifiers.ts'
import { line } from './texts.ts'

/** What a media node saw of the video that it passes on; `profile` as the camera's own SPS says (`High`), if known. */
export const videoFormat = z.strictObject({
  codec: line(40).min(1),
  profile: line(60).nullable(),
  width: z.int().positive(),
  height: z.int().positive(),
  reencoded: z.boolean(),
})
export type VideoFormat = z.infer<typeof videoFormat>

/** Why a live session is tried again, for ever, with backoff. */
export const reconnectReason = z.enum([
  'UNREACHABLE',
  'REFUSED',
  'STALLED',
  'ENDED_BY_CAMERA',
  'NO_KEY_FRAMES',
  'MEDIA_WORKER_DIED',
  'INGEST_DIED',
  'NODE_LOST',
])
export type ReconnectReason = z.infer<typeof reconnectReason>

/** What retrying can't mend. */
export const failureReason = z.enum([
  'UNAUTHORIZED',
  'ADDRESS_NOT_ALLOWED',
  'CODEC_NOT_SUPPORTED',
  'B_FRAMES',
  'NO_VIDEO',
])
export type FailureReason = z.infer<typeof failureReason>

/** Whatever the reason carries beside its code, for people to read; never an address with credentials. */
export const streamDetail = line(500)

/** A media node took the session. The revision of this event is the `epoch`; reports of an older one are refused. */
export const streamClaimed = defineEvent({
  type: 'StreamClaimed',
  category: 'stream',
  version: 1,
  data: z.strictObject({ cameraId: uuid, siteId: uuid, session: revision, nodeId: uuid }),
})

/** Frames of the camera pass. */
export const streamWentLive = defineEvent({
  type: 'StreamWentLive',
  category: 'stream',
  version: 1,
  data: z.strictObject({ epoch: revision, video: videoFormat }),
})

/** Frames stay away for a reason that passes: the node tries again. */
export const streamReconnecting = defineEvent({
  type: 'StreamReconnecting',
  category: 'stream',
  version: 1,
  data: z.strictObject({ epoch: revision, reason: reconnectReason, detail: streamDetail }),
})

/** Frames stay away for a reason that somebody must mend. */
export const streamFailed = defineEvent({
  type: 'StreamFailed',
  category: 'stream',
  version: 1,
  data: z.strictObject({ epoch: revision, reason: failureReason, detail: streamDetail }),
})

/** The lease of the node that held the session ran out: anyone may claim. */
export const streamNodeLost = defineEvent({
  type: 'StreamNodeLost',
  category: 'stream',
  version: 1,
  data: z.strictObject({ epoch: revision, nodeId: uuid }),
})

/** The last event of a session: the camera wants it no longer. */
export const streamEnded = defineEvent({
  type: 'StreamEnded',
  category: 'stream',
  version: 1,
  data: z.strictObject({ epoch: revision, reason: z.enum(['STOPPED', 'NODE_LOST']) }),
})

export const streamEvents = [
  streamClaimed,
  streamWentLive,
  streamReconnecting,
  streamFailed,
  streamNodeLost,
  streamEnded,
] as const
export type StreamEvent = EventOf<(typeof streamEvents)[number]>
