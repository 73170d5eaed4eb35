import { DETECTIONS_TOPIC, type DetectionRecord, detectionRecord } from '@sightline/contracts/detections'
import { FRAMES_TOPIC } from '@sightline/contracts/frames'
import { Kafka, type KafkaMessage, logLevel } from 'kafkajs'

/** What became of the frames that were published, by their `ce_id`. */
export interface Tally {
  /** Distinct frames on `frames.v1`. */
  produced: ReadonlySet<string>
  /** Distinct frames with a record on `detections.v1`, with the last record of each. */
  accounted: ReadonlyMap<string, DetectionRecord>
}

/** How many frames were recognised, and how many were skipped by reason. */
export function outcomes(tally: Tally): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const record of tally.accounted.values()) {
    const outcome = record.outcome === 'recognised' ? 'recognised' : record.reason
    counts[outcome] = (counts[outcome] ?? 0) + 1
  }
  return counts
}

/** The frames that no record tells of. */
export function unaccounted(tally: Tally): string[] {
  return [...tally.produced].filter(id => !tally.accounted.has(id))
}

/** Reads both topics from their beginning to where they end now. */
export async function tallyFrames(brokers: string[]): Promise<Tally> {
  const kafka = new Kafka({ brokers, clientId: 'tally', logLevel: logLevel.NOTHING })
  const produced = new Set<string>()
  const accounted = new Map<string, DetectionRecord>()
  const idOf = (message: KafkaMessage) => String(message.headers?.ce_id)
  await readToEnd(kafka, FRAMES_TOPIC, message => {
    produced.add(idOf(message))
  })
  await readToEnd(kafka, DETECTIONS_TOPIC, message => {
    accounted.set(idOf(message), detectionRecord.parse(JSON.parse(message.value!.toString())))
  })
  return { produced, accounted }
}

async function readToEnd(
  kafka: Kafka,
  topic: string,
  onMessage: (message: KafkaMessage) => void,
): Promise<void> {
  const admin = kafka.admin()
  await admin.connect()
  const ends = (await admin.fetchTopicOffsets(topic)).filter(({ low, high }) => BigInt(low) < BigInt(high))
  await admin.disconnect()
  if (ends.length === 0) return
  const open = new Map(ends.map(({ partition, high }) => [partition, BigInt(high)]))
  const groupId = `tally-${topic}-${process.hrtime.bigint()}`
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 })
  await consumer.connect()
  try {
    await consumer.subscribe({ topic, fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error))
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            for (const message of batch.messages) onMessage(message)
            const end = open.get(batch.partition)
            if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= end) open.delete(batch.partition)
            if (open.size === 0) resolve()
          },
        })
        .catch(reject)
    })
  } finally {
    await consumer.disconnect()
  }
}
