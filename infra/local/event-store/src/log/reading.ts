import type { Direction, EventLog } from './event-log.ts'
import type { EventHeader, RecordedEvent } from './events.ts'
import { scanMatching } from './matching.ts'

/** Where a read begins: at a revision or position, included but for `$all` backwards, as in EventStoreDB. */
export type ReadingPlace = number | 'start' | 'end'

/** A finite read, of at most `limit` events. */
export type ReadingRange = { from: ReadingPlace; direction: Direction; limit: number } & (
  | { of: 'all'; accepts?: ((header: EventHeader) => boolean) | undefined }
  | { of: 'stream'; stream: string }
)

/** A read that goes on page by page, so that a long one holds only one page in memory. */
export type Reading =
  | { state: 'absent' }
  | { state: 'deleted' }
  | {
      state: 'open'
      /** The next page, which may be empty; undefined when all is read. */
      next(): RecordedEvent[] | undefined
    }

/** Begins a read of what the log holds at this moment: what is appended later isn't part of it. */
export function openReading(log: EventLog, range: ReadingRange): Reading {
  if (range.of === 'all') return readingOfAll(log, range)
  const { stream, direction, limit } = range
  const state = log.streamState(stream)
  if (state.state !== 'readable') return { state: state.state }
  const { first, last } = state
  const from = range.from === 'start' ? 0 : range.from === 'end' ? last + 1 : range.from
  const ends = direction === 'forwards' ? [Math.max(from, first), last] : [first, Math.min(from, last)]
  return paged(ends, direction, limit, (place, left) => {
    const events = log.readStream(stream, { ...place, limit: left })
    return { events, reached: events.at(-1)?.revision }
  })
}

function readingOfAll(log: EventLog, range: ReadingRange & { of: 'all' }): Reading {
  const { direction, limit, accepts } = range
  const end = log.lastPosition()
  const from = range.from === 'start' ? 0 : range.from === 'end' ? end + 1 : range.from
  const ends = direction === 'forwards' ? [from, end] : [0, Math.min(from, end + 1) - 1]
  return paged(ends, direction, limit, (place, left) => {
    if (accepts) return scanMatching(log, { ...place, limit: Number.POSITIVE_INFINITY }, accepts)
    const events = log.readAll({ ...place, limit: left })
    return { events, reached: events.at(-1)?.position }
  })
}

type Place = { from: number; to: number; direction: Direction }

/** @param readPage - gives a page and the place of the last event that it looked at, undefined if there was none */
function paged(
  [low = 0, high = 0]: number[],
  direction: Direction,
  limit: number,
  readPage: (place: Place, left: number) => { events: RecordedEvent[]; reached: number | undefined },
): Reading {
  const place = { from: low, to: high, direction }
  let left = limit
  return {
    state: 'open',
    next() {
      if (left <= 0 || place.from > place.to) return undefined
      const { events, reached } = readPage(place, left)
      if (reached === undefined) return undefined
      if (direction === 'forwards') place.from = reached + 1
      else place.to = reached - 1
      const page = events.length > left ? events.slice(0, left) : events
      left -= page.length
      return page
    },
  }
}
