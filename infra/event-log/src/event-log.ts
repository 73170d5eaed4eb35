import { setTimeout as delay } from 'node:timers/promises'
import {
  jsonEvent,
  MaxAppendSizeExceededError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { LOG_STREAM } from '@sightline/contracts/stream-names'
import type { Logger } from '@sightline/logging/logging'
import { newTraceparent } from '@sightline/logging/traceparent'
import { v7 as uuidv7 } from 'uuid'
import { connect, retrying } from './connection.ts'
import { createEventCodec, type KeyReader, type RawEvent, type StoredEvent } from './encoding.ts'
import {
  AppendTooLargeError,
  EventStoreUnavailableError,
  LogReplacedError,
  WrongExpectedRevisionError,
} from './errors.ts'
import { type ReadAllOptions, readAllEvents } from './read-all.ts'
import { collect, lastApplicationPosition, rawEvent } from './reading.ts'
import type { EventToAppend, RecordedEvent } from './recorded-event.ts'

/** What an append answers: revision and position of its last event. */
export interface Appended {
  revision: number
  position: bigint
}

/** Which events of a stream to read. */
export interface ReadStreamOptions {
  /** The first revision; the stream's beginning, or its end when reading backwards, if not given. */
  from?: number
  maxCount?: number
  direction?: 'forwards' | 'backwards'
  /** `erased` leaves personal texts sealed, as if their keys were gone: the key store is not asked. */
  personal?: 'opened' | 'erased'
}

/** The event log, opened. */
export interface EventLog {
  /** The log's identity: the event id of `LogCreated`. A checkpoint of another log is void. */
  readonly logId: string

  /**
   * Reads a stream; empty where it is absent.
   * @throws UnknownEventTypeError, MalformedEventError, EventStoreUnavailableError
   */
  readStream(stream: string, options?: ReadStreamOptions): Promise<RecordedEvent[]>

  /**
   * Appends events to one stream, all or none, if it is at the revision `expected` (of its last event). An
   * outcome that is unknown is found out by repeating the append with the same ids and revision; events that
   * are in the log with these ids at these revisions already are success.
   * @throws WrongExpectedRevisionError, MalformedEventError, DataKeyMissingError, AppendTooLargeError; EventStoreUnavailableError where the
   *   outcome stays unknown
   */
  append(stream: string, expected: 'no_stream' | number, events: EventToAppend[]): Promise<Appended>

  /**
   * The position of the newest event, the store's own left out.
   * @param options.withinMs how long the store may take; by default it is asked again and again for as long as any read
   * @throws EventStoreUnavailableError
   */
  lastPosition(options?: { withinMs?: number }): Promise<bigint>

  /**
   * Reads the whole log in order: each event after `after` once, in batches, the store's own left out. It
   * reconnects by itself for ever, ends when `signal` fires or the log is closed, and with `live: false` at the
   * end of the log. UnknownEventTypeError, MalformedEventError and faults of the key store are thrown once everything
   * before was handed on; LogReplacedError where the store came back with another log.
   */
  readAll(options: ReadAllOptions): AsyncIterable<RecordedEvent[]>

  /** Ends readers and calls that are under way. */
  close(): Promise<void>
}

/** How long one call waits for the store, and how long a call that may be repeated is repeated, ms. */
const CALL_DEADLINE_MS = 10_000
const PATIENCE_MS = 30_000

/** How long closing waits for calls that were ended, ms. */
const CLOSE_MS = 1_000

/** How often to look whether the log has been created, ms. */
const WAIT_FOR_LOG_MS = 250

/**
 * Opens the event log: waits until the store answers and the log has its identity. Opening comes before
 * anything else.
 *
 * @param connectionString `esdb://127.0.0.1:2113?tls=false`, a cluster's `esdb+discover://…`
 * @param dataKeys opens and seals personal texts; null in a process without a right to keys, which reads them as
 *   erased and can't append them
 * @param create makes the log where it is absent (the API alone does); others wait for it
 * @param patienceMs how long appends and reads are repeated while the store doesn't answer
 * @param signal gives up opening
 */
export async function openEventLog(options: {
  connectionString: string
  dataKeys: KeyReader
  logger: Logger
  create: boolean
  patienceMs?: number
  signal?: AbortSignal
}): Promise<EventLog> {
  const { dataKeys, logger, create, patienceMs = PATIENCE_MS, signal } = options
  const { client, credentials } = connect(options.connectionString)
  const codec = createEventCodec({ dataKeys })
  const keylessCodec = createEventCodec({ dataKeys: null })
  const closing = new AbortController()

  async function readRaw(stream: string, read: ReadStreamOptions = {}): Promise<RawEvent[]> {
    const { from, maxCount, direction = 'forwards' } = read
    const ends = direction === 'forwards' ? 'start' : 'end'
    try {
      const answers = await collect(
        client.readStream(stream, {
          direction,
          fromRevision: from === undefined ? ends : BigInt(from),
          ...(maxCount === undefined ? {} : { maxCount }),
        }),
      )
      return answers.map(rawEvent).filter(raw => raw !== undefined)
    } catch (error) {
      if (error instanceof StreamNotFoundError) return []
      throw error
    }
  }

  /** Whether these very events stand where the append wanted them. */
  async function findAppended(
    stream: string,
    from: number,
    events: readonly StoredEvent[],
  ): Promise<Appended | undefined> {
    const there = await readRaw(stream, { from, maxCount: events.length })
    const found = there.length === events.length && there.every((raw, index) => raw.id === events[index]!.id)
    const last = there.at(-1)
    return found && last ? { revision: last.revision, position: last.position } : undefined
  }

  async function appendStored(
    stream: string,
    expected: 'no_stream' | number,
    events: readonly StoredEvent[],
  ): Promise<Appended> {
    const from = expected === 'no_stream' ? 0 : expected + 1
    const messages = events.map(({ id, type, data, metadata }) =>
      jsonEvent({ id, type, data, metadata: { ...metadata } }),
    )
    return retrying(patienceMs, closing.signal, async attempt => {
      try {
        const { position, nextExpectedRevision } = await client.appendToStream(stream, messages, {
          expectedRevision: expected === 'no_stream' ? 'no_stream' : BigInt(expected),
          credentials,
          deadline: CALL_DEADLINE_MS,
        })
        // Of an append that was there already a store may tell no position, or not that of these events.
        if (position && attempt === 0)
          return { revision: Number(nextExpectedRevision), position: position.commit }
        const found = await findAppended(stream, from, events)
        if (!found) throw new EventStoreUnavailableError(`what was appended to ${stream} can not be read yet`)
        return found
      } catch (error) {
        if (error instanceof WrongExpectedVersionError) {
          const found = await findAppended(stream, from, events)
          if (found) return found
          throw new WrongExpectedRevisionError(stream, expected)
        }
        if (error instanceof MaxAppendSizeExceededError) {
          throw new AppendTooLargeError(`an append to ${stream} is larger than ${error.maxAppendSize} bytes`)
        }
        throw error
      }
    })
  }

  async function append(stream: string, expected: 'no_stream' | number, events: EventToAppend[]) {
    if (events.length === 0) throw new RangeError('an append needs at least one event')
    const first = expected === 'no_stream' ? 0 : expected + 1
    const stored = await Promise.all(events.map((event, index) => codec.encode(stream, event, first + index)))
    return appendStored(stream, expected, stored)
  }

  async function readIdentity(): Promise<string | undefined> {
    const [created] = await readRaw(LOG_STREAM, { maxCount: 1 })
    return created && (await codec.decode(created)).id
  }

  async function createLog(): Promise<void> {
    const id = uuidv7()
    const logCreated: EventToAppend = {
      type: 'LogCreated',
      data: {},
      id,
      metadata: {
        tenantId: null,
        actor: { principal: 'system', id: 'event-log', sessionId: null },
        commandId: id,
        correlationId: id,
        causationId: id,
        occurredAt: new Date().toISOString(),
        traceparent: newTraceparent(),
      },
    }
    try {
      await append(LOG_STREAM, 'no_stream', [logCreated])
      logger.info({ logId: id }, 'the event log was created')
    } catch (error) {
      // Another instance was faster.
      if (!(error instanceof WrongExpectedRevisionError)) throw error
    }
  }

  async function identify(): Promise<string> {
    const giveUp = AbortSignal.any(signal ? [signal, closing.signal] : [closing.signal])
    let told = false
    for (;;) {
      try {
        const found = await retrying(patienceMs, giveUp, readIdentity)
        if (found) return found
        if (create) {
          await createLog()
          continue
        }
        if (!told) logger.info({}, 'waiting for the event log to be created')
        told = true
        await delay(WAIT_FOR_LOG_MS, undefined, { signal: giveUp })
      } catch (error) {
        if (!(error instanceof EventStoreUnavailableError)) throw error
        logger.warn({ err: error }, 'waiting for the event store')
      }
    }
  }

  async function close(): Promise<void> {
    closing.abort()
    // The client waits for each of its calls to end, and a call to a store that is gone may take its time.
    await Promise.race([client.dispose(), delay(CLOSE_MS, undefined, { ref: false })])
  }

  let logId: string
  try {
    logId = await identify()
  } catch (error) {
    await close()
    throw error
  }

  async function checkIdentity(): Promise<void> {
    const found = await readIdentity()
    if (found !== logId) throw new LogReplacedError(`the event store holds another log than ${logId}`)
  }

  return {
    logId,
    append,
    async readStream(stream, read) {
      const raw = await retrying(patienceMs, closing.signal, () => readRaw(stream, read))
      const decoder = read?.personal === 'erased' ? keylessCodec : codec
      return Promise.all(raw.map(event => decoder.decode(event)))
    },
    async lastPosition({ withinMs } = {}) {
      const position = await retrying(withinMs === undefined ? patienceMs : 0, closing.signal, () =>
        lastApplicationPosition(client, withinMs),
      )
      if (position === null) throw new LogReplacedError('the event store holds no log any more')
      return position
    },
    readAll: read =>
      readAllEvents({ client, codec, keylessCodec, logger, checkIdentity, closed: closing.signal }, read),
    close,
  }
}
