import { type Direction, type EventLog, pageLimit } from './event-log.ts'
import type { EventHeader, RecordedEvent } from './events.ts'

/** Events looked at by one scan, so that a filter that seldom matches doesn't hold up the process. */
const scanLimit = 1024

/** What a scan found; `considered` events were looked at, the last of them at `reached`, undefined for none. */
export type Scan = { events: RecordedEvent[]; considered: number; reached: number | undefined }

/**
 * One page of those events of `$all` that are accepted, told by their headers alone: of the others nothing more is
 * read. Runs of neighbours that are accepted are read in one go.
 *
 * @param range - both ends included; `limit` is of the events that are looked at
 */
export function scanMatching(
  log: Pick<EventLog, 'readAll' | 'readHeaders'>,
  { from, to, direction, limit }: { from: number; to: number; direction: Direction; limit: number },
  accepts: (header: EventHeader) => boolean,
): Scan {
  const headers = log.readHeaders({ from, to, direction, limit: Math.min(scanLimit, limit) })
  const events: RecordedEvent[] = []
  let bytes = 0
  let considered = 0
  while (considered < headers.length && bytes < pageLimit.bytes && events.length < pageLimit.events) {
    const first = headers[considered]!
    const wanted = accepts(first)
    const end = endOfRun(headers, considered, header => accepts(header) === wanted)
    if (!wanted) {
      considered = end
      continue
    }
    const last = headers[end - 1]!
    const page = log.readAll({
      from: Math.min(first.position, last.position),
      to: Math.max(first.position, last.position),
      direction,
    })
    for (const event of page) bytes += event.data.length + event.metadata.length
    events.push(...page)
    considered += page.length
  }
  return { events, considered, reached: headers[considered - 1]?.position }
}

function endOfRun(headers: EventHeader[], start: number, alike: (header: EventHeader) => boolean): number {
  let end = start + 1
  while (end < headers.length && alike(headers[end]!)) end += 1
  return end
}
