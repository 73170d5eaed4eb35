import { z } from 'zod'
import { instant, revision, traceparent, uuid } from './identifiers.ts'

/** The topic of sampled frames; its key is `frameKey`, its value a JPEG. */
export const FRAMES_TOPIC = 'frames.v1'
/** `ce_type` of a frame. */
export const FRAME_TYPE = 'sightline.frame.v1'

/** The largest JPEG that is published, bytes. */
export const MAX_FRAME_BYTES = 900 * 1024

/** Keeps all frames of a camera in one partition, in order. */
export function frameKey(tenantId: string, cameraId: string): string {
  return `${tenantId}.${cameraId}`
}

/** `ce_id`: unique for each frame that was ever sampled. */
export function frameId(frame: {
  tenantId: string
  streamId: string
  epoch: number
  sequence: number
}): string {
  return `${frame.tenantId}/${frame.streamId}/${frame.epoch}/${frame.sequence}`
}

/** Where a capture time comes from: the camera's RTCP sender reports, or the arrival at the media node. */
export const frameClock = z.enum(['rtcp', 'arrival'])

/** What the headers of a frame say. */
export const frameAttributes = z.strictObject({
  tenantId: uuid,
  cameraId: uuid,
  streamId: uuid,
  /** The revision of `StreamStarted` in the camera's stream. */
  session: revision,
  /** The revision of `StreamClaimed` in the session's stream. */
  epoch: revision,
  /** From 0 in each epoch. */
  sequence: z.int().nonnegative(),
  nodeId: uuid,
  capturedAt: instant,
  /** px */
  width: z.int().positive(),
  /** px */
  height: z.int().positive(),
  clock: frameClock,
  /** How far `capturedAt` may be off, ms. */
  clockErrorMs: z.number().nonnegative(),
  traceparent,
})
export type FrameAttributes = z.infer<typeof frameAttributes>

/** Header names and values as text: CloudEvents 1.0, Kafka protocol binding, binary mode. */
export function frameHeaders(frame: FrameAttributes): Record<string, string> {
  return {
    'content-type': 'image/jpeg',
    ce_specversion: '1.0',
    ce_type: FRAME_TYPE,
    ce_source: `/media-nodes/${frame.nodeId}`,
    ce_id: frameId(frame),
    ...captureHeaders(frame),
  }
}

/** The attributes that a frame and its detection record have in common. */
export function captureHeaders(frame: FrameAttributes): Record<string, string> {
  return {
    ce_time: frame.capturedAt,
    ce_subject: frame.cameraId,
    ce_partitionkey: frameKey(frame.tenantId, frame.cameraId),
    ce_tenantid: frame.tenantId,
    ce_streamid: frame.streamId,
    ce_session: String(frame.session),
    ce_epoch: String(frame.epoch),
    ce_sequence: String(frame.sequence),
    ce_width: String(frame.width),
    ce_height: String(frame.height),
    ce_clock: frame.clock,
    ce_clockerrorms: String(frame.clockErrorMs),
    ce_traceparent: frame.traceparent,
  }
}

/** Why a message of the topic is no frame. */
export class MalformedFrameError extends Error {
  override name = 'MalformedFrameError'
}

/** What Kafka clients give for headers: repeated ones come as arrays. */
export type RawHeaders = Record<string, Buffer | string | (Buffer | string)[] | undefined>

const decimal = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number)

const rawFrame = z.object({
  'content-type': z.literal('image/jpeg'),
  ce_specversion: z.literal('1.0'),
  ce_type: z.literal(FRAME_TYPE),
  ce_source: z.string().startsWith('/media-nodes/'),
  ce_id: z.string(),
  ce_time: z.string(),
  ce_subject: z.string(),
  ce_partitionkey: z.string(),
  ce_tenantid: z.string(),
  ce_streamid: z.string(),
  ce_session: decimal,
  ce_epoch: decimal,
  ce_sequence: decimal,
  ce_width: decimal,
  ce_height: decimal,
  ce_clock: z.string(),
  ce_clockerrorms: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .transform(Number),
  ce_traceparent: z.string(),
})

/**
 * Reads a frame's headers.
 * @throws MalformedFrameError naming the faulty headers: missing, repeated, or of the wrong form; also where id, key and attributes disagree.
 */
export function parseFrameHeaders(headers: RawHeaders, key: Buffer | string | null): FrameAttributes {
  const text: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (Array.isArray(value)) throw new MalformedFrameError(`header ${name} is repeated`)
    if (value !== undefined) text[name] = value.toString()
  }
  const raw = rawFrame.safeParse(text)
  if (!raw.success) throw new MalformedFrameError(faults(raw.error))
  const parsed = frameAttributes.safeParse({
    tenantId: raw.data.ce_tenantid,
    cameraId: raw.data.ce_subject,
    streamId: raw.data.ce_streamid,
    session: raw.data.ce_session,
    epoch: raw.data.ce_epoch,
    sequence: raw.data.ce_sequence,
    nodeId: raw.data.ce_source.slice('/media-nodes/'.length),
    capturedAt: raw.data.ce_time,
    width: raw.data.ce_width,
    height: raw.data.ce_height,
    clock: raw.data.ce_clock,
    clockErrorMs: raw.data.ce_clockerrorms,
    traceparent: raw.data.ce_traceparent,
  })
  if (!parsed.success) throw new MalformedFrameError(faults(parsed.error))
  const frame = parsed.data
  if (raw.data.ce_id !== frameId(frame)) throw new MalformedFrameError('ce_id disagrees with the attributes')
  const expectedKey = frameKey(frame.tenantId, frame.cameraId)
  if (raw.data.ce_partitionkey !== expectedKey)
    throw new MalformedFrameError('ce_partitionkey disagrees with the attributes')
  if (key?.toString() !== expectedKey)
    throw new MalformedFrameError('the message key disagrees with the attributes')
  return frame
}

function faults(error: z.ZodError): string {
  return error.issues.map(issue => `${issue.path.join('.') || 'message'}: ${issue.message}`).join('; ')
}
