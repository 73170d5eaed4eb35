import { type DetectionRecord, detectionRecord } from '@sightline/contracts/detections'
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
  const consumer = kafka.patient.consumer({ groupId, allowAutoTopicCreation: false, maxWaitTimeInMs: 100 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      const detection = parse(message.headers ?? {}, message.value)
      if (detection) onDetection(detection)
      else kafka.logger.warn({ topic, offset: message.offset }, 'malformed detection skipped')
    },
  })
  return { close: () => consumer.disconnect() }
}

function parse(headers: Record<string, unknown>, value: Buffer | null): Detection | undefined {
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
