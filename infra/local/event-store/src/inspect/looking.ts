import type { LookedAt } from '../log/database.ts'
import { type EventRow, eventColumns, recordedEvent } from '../log/event-row.ts'
import type { RecordedEvent } from '../log/events.ts'

/** A stream of a file: `revision` is that of its last event, -1 without any. */
export type StreamSummary = { stream: string; revision: number; events: number }

/** All streams by name. */
export function* streamsOf({ database }: LookedAt): Iterable<StreamSummary> {
  const statement = database.prepare(
    `/* streamsOfFile */ select s.name as stream, s.revision,
       (select count(*) from events e where e.stream = s.id) as events
     from streams s order by s.name`,
  )
  for (const row of statement.iterate()) yield row as StreamSummary
}

/** The events of a stream, or of `$all`, from a revision or position on; undefined for a stream that isn't there. */
export function eventsOf(
  { database }: LookedAt,
  stream: string,
  { from, limit }: { from: number; limit: number },
): Iterable<RecordedEvent> | undefined {
  const select = `select ${eventColumns} from events e join streams s on s.id = e.stream`
  if (stream === '$all') {
    const all = `/* allOfFile */ ${select} where e.position >= ? order by e.position limit ?`
    return recordedEvents(database.prepare(all).iterate(from, limit))
  }
  const found = database.prepare('/* streamOfFile */ select id from streams where name = ?').get(stream)
  if (!found) return undefined
  const ofStream = `/* eventsOfFile */ ${select} where e.stream = ? and e.revision >= ? order by e.revision limit ?`
  return recordedEvents(database.prepare(ofStream).iterate(found.id as number, from, limit))
}

function* recordedEvents(rows: Iterable<unknown>): Iterable<RecordedEvent> {
  for (const row of rows) yield recordedEvent(row as EventRow)
}
