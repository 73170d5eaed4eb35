import type { EventLog } from '../log/event-log.ts'
import { type RecordedEvent, tombstoneRevision } from '../log/events.ts'
import { scanMatching } from '../log/matching.ts'
import { type EventFilter, matches } from './filter.ts'
import type { WakeUps } from './wake-ups.ts'

/**
 * What a subscriber gets, in order: history, one `caught up`, then what is new. Where the stream is deleted for ever
 * that is the last message.
 */
export type SubscriptionMessage =
  | { message: 'event'; event: RecordedEvent }
  | { message: 'checkpoint'; position: number }
  | { message: 'caught up' }
  | { message: 'stream deleted' }

/** What is subscribed to. `after` is a revision or position not included, `-1` for the start, `end` for only what comes. */
export type SubscriptionSource =
  | { of: 'stream'; stream: string; after: number | 'end' }
  | { of: 'all'; after: number | 'end'; filter?: EventFilter; checkpointEvery?: number }

/**
 * A subscription is pulled: it holds a cursor and reads the next page when asked, so one that isn't read costs
 * nothing and delays nobody.
 */
export type Subscription = {
  /** The next page of messages, as soon as there is one; undefined once closed. One call at a time. */
  next(): Promise<SubscriptionMessage[] | undefined>
  close(): void
}

/** Moves its cursor on by one page of messages; `moved` says that there may be more at once. */
type Cursor = () => { messages: SubscriptionMessage[]; moved: boolean }

/** Starts a subscription at the place that `source` names now. */
export function subscribe(log: EventLog, wakeUps: WakeUps, source: SubscriptionSource): Subscription {
  const cursor = cursorOf(log, source)
  const stream = source.of === 'stream' ? source.stream : undefined
  let caughtUp = false
  let closed = false
  let stopWaiting: (() => void) | undefined

  function wait(): Promise<void> {
    return new Promise(resolve => {
      const forget = wakeUps.once(stream, resolve)
      stopWaiting = () => {
        forget()
        resolve()
      }
    })
  }

  return {
    async next() {
      while (!closed) {
        // Between an empty read and waiting nothing else can run, so no commit falls in between.
        const { messages, moved } = cursor()
        if (messages.at(-1)?.message === 'stream deleted') closed = true
        if (messages.length > 0) return messages
        if (moved) {
          await new Promise(setImmediate)
        } else if (caughtUp) {
          await wait()
        } else {
          caughtUp = true
          return [{ message: 'caught up' }]
        }
      }
      return undefined
    },
    close() {
      closed = true
      stopWaiting?.()
    },
  }
}

function cursorOf(log: EventLog, source: SubscriptionSource): Cursor {
  if (source.of === 'stream') return streamCursor(log, source)
  if (source.filter) return filteredCursor(log, source.after, source.filter, source.checkpointEvery ?? 32)
  return allCursor(log, source.after)
}

/**
 * History is what readers of the stream are shown. What comes afterwards is told whatever the stream's metadata says,
 * also of a stream that wasn't there before.
 */
function streamCursor(log: EventLog, { stream, after }: SubscriptionSource & { of: 'stream' }): Cursor {
  const atStart = log.streamState(stream)
  const skipsHistory = after === 'end' && atStart.state !== 'deleted'
  let last = skipsHistory ? atStart.last : after === 'end' ? -1 : after
  let live = skipsHistory

  function history(): ReturnType<Cursor> {
    const state = log.streamState(stream)
    if (state.state === 'deleted') return { messages: [{ message: 'stream deleted' }], moved: true }
    const from = state.state === 'readable' ? Math.max(last + 1, state.first) : state.last + 1
    const events = log.readStream(stream, { from, to: state.last, direction: 'forwards' })
    live = events.length === 0
    last = events.at(-1)?.revision ?? Math.max(last, state.last)
    return { messages: events.map(event => ({ message: 'event', event })), moved: !live }
  }

  function news(): ReturnType<Cursor> {
    const events = log.readStream(stream, {
      from: last + 1,
      to: Number.MAX_SAFE_INTEGER,
      direction: 'forwards',
    })
    last = events.at(-1)?.revision ?? last
    const messages: SubscriptionMessage[] = events.map(event => ({ message: 'event', event }))
    if (last === tombstoneRevision) messages.push({ message: 'stream deleted' })
    return { messages, moved: events.length > 0 }
  }

  return () => (live ? news() : history())
}

function allCursor(log: EventLog, after: number | 'end'): Cursor {
  let last = after === 'end' ? log.lastPosition() : after
  return () => {
    const events = log.readAll({ from: last + 1, to: Number.MAX_SAFE_INTEGER, direction: 'forwards' })
    last = events.at(-1)?.position ?? last
    return { messages: events.map(event => ({ message: 'event', event })), moved: events.length > 0 }
  }
}

function filteredCursor(
  log: EventLog,
  after: number | 'end',
  filter: EventFilter,
  checkpointEvery: number,
): Cursor {
  let last = after === 'end' ? log.lastPosition() : after
  let sinceCheckpoint = 0
  return () => {
    const { events, considered, reached } = scanMatching(
      log,
      {
        from: last + 1,
        to: Number.MAX_SAFE_INTEGER,
        direction: 'forwards',
        limit: checkpointEvery - sinceCheckpoint,
      },
      header => matches(filter, header),
    )
    const messages: SubscriptionMessage[] = events.map(event => ({ message: 'event', event }))
    last = reached ?? last
    sinceCheckpoint += considered
    if (sinceCheckpoint >= checkpointEvery) {
      sinceCheckpoint = 0
      messages.push({ message: 'checkpoint', position: last })
    }
    return { messages, moved: considered > 0 }
  }
}
