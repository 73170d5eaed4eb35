import { Partitioners } from 'kafkajs'
import type { KafkaConnection } from './connection.ts'

/**
 * How many partitions a topic has.
 * @throws what the client throws where the topic is absent or the brokers can't be reached
 */
export async function countPartitions(kafka: KafkaConnection, topic: string): Promise<number> {
  const admin = kafka.patient.admin()
  await admin.connect()
  try {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    return topics[0]!.partitions.length
  } finally {
    await admin.disconnect()
  }
}

/** The partition in which the publishers of this package put messages of a key (murmur2, as Kafka's own clients). */
export function partitionOf(key: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionId,
    partitionErrorCode: 0,
    leader: 0,
    replicas: [],
    isr: [],
  }))
  return Partitioners.DefaultPartitioner()({ topic: '', partitionMetadata, message: { key, value: null } })
}
