import { randomUUID } from 'node:crypto'
import type { FrameAttributes } from '@sightline/contracts/frames'
import { createLogger } from '@sightline/logging/logging'
import type { System } from '@sightline/testing/system'
import { connectKafka } from '@sightline/topics/connection'
import { consumeFrames } from '@sightline/topics/consume-frames'
import { topicNames } from '@sightline/topics/topics'

/** A frame on the frames topic. Wall clock, ms. */
export interface SeenFrame {
  attributes: FrameAttributes
  /** When the broker took it, by the broker's clock. */
  appendedAt: number
}

/** What the frames topic holds, and what is published on it from now on. */
export interface FramesSeen extends AsyncDisposable {
  readonly frames: readonly SeenFrame[]
}

/** Reads a system's frames topic from its beginning, beside the recognisers. */
export async function followFrames(system: System): Promise<FramesSeen> {
  const frames: SeenFrame[] = []
  const consumer = await consumeFrames({
    kafka: connectKafka({
      brokers: system.stack.kafka.brokers,
      clientId: 'bench',
      logger: createLogger({ name: 'bench', level: 'error' }),
    }),
    topic: topicNames('').frames,
    groupId: `bench-${randomUUID()}`,
    session: { timeoutMs: 6_000 },
    handler: {
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onBatch: batch => {
        for (const { attributes, appendedAt } of batch.frames)
          frames.push({ attributes, appendedAt: appendedAt.getTime() })
      },
    },
  })
  return { frames, [Symbol.asyncDispose]: () => consumer.close() }
}
