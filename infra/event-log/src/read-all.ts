import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import {
  type AllStreamResolvedEvent,
  type AllStreamSubscription,
  type EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  type ReadPosition,
  START,
  type StreamingRead,
} from '@eventstore/db-client'
import type { Logger } from '@sightline/logging/logging'
import { backoff } from '@sightline/waiting/backoff'
import { isPassing, RETRY_AFTER_MS } from './connection.ts'
import type { EventCodec, RawEvent } from './encoding.ts'
import { rawEvent, StoreSilentError } from './reading.ts'
import type { RecordedEvent } from './recorded-event.ts'

/** What a reader of the whole log is asked for. */
export interface ReadAllOptions {
  /** The position of the last event that the caller has; null for all from the first. */
  after: bigint | null
  /** Ends the iteration, also while it waits. */
  signal?: AbortSignal
  /** The most events of one batch; what has arrived is handed on without waiting for more. */
  maxBatch?: number
  /** Whether to go on with new events for ever (the default) or to end at the end of the log. */
  live?: boolean
  /**
   * The types that the caller wants, all by default. Events of others are neither decoded nor handed on, so one that
   * this build doesn't know stops nobody who doesn't ask for it. Where the reading ends at the end of the log, the store
   * passes over them; how far it is beyond the last wanted event nobody hears then.
   */
  types?: ReadonlySet<string>
  /** `erased` leaves personal texts sealed, as if their keys were gone: the key store is not asked. */
  personal?: 'opened' | 'erased'
  /** Is told how far the log was read: up to where the caller has taken all that it wants. */
  onReadUpTo?: (position: bigint) => void
}

/** What the reader needs of the log that it reads. */
export interface ReadAllSource {
  client: EventStoreDBClient
  codec: EventCodec
  /** Has no keys: personal texts are erased to it. */
  keylessCodec: EventCodec
  logger: Logger
  /** Throws where the store, after the connection was lost, holds another log. */
  checkIdentity(): Promise<void>
  /** Fires when the event log is closed. */
  closed: AbortSignal
}

const DEFAULT_BATCH = 1_000

/** Checkpoints sent by the store are not used, so they may be rare: every 32 x this many events. */
const CHECKPOINT_INTERVAL = 1_000

type Source = StreamingRead<AllStreamResolvedEvent> | AllStreamSubscription

/**
 * Where a reader stands.
 * - connecting: nothing is open; `attempt` tries failed in a row since the last event or the start
 * - reading: `source` gives events; `lost` is set once it failed or has given all that was asked for
 * - failed: `error` is thrown by the next call, after all events before it were handed on
 * - over: done
 */
type Phase =
  | { at: 'connecting'; attempt: number }
  | { at: 'reading'; attempt: number; source: Source; lost: { error?: unknown } | null }
  | { at: 'failed'; error: unknown }
  | { at: 'over' }

/**
 * Reads the whole log in order, the store's own events left out: each event after `after` once, in batches.
 * A lost connection is opened again from the last event handed on, for ever.
 *
 * Written by hand: an async generator that waits for an event can't be ended from outside.
 */
export function readAllEvents(log: ReadAllSource, options: ReadAllOptions): AsyncIterable<RecordedEvent[]> {
  return {
    [Symbol.asyncIterator]: () => createReader(log, options),
  }
}

