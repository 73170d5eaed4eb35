import { setTimeout as wait } from 'node:timers/promises'
import { DETECTIONS_TOPIC } from '@sightline/contracts/detections'
import { FRAMES_TOPIC } from '@sightline/contracts/frames'
import type { Admin, ITopicConfig } from 'kafkajs'
import type { KafkaConnection } from './connection.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE
const MIB = 1024 * 1024
/** How often to look for topics that were made, a tenth of a second apart. */
const MOST_LOOKS = 100

/** The topics of this installation by what they hold. */
export interface TopicNames {
  frames: string
  detections: string
}

/** Resolves the topics' names. @param prefix empty in production; tests that share a broker have one each. */
export function topicNames(prefix: string): TopicNames {
  return { frames: `${prefix}${FRAMES_TOPIC}`, detections: `${prefix}${DETECTIONS_TOPIC}` }
}

/**
 * Makes the topics that are absent; those that exist stay as they are. The number of partitions is never
 * raised: frames of a camera would change their partition, so more partitions is a topic of another name.
 * @param options.partitions the same for both, so that a detection is where its frame was
 * @param options.replicas copies of each partition, 1 where there is one broker
 */
export async function ensureTopics(
  kafka: KafkaConnection,
  options: { prefix: string; partitions: number; replicas?: number },
): Promise<TopicNames> {
  const names = topicNames(options.prefix)
  const shape = { numPartitions: options.partitions, replicationFactor: options.replicas ?? 1 }
  const wanted: ITopicConfig[] = [
    // Faces: personal data, kept minutes. Small segments, because only whole ones are deleted.
    topic(names.frames, shape, {
      'retention.ms': 10 * MINUTE,
      'retention.bytes': 256 * MIB,
      'segment.ms': MINUTE,
      'segment.bytes': 16 * MIB,
    }),
    // Scores about people: an erasure is complete when these have gone.
    topic(names.detections, shape, {
      'retention.ms': 7 * DAY,
      'segment.ms': DAY,
      'segment.bytes': 64 * MIB,
    }),
  ]
  const admin = kafka.patient.admin()
  await admin.connect()
  try {
    const existing = new Set(await admin.listTopics())
    const absent = wanted.filter(({ topic }) => !existing.has(topic))
    if (absent.length > 0) {
      await admin.createTopics({ topics: absent, waitForLeaders: false })
      await untilServed(admin, Object.values(names))
    }
  } finally {
    await admin.disconnect()
  }
  return names
}

/** Waits until the broker serves topics that were just made: a busy one knows nothing of them for a moment. */
async function untilServed(admin: Admin, topics: string[]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await admin.fetchTopicMetadata({ topics })
      return
    } catch (error) {
      // The client is CommonJS whose errors Node can't import by name.
      const isAnswer = error instanceof Error && error.name === 'KafkaJSProtocolError'
      if (!isAnswer || tries === MOST_LOOKS) throw error
      await wait(100)
    }
  }
}

function topic(
  name: string,
  shape: { numPartitions: number; replicationFactor: number },
  settings: Record<string, number>,
): ITopicConfig {
  const configEntries = Object.entries(settings).map(([key, value]) => ({ name: key, value: String(value) }))
  configEntries.push(
    { name: 'cleanup.policy', value: 'delete' },
    // A message's age is counted from the broker's clock, not from the producer's.
    { name: 'message.timestamp.type', value: 'LogAppendTime' },
    { name: 'compression.type', value: 'uncompressed' },
  )
  return { topic: name, ...shape, configEntries }
}
