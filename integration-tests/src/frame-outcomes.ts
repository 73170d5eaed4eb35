import { randomUUID } from 'node:crypto'
import { DETECTIONS_TOPIC } from '@sightline/contracts/detections'
import { createLogger } from '@sightline/logging/logging'
import type { System } from '@sightline/testing/system'
import { connectKafka } from '@sightline/topics/connection'
import { type Detection, followDetections } from '@sightline/topics/follow-detections'
import { vi } from 'vitest'

/** What becomes of frames, as it is told, through whatever happens to Kafka. */
export interface FrameOutcomes {
  readonly told: readonly Detection[]
  /** Waits until faces were found in so many more frames of each camera. */
  moreFaces(cameraIds: readonly string[], frames?: number): Promise<void>
  close(): Promise<void>
}

/** Follows the records of all frames. */
export async function followOutcomes(system: System): Promise<FrameOutcomes> {
  const told: Detection[] = []
  const reader = await followDetections({
    kafka: connectKafka({
      brokers: system.stack.kafka.brokers,
      clientId: 'outcomes',
      logger: createLogger({ name: 'outcomes', level: 'silent' }),
    }),
    topic: DETECTIONS_TOPIC,
    groupId: `outcomes-${randomUUID()}`,
    onDetection: detection => told.push(detection),
  })
  const facesOf = (cameraId: string) =>
    new Set(
      told
        .filter(({ record }) => record.outcome === 'recognised' && record.faces.length > 0)
        .filter(detection => detection.cameraId === cameraId)
        .map(({ streamId, epoch, sequence }) => `${streamId}/${epoch}/${sequence}`),
    ).size
  return {
    told,
    async moreFaces(cameraIds, frames = 3) {
      const before = cameraIds.map(facesOf)
      await vi.waitFor(
        () => {
          for (const [index, cameraId] of cameraIds.entries()) {
            const more = facesOf(cameraId) - before[index]!
            if (more < frames) throw new Error(`${more} of ${frames} frames with faces of camera ${cameraId}`)
          }
        },
        { timeout: 60_000, interval: 100 },
      )
    },
    close: () => reader.close(),
  }
}
