import { randomUUID } from 'node:crypto'
import type { FrameAttributes } from '@sightline/contracts/frames'
import { createLogger } from '@sightline/logging/logging'
import { connectKafka } from '@sightline/topics/connection'
import { createFramePublisher } from '@sightline/topics/publish-frames'
import { topicNames } from '@sightline/topics/topics'
import { holdStream } from './held-streams.ts'
import type { Tenant } from './seeding.ts'
import type { System } from './system.ts'
import { openLog } from './whole-log.ts'

/** A frame that Kafka didn't take; the message says what became of it. */
export class FrameNotPublishedError extends Error {
  override readonly name = 'FrameNotPublishedError'
}

/** A registered camera whose stream runs, and whose frames a test publishes itself: no film, no media node. */
export interface SeededCamera extends AsyncDisposable {
  readonly cameraId: string
  /**
   * Publishes pictures as the camera's next frames, one after the other, each captured when it is sent. The stream is
   * held for as long as one lease lasts (`leaseMs` of `StreamClaim`), so frames are to follow soon.
   * @param pictures JPEGs of 360 x 288 px, as `framesOf` gives them
   * @param every ms between two frames
   * @throws FrameNotPublishedError
   */
  publish(pictures: readonly Buffer[], every?: number): Promise<FrameAttributes[]>
}

/** Registers a camera of a tenant, starts its stream and holds it as a media node does. */
export async function seedCamera(system: System, tenant: Tenant, name: string): Promise<SeededCamera> {
  const nodeId = randomUUID()
  const client = system.client(await system.mediaNode(nodeId))
  const log = await openLog(system)
  const stream = await holdStream(tenant, { nodeId, client }, log, name).finally(() => log.close())
  const publisher = createFramePublisher({
    kafka: connectKafka({
      brokers: system.stack.kafka.brokers,
      clientId: 'seeded-camera',
      logger: createLogger({ name: 'seeded camera', level: 'error' }),
    }),
    topic: topicNames('').frames,
  })
  return {
    cameraId: stream.cameraId,
    async publish(pictures, every = 500) {
      const published: FrameAttributes[] = []
      for (const picture of pictures) {
        if (published.length > 0) await new Promise(resolve => setTimeout(resolve, every))
        const frame = stream.nextFrame()
        const outcome = await publisher.publishFrame(frame, picture)
        if (outcome !== 'published') throw new FrameNotPublishedError(`frame ${frame.sequence} is ${outcome}`)
        published.push(frame)
      }
      return published
    },
    [Symbol.asyncDispose]: () => publisher.close(),
  }
}
