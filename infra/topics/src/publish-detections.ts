import { setTimeout as wait } from 'node:timers/promises'
import { type DetectionRecord, detectionHeaders } from '@sightline/contracts/detections'
import { type FrameAttributes, frameKey } from '@sightline/contracts/frames'
import type { Message } from 'kafkajs'
import { type KafkaConnection, TopicUnavailableError } from './connection.ts'
import { createSender } from './send.ts'

const MOST_IN_A_BATCH = 500

/** Publishes what became of each frame. */
export interface DetectionPublisher {
  /**
   * Resolves when the broker has the record; until then it is tried again for ever, in order, so a record may
   * be there twice and none is lost while the publisher lives. The caller bounds how many it leaves waiting.
   * @throws TopicUnavailableError when the publisher is closed before the broker has it
   */
  publishDetection(frame: FrameAttributes, record: DetectionRecord): Promise<void>
  close(): Promise<void>
}

/**
 * @param options.topic `topicNames(prefix).detections`
 * @param options.recogniserId who recognised
 */
export function createDetectionPublisher(options: {
  kafka: KafkaConnection
  topic: string
  recogniserId: string
}): DetectionPublisher {
  const { kafka, topic, recogniserId } = options
  const sender = createSender(kafka, topic)
  const closing = new AbortController()
  let waiting: { message: Message; resolve: () => void; reject: (error: unknown) => void }[] = []
  let sending: Promise<void> | undefined

  // What arrives while a batch is on its way makes the next batch.
  async function sendAll(): Promise<void> {
    try {
      await drain()
    } finally {
      sending = undefined
    }
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_IN_A_BATCH)
      try {
        await sender.send(batch.map(({ message }) => message))
      } catch (error) {
        if (closing.signal.aborted) return refuse(error)
        kafka.outages.complain('detections not published, trying again', {
          records: waiting.length,
          err: error,
        })
        await wait(250, undefined, { signal: closing.signal }).catch(() => undefined)
        continue
      }
      waiting = waiting.slice(batch.length)
      for (const { resolve } of batch) resolve()
    }
  }

  function refuse(cause?: unknown): void {
    const refused = waiting
    waiting = []
    for (const { reject } of refused) reject(new TopicUnavailableError('the record was not taken', { cause }))
  }

  return {
    publishDetection(frame, record) {
      return new Promise((resolve, reject) => {
        if (closing.signal.aborted) return reject(new TopicUnavailableError('the publisher is closed'))
        const message = {
          key: frameKey(frame.tenantId, frame.cameraId),
          value: JSON.stringify(record),
          headers: detectionHeaders(frame, recogniserId),
        }
        waiting.push({ message, resolve, reject })
        sending ??= sendAll()
      })
    },
    async close() {
      closing.abort()
      await sending
      refuse()
      await sender.close()
    },
  }
}
