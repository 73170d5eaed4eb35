import type { Logger } from '@sightline/logging/logging'
import { type LogEntry, logLevel } from 'kafkajs'

/** How often a complaint that goes on is counted out, ms. */
const COUNT_EVERY_MS = 60_000
/** How long nothing may have been complained of before what goes through counts as recovery, ms. */
const QUIET_MS = 5000
/** Complaints that are told apart; those beyond count as one. */
const MOST_COMPLAINTS = 50

/** What is to be said of brokers that can't be reached, said once. */
export interface OutageLog {
  /** Takes a line of Kafka's client. What heals by itself the client calls an error: here it is a warning at most. */
  take(entry: LogEntry): void
  /** Writes a warning, or counts it where the same was written before. @param sentence static */
  complain(sentence: string, fields: object): void
  /** Something went through to the brokers. Once nobody complains any more, the outage is over, which is written. */
  wentThrough(): void
}

interface Complaint {
  write(repeated: number): void
  repeated: number
  writtenAt: number
}

/**
 * Writes each complaint once. While it goes on it is counted: the count is written once a minute and at the end of
 * the outage, which without that would be hundreds of lines.
 * @param options.now ms
 */
export function createOutageLog(options: { logger: Logger; now?: () => number }): OutageLog {
  const { logger, now = Date.now } = options
  const complaints = new Map<string, Complaint>()
  let heardAt = 0

  function complain(key: string, sentence: string, fields: object): void {
    heardAt = now()
    const kept = complaints.has(key) || complaints.size < MOST_COMPLAINTS ? key : 'others'
    const known = complaints.get(kept)
    if (!known) {
      complaints.set(kept, {
        write: repeated => logger.warn({ ...fields, repeated }, sentence),
        repeated: 0,
        writtenAt: heardAt,
      })
      logger.warn(fields, sentence)
      return
    }
    known.repeated += 1
    if (heardAt - known.writtenAt >= COUNT_EVERY_MS) countOut(known)
  }

  function countOut(complaint: Complaint): void {
    if (complaint.repeated > 0) complaint.write(complaint.repeated)
    complaint.repeated = 0
    complaint.writtenAt = now()
  }

  return {
    take({ namespace, level, log }) {
      const kafka = { namespace, says: log.message, error: log.error }
      if (level > logLevel.ERROR) logger.debug({ kafka }, 'Kafka client reports')
      else complain(`${namespace} ${log.message}`, 'Kafka client reports an error', { kafka })
    },
    complain: (sentence, fields) => complain(sentence, sentence, fields),
    wentThrough() {
      if (complaints.size === 0 || now() - heardAt < QUIET_MS) return
      for (const complaint of complaints.values()) countOut(complaint)
      complaints.clear()
      logger.info('Kafka is reached again')
    },
  }
}
