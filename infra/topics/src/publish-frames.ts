import { type FrameAttributes, frameHeaders, frameKey, MAX_FRAME_BYTES } from '@sightline/contracts/frames'
import type { KafkaConnection } from './connection.ts'
import { NewestOnly } from './newest-only.ts'
import { createSender } from './send.ts'

/**
 * What became of a frame: the broker has it; a newer one of its camera took its place; the broker didn't take
 * it; it is larger than {@link MAX_FRAME_BYTES}. All but the first leave a gap in the camera's sequence.
 */
export type FrameOutcome = 'published' | 'superseded' | 'unavailable' | 'too large'

/** How many frames had which outcome since the publisher was made. */
export type FrameCounts = Record<FrameOutcome, number>

/** Publishes frames to the frames topic. */
export interface FramePublisher {
  /**
   * Publishes a frame. For each camera one frame is on its way and the newest waits; an older one that waited is
   * superseded. Never throws: a frame is not worth a failure.
   * @param jpeg not changed afterwards by the caller
   */
  publishFrame(frame: FrameAttributes, jpeg: Buffer): Promise<FrameOutcome>
  counts(): FrameCounts
  /** Waits for what is on its way, then disconnects. */
  close(): Promise<void>
}

/** @param options.topic `topicNames(prefix).frames` */
export function createFramePublisher(options: { kafka: KafkaConnection; topic: string }): FramePublisher {
  const { kafka, topic } = options
  const counts: FrameCounts = { published: 0, superseded: 0, unavailable: 0, 'too large': 0 }
  const sender = createSender(kafka, topic)
  const lanes = new NewestOnly<{ frame: FrameAttributes; jpeg: Buffer }>(({ frame, jpeg }) => {
    const key = frameKey(frame.tenantId, frame.cameraId)
    return sender.send([{ key, value: jpeg, headers: frameHeaders(frame) }])
  })

  async function offer(frame: FrameAttributes, jpeg: Buffer): Promise<FrameOutcome> {
    if (jpeg.length > MAX_FRAME_BYTES) return 'too large'
    try {
      const outcome = await lanes.offer(frameKey(frame.tenantId, frame.cameraId), { frame, jpeg })
      return outcome === 'sent' ? 'published' : 'superseded'
    } catch (error) {
      const { streamId, sequence } = frame
      kafka.outages.complain('frame not published', { streamId, sequence, err: error })
      return 'unavailable'
    }
  }

  return {
    async publishFrame(frame, jpeg) {
      const outcome = await offer(frame, jpeg)
      counts[outcome] += 1
      return outcome
    },
    counts: () => ({ ...counts }),
    async close() {
      await lanes.idle()
      await sender.close()
    },
  }
}