function createReader(log: ReadAllSource, options: ReadAllOptions): AsyncIterator<RecordedEvent[]> {
  const { maxBatch = DEFAULT_BATCH, live = true, types, onReadUpTo } = options
  const codec = options.personal === 'erased' ? log.keylessCodec : log.codec
  /** The store filters subscriptions alone: one that has caught up is at the end of the log. */
  const endsCaughtUp = !live && types !== undefined
  const stopped = AbortSignal.any(options.signal ? [log.closed, options.signal] : [log.closed])
  let last = options.after
  /** Of what was handed on last; told once the caller asks for more. */
  let handedOn: bigint | null = null
  let phase: Phase = { at: 'connecting', attempt: 0 }
  /** Ends the wait for the source, if one is under way. */
  let wake = () => {}

  stopped.addEventListener('abort', () => wake(), { once: true })

  function openSource(fromPosition: ReadPosition, buffer: { highWaterMark: number }): Source {
    if (!live && !types) return log.client.readAll({ fromPosition }, buffer)
    const checkpointInterval = CHECKPOINT_INTERVAL
    const filter = endsCaughtUp
      ? eventTypeFilter({ prefixes: [...types], checkpointInterval })
      : excludeSystemEvents({ checkpointInterval })
    return log.client.subscribeToAll({ fromPosition, filter }, buffer)
  }

  function open(attempt: number): Phase & { at: 'reading' } {
    const fromPosition = last === null ? START : { commit: last, prepare: last }
    const buffer = { highWaterMark: maxBatch }
    const source = openSource(fromPosition, buffer)
    const reading: Phase & { at: 'reading' } = { at: 'reading', attempt, source, lost: null }
    const lose = (error?: unknown) => {
      reading.lost ??= { error }
      if (phase === reading) wake()
    }
    source.on('readable', () => phase === reading && wake())
    // The listener stays: a source may fail once more after it was given up.
    source.on('error', lose)
    // All that comes before it lies in the buffer by then.
    source.on(endsCaughtUp ? 'caughtUp' : 'end', () => lose())
    // After an error or the end this says nothing new.
    source.on('close', () => lose(new StoreSilentError('the read was closed before its end')))
    return reading
  }

  function release(): void {
    if (phase.at !== 'reading') return
    const { source } = phase
    // What is in its buffers is let go: a call whose answers nobody reads never ends, and closing waits for it.
    source.removeAllListeners('readable')
    source.resume()
    const cancelled = 'unsubscribe' in source ? source.unsubscribe() : source.cancel()
    // The call may never have been made, and then there is nothing to cancel.
    cancelled.catch(() => {})
  }

  /**
   * Lets what is arriving arrive: messages come out of the connection one by one, and a consumer that takes a
   * transaction for each batch would do one for each event. It goes on as long as each turn of the event loop
   * brings more, so it delays nothing that is alone.
   */
  async function gather(source: Source): Promise<void> {
    let before = -1
    while (source.readableLength > before && source.readableLength < maxBatch) {
      before = source.readableLength
      await nextTurn()
    }
  }

  /** Takes what has arrived, without waiting; `drained` where there was no more. */
  function take(source: Source): { batch: RawEvent[]; drained: boolean } {
    const batch: RawEvent[] = []
    while (batch.length < maxBatch) {
      const resolved: AllStreamResolvedEvent | null = source.read()
      if (resolved === null) return { batch, drained: true }
      const raw = rawEvent(resolved)
      // A finite read begins with the event that the caller has, and its filter is here.
      if (!raw || raw.type.startsWith('$') || (last !== null && raw.position <= last)) continue
      batch.push(raw)
    }
    return { batch, drained: false }
  }

  /** Decodes up to the first event that can't be; that one is thrown by the next call. */
  async function decode(batch: RawEvent[]): Promise<RecordedEvent[]> {
    const settled = await Promise.allSettled(batch.map(raw => codec.decode(raw)))
    const events: RecordedEvent[] = []
    for (const result of settled) {
      if (result.status === 'rejected') {
        if (phase.at === 'reading') {
          release()
          phase = { at: 'failed', error: result.reason }
        }
        break
      }
      events.push(result.value)
    }
    return events
  }

  /** What comes after a source failed or ended: the end, an error for good, or another try. */
  function afterLoss(lost: { error?: unknown }, attempt: number): void {
    release()
    if (!live && lost.error === undefined) {
      phase = { at: 'over' }
    } else if (lost.error !== undefined && !isPassing(lost.error)) {
      phase = { at: 'failed', error: lost.error }
    } else {
      if (attempt === 0) {
        log.logger.warn(
          { err: lost.error, after: last },
          'the subscription to the event log was lost, connecting again',
        )
      }
      phase = { at: 'connecting', attempt: attempt + 1 }
    }
  }

  async function connect(connecting: Phase & { at: 'connecting' }): Promise<void> {
    const { attempt } = connecting
    let found: Phase | undefined
    if (attempt > 0) {
      try {
        await delay(backoff(attempt, RETRY_AFTER_MS), undefined, { signal: stopped })
        await log.checkIdentity()
      } catch (error) {
        found = isPassing(error) ? { at: 'connecting', attempt: attempt + 1 } : { at: 'failed', error }
      }
    }
    // Whoever ended the iteration meanwhile has released everything already.
    if (phase === connecting && !stopped.aborted) phase = found ?? open(attempt)
  }

  function waitForSource(): Promise<void> {
    return new Promise(resolve => {
      wake = () => {
        wake = () => {}
        resolve()
      }
    })
  }

  async function next(): Promise<IteratorResult<RecordedEvent[]>> {
    if (handedOn !== null) onReadUpTo?.(handedOn)
    handedOn = null
    for (;;) {
      if (stopped.aborted && phase.at !== 'over') {
        release()
        phase = { at: 'over' }
      }
      switch (phase.at) {
        case 'over':
          return { done: true, value: undefined }
        case 'failed': {
          const { error } = phase
          phase = { at: 'over' }
          throw error
        }
        case 'connecting':
          await connect(phase)
          break
        case 'reading': {
          const reading = phase
          await gather(reading.source)
          // It may have been ended meanwhile, and nobody would wake it again.
          if (phase !== reading || stopped.aborted) break
          const { batch, drained } = take(phase.source)
          if (batch.length > 0) {
            if (phase.attempt > 0)
              log.logger.info({ after: last }, 'the subscription to the event log goes on')
            phase.attempt = 0
            const wanted = types ? batch.filter(raw => types.has(raw.type)) : batch
            const events = await decode(wanted)
            if (stopped.aborted) break
            const readUpTo = events.length === wanted.length ? batch.at(-1) : events.at(-1)
            if (!readUpTo) break
            last = readUpTo.position
            if (events.length === 0) {
              onReadUpTo?.(last)
              break
            }
            handedOn = last
            return { done: false, value: events }
          }
          if (!drained) break
          if (phase.lost) afterLoss(phase.lost, phase.attempt)
          else await waitForSource()
        }
      }
    }
  }

  return {
    next,
    async return() {
      release()
      phase = { at: 'over' }
      wake()
      return { done: true, value: undefined }
    },
  }
}
