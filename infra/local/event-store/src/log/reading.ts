import type { Direction, EventLog } from './event-log.ts'
import type { RecordedEvent } from './events.ts'

/** A finite read. The place is a revision or position, included but for `$all` backwards, as in EventStoreDB. */
export type ReadingRange = {
  from: number | 'start' | 'end'
  direction: Direction
  /** At most this many events. */
  limit: number
} & ({ of: 'all'; accepts?: (event: RecordedEvent) => boolean } | { of: 'stream'; stream: string })

/** A read that goes on page by page, so that a long one holds only one page in memory. */
export type Reading = {
  /** The next page, undefined when all is read. */
  next(): RecordedEvent[] | undefined
}

/** Begins a read of what the log holds at this moment: what is appended later isn't part of it. */
export function openReading(log: EventLog, range: ReadingRange): Reading {
  const { direction } = range
  const end = range.of === 'all' ? log.lastPosition() : (log.streamRevision(range.stream) ?? -1)
  let from = range.from === 'start' ? 0 : range.from === 'end' ? end + 1 : range.from
  if (direction === 'backwards') from = range.of === 'all' ? Math.min(from, end + 1) - 1 : Math.min(from, end)
  let left = range.limit

  return {
    next() {
      if (left <= 0) return undefined
      const [low, high] = direction === 'forwards' ? [from, end] : [0, from]
      if (low > high) return undefined
      const accepts = range.of === 'all' ? range.accepts : undefined
      const place = { from: low, to: high, direction, limit: accepts ? undefined : left }
      const page = range.of === 'all' ? log.readAll(place) : log.readStream(range.stream, place)
      const last = page.at(-1)
      if (!last) return undefined
      const reached = range.of === 'all' ? last.position : last.revision
      from = direction === 'forwards' ? reached + 1 : reached - 1
      const wanted = accepts ? page.filter(accepts).slice(0, left) : page
      left -= wanted.length
      return wanted
    },
  }
}
