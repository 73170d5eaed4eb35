import type { Logger } from '@sightline/logging/logging'
import { Kafka, logLevel } from 'kafkajs'
import { createOutageLog, type OutageLog } from './outage-log.ts'
import './request-queue.ts'

/** Where the brokers are, and how this process is called among their clients. */
export interface KafkaSettings {
  /** `host:port` of one or more brokers. */
  brokers: string[]
  clientId: string
  logger: Logger
}

/**
 * The brokers, as the functions of this package take them. Nothing is connected yet: whoever uses it connects,
 * and reconnects for as long as it lives.
 */
export interface KafkaConnection {
  /** For consumers and administration: waits as long as a group or a topic needs. */
  readonly patient: Kafka
  /** For producers of what is worthless when it is late: gives up after two tries of 1.5 s. */
  readonly impatient: Kafka
  readonly logger: Logger
  /** Where what recurs while the brokers are away is said. */
  readonly outages: OutageLog
}

/** Prepares the way to the brokers; connects to nothing. */
export function connectKafka({ brokers, clientId, logger }: KafkaSettings): KafkaConnection {
  const outages = createOutageLog({ logger })
  const base = { brokers, clientId, logLevel: logLevel.WARN, logCreator: () => outages.take }
  return {
    patient: new Kafka({ ...base, connectionTimeout: 3000 }),
    // With the client's defaults a killed broker leaves more than a hundred frames waiting, with these a handful.
    impatient: new Kafka({
      ...base,
      connectionTimeout: 1000,
      requestTimeout: 1500,
      retry: { retries: 1, initialRetryTime: 100 },
    }),
    logger,
    outages,
  }
}

/** The brokers could not be reached or did not take the message; trying again may help. */
export class TopicUnavailableError extends Error {
  override name = 'TopicUnavailableError'
}
