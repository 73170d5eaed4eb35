import { CompressionTypes, type Message, Partitioners } from 'kafkajs'
import { type KafkaConnection, TopicUnavailableError } from './connection.ts'

/** Sends to one topic, giving up soon. */
export interface Sender {
  /**
   * Resolves when the partitions' leader has the messages; an unknown outcome counts as failed. Connects first
   * where there is no connection yet.
   * @throws TopicUnavailableError
   */
  send(messages: Message[]): Promise<void>
  close(): Promise<void>
}

/** @param topic has to exist */
export function createSender(kafka: KafkaConnection, topic: string): Sender {
  const producer = kafka.impatient.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  })
  // The client reconnects by itself, but only after it has been connected once.
  let connected: Promise<void> | undefined
  function connect(): Promise<void> {
    connected ??= producer.connect().catch(error => {
      connected = undefined
      throw error
    })
    return connected
  }
  return {
    async send(messages) {
      try {
        await connect()
        await producer.send({ topic, acks: 1, timeout: 1500, compression: CompressionTypes.None, messages })
        kafka.outages.wentThrough()
      } catch (error) {
        throw new TopicUnavailableError('the brokers did not take the messages', { cause: error })
      }
    },
    async close() {
      await connected?.catch(() => undefined)
      await producer.disconnect()
    },
  }
}
