import { type FrameAttributes, MAX_FRAME_BYTES } from '@sightline/contracts/frames'
import { newTraceparent } from '@sightline/logging/traceparent'
import type { FramePublisher } from '@sightline/topics/publish-frames'
import type { SamplingSettings } from '../settings.ts'
import { captureTime } from './capture-time.ts'
import type { SampledFrame } from './sampler.ts'
import { shrinkJpeg } from './shrink.ts'

/** Whose frames these are: one epoch of one session. */
export type FrameOrigin = Pick<
  FrameAttributes,
  'tenantId' | 'cameraId' | 'streamId' | 'session' | 'epoch' | 'nodeId'
>

/** What became of an epoch's sampled frames. Those that were not published leave gaps in the sequence. */
export interface SampleCounts {
  sampled: number
  published: number
  /** Too large even after it was made smaller, or while another one was. */
  tooLarge: number
  /** A newer one took its place, or the brokers did not take it. */
  unpublished: number
}

/** How times are told, and how frames are made smaller. */
type FrameSettings = Pick<SamplingSettings, 'arrivalErrorMs' | 'shrunkWithinMs'> & { programPath: string }

/** Numbers, dates and publishes the frames of one epoch, across all its connections to the camera. */
export class FrameSource {
  readonly #origin: FrameOrigin
  readonly #publisher: Pick<FramePublisher, 'publishFrame'>
  readonly #settings: FrameSettings
  readonly #now: () => Date
  readonly #counts: SampleCounts = { sampled: 0, published: 0, tooLarge: 0, unpublished: 0 }
  #sequence = 0
  #previous: number | undefined
  #shrinking: Promise<unknown> | undefined
  readonly #closing = new AbortController()

  constructor(
    origin: FrameOrigin,
    deps: {
      publisher: Pick<FramePublisher, 'publishFrame'>
      settings: FrameSettings
      now: () => Date
    },
  ) {
    this.#origin = origin
    this.#publisher = deps.publisher
    this.#settings = deps.settings
    this.#now = deps.now
  }

  /** Takes a frame; it is published, or counted as what else became of it. */
  offer(frame: SampledFrame): void {
    if (this.#closing.signal.aborted) return
    this.#counts.sampled += 1
    if (frame.jpeg.length <= MAX_FRAME_BYTES) this.#publish(frame)
    else void this.#shrink(frame)
  }

  counts(): SampleCounts {
    return { ...this.#counts }
  }

  /** Publishes nothing any more; resolves when nothing that it started is left. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.#shrinking
  }

  async #shrink(frame: SampledFrame): Promise<void> {
    const smaller = this.#shrinking ? undefined : await this.#shrinkAlone(frame)
    if (this.#closing.signal.aborted) return
    if (smaller && smaller.jpeg.length <= MAX_FRAME_BYTES) {
      this.#publish({ ...smaller, seenAt: frame.seenAt })
    } else {
      this.#sequence += 1
      this.#counts.tooLarge += 1
    }
  }

  async #shrinkAlone(frame: SampledFrame): ReturnType<typeof shrinkJpeg> {
    const shrinking = shrinkJpeg(frame, this.#settings, this.#closing.signal)
    this.#shrinking = shrinking
    try {
      return await shrinking
    } finally {
      this.#shrinking = undefined
    }
  }

  #publish({ jpeg, width, height, seenAt }: SampledFrame): void {
    const now = this.#now().getTime()
    const errorMs = this.#settings.arrivalErrorMs
    const { capturedAt, clockErrorMs } = captureTime({ seenAt, now, previous: this.#previous, errorMs })
    this.#previous = capturedAt
    const attributes: FrameAttributes = {
      ...this.#origin,
      sequence: this.#sequence,
      capturedAt: new Date(capturedAt).toISOString(),
      width,
      height,
      clock: 'arrival',
      clockErrorMs,
      traceparent: newTraceparent(),
    }
    this.#sequence += 1
    void this.#publisher.publishFrame(attributes, jpeg).then(outcome => {
      if (outcome === 'published') this.#counts.published += 1
      else this.#counts.unpublished += 1
    })
  }
}
