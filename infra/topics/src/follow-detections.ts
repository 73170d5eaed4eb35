import { type DetectionRecord, detectionRecord } from '@sightline/contracts/detections'
import type { KafkaMessage } from 'kafkajs'
import type { KafkaConnection } from './connection.ts'

/** What the topic tells of one frame. */
export interface Detection {
  /** Who told it. */
  recogniserId: string
  tenantId: string
  cameraId: string
  streamId: string
  epoch: number
  sequence: number
  /** When the broker took it, by the broker's clock. */
  appendedAt: Date
  record: DetectionRecord
}

/**
 * Reads the detections topic from its beginning and goes on with what comes: records of one camera in order, a record
 * perhaps twice. What is none of this build's records is left out.
 * @param options.groupId a group of its own for each reader: offsets aren't committed
 */
export async function followDetections(options: {
  kafka: KafkaConnection
  topic: string
  groupId: string
  onDetection(detection: Detection): void
}): Promise<{ close(): Promise<void> }> {
  const { kafka, topic, groupId, onDetection } = options
  const consumer = kafka.patient.consumer({
    groupId,
    // After a broker's restart the group waits for this reader's former self no longer than this.
    sessionTimeout: 6_000,
    heartbeatInterval: 1_500,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 100,
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      const detection = parse(message)
      if (detection) onDetection(detection)
      else kafka.logger.warn({ topic, offset: message.offset }, 'malformed detection skipped')
    },
  })
  return { close: () => consumer.disconnect() }
}

function parse({ headers = {}, value, timestamp }: KafkaMessage): Detection | undefined {
  const text = (name: string) => String(headers[`ce_${name}`] ?? '')
  const record = detectionRecord.safeParse(json(value))
  if (!record.success) return undefined
  return {
    recogniserId: text('source').replace('/recognisers/', ''),
    tenantId: text('tenantid'),
    cameraId: text('subject'),
    streamId: text('streamid'),
    epoch: Number(text('epoch')),
    sequence: Number(text('sequence')),
    appendedAt: new Date(Number(timestamp)),
    record: record.data,
  }
}

function json(value: Buffer | null): unknown {
  try {
    return JSON.parse(value?.toString() ?? '')
  } catch {
    return undefined
  }
}
