import { z } from 'zod'
import { captureHeaders, type FrameAttributes, frameId } from './frames.ts'
import { modelSet } from './models.ts'
import { detectedFace, galleryVersion } from './sightings.ts'

/** The topic of what became of each frame; key, partitions and CloudEvents attributes of its frame, a JSON body. */
export const DETECTIONS_TOPIC = 'detections.v1'
/** `ce_type` of a detection record. */
export const DETECTION_TYPE = 'sightline.detection.v1'

/** Why a frame was not recognised. */
export const skipReason = z.enum([
  /** Older than the largest age when it was read. */
  'TOO_OLD',
  /** A newer frame of the same camera took its place while it waited. */
  'SUPERSEDED',
  /** Of an epoch or session that has been replaced. */
  'STALE_EPOCH',
  /** At or below the camera's watermark: its outcome is known already. */
  'ALREADY_SEEN',
  /** The picture could not be read, or the model failed or took too long. */
  'UNREADABLE',
  'MODEL_FAILED',
])
export type SkipReason = z.infer<typeof skipReason>

/** What became of one frame: ids and scores only, no vector, no name. */
export const detectionRecord = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.literal('recognised'),
    modelSet,
    gallery: galleryVersion,
    policyVersion: z.string().min(1),
    faces: z.array(detectedFace),
  }),
  z.strictObject({ outcome: z.literal('skipped'), reason: skipReason }),
])
export type DetectionRecord = z.infer<typeof detectionRecord>

/** Header names and values as text: CloudEvents 1.0, Kafka protocol binding, binary mode. */
export function detectionHeaders(frame: FrameAttributes, recogniserId: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_type: DETECTION_TYPE,
    ce_source: `/recognisers/${recogniserId}`,
    ce_id: frameId(frame),
    ...captureHeaders(frame),
  }
}
