import { type EventLog, pageLimit } from '../log/event-log.ts'
import type { RecordedEvent } from '../log/events.ts'
import { type EventFilter, matches } from './filter.ts'
import type { WakeUps } from './wake-ups.ts'

/** What a subscriber gets, in order: history, one `caught up`, then what is new. */
export type SubscriptionMessage =
  | { message: 'event'; event: RecordedEvent }
  | { message: 'checkpoint'; position: number }
  | { message: 'caught up' }

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

/** Events looked at by one scan of a filter, so that a filter that seldom matches doesn't hold up the process. */
const scanLimit = 1024

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

function streamCursor(log: EventLog, { stream, after }: SubscriptionSource & { of: 'stream' }): Cursor {
  let last = after === 'end' ? (log.streamRevision(stream) ?? -1) : after
  return () => {
    const events = log.readStream(stream, {
      from: last + 1,
      to: Number.MAX_SAFE_INTEGER,
      direction: 'forwards',
    })
    last = events.at(-1)?.revision ?? last
    return { messages: events.map(event => ({ message: 'event', event })), moved: events.length > 0 }
  }
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
    const messages: SubscriptionMessage[] = []
    const headers = log.readHeaders({
      from: last + 1,
      to: Number.MAX_SAFE_INTEGER,
      limit: Math.min(scanLimit, checkpointEvery - sinceCheckpoint),
    })
    let bytes = 0
    for (let index = 0; index < headers.length && bytes < pageLimit.bytes; ) {
      const end = endOfRun(headers.length, index, at => matches(filter, headers[at]!))
      let considered = end - index
      if (matches(filter, headers[index]!)) {
        const events = log.readAll({
          from: headers[index]!.position,
          to: headers[end - 1]!.position,
          direction: 'forwards',
        })
        for (const event of events) {
          bytes += event.data.length + event.metadata.length
          messages.push({ message: 'event', event })
        }
        considered = events.length
      }
      index += considered
      sinceCheckpoint += considered
      last = headers[index - 1]!.position
    }
    if (sinceCheckpoint >= checkpointEvery) {
      sinceCheckpoint = 0
      messages.push({ message: 'checkpoint', position: last })
    }
    return { messages, moved: headers.length > 0 }
  }
}

/** The end of the run of neighbours that all answer as the first one does: a run of matches is read in one go. */
function endOfRun(length: number, start: number, test: (index: number) => boolean): number {
  const first = test(start)
  let end = start + 1
  while (end < length && test(end) === first) end += 1
  return end
}
