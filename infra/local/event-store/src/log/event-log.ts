import { randomUUID } from 'node:crypto'
import type { StatementSync } from 'node:sqlite'
import { eventChecksum } from './checksum.ts'
import { openDatabase } from './database.ts'
import { decideAppend } from './decide-append.ts'
import { type EventRow, eventColumns, noBytes, recordedEvent, uuidBytes, uuidText } from './event-row.ts'
import type { Append, AppendOutcome, EventHeader, ProposedEvent, RecordedEvent } from './events.ts'
import { createRecentIds } from './recent-ids.ts'

/** A page ends at this many events, or with the event that reaches this many bytes. */
export const pageLimit = { events: 256, bytes: 128 * 1024 }

/** The log couldn't store what it was given, or was closed; nothing of the append is known to be stored. */
export class EventLogFaultError extends Error {
  override readonly name = 'EventLogFaultError'
}

/** What was just made durable: the streams appended to. */
export type Commit = { streams: ReadonlySet<string> }

/**
 * An append-only log of events in streams, ordered as a whole by position. Reads are synchronous and see only what
 * is durable; every range includes both of its ends.
 */
export type EventLog = {
  /** Resolves once the events are durable (or refused). Appends that wait at the same time share one commit. */
  append(append: Append): Promise<AppendOutcome>
  /** The revision of the stream's last event, undefined for an absent stream. */
  streamRevision(stream: string): number | undefined
  /** One page of a stream, in the direction given, at most `limit` events. */
  readStream(
    stream: string,
    range: { from: number; to: number; direction: Direction; limit?: number | undefined },
  ): RecordedEvent[]
  /** One page of all events in the order of their positions. */
  readAll(range: {
    from: number
    to: number
    direction: Direction
    limit?: number | undefined
  }): RecordedEvent[]
  /** Headers of the events from a position on, forwards, at most `limit`. */
  readHeaders(range: { from: number; to: number; limit: number }): EventHeader[]
  /** The position of the last event. */
  lastPosition(): number
  /** Calls after each commit, synchronously, in commit order; gives back how to end it. */
  onCommit(listener: (commit: Commit) => void): () => void
  /** Stores what waits, then releases the file. */
  close(): void
}

/** In which order a range is read. */
export type Direction = 'forwards' | 'backwards'

type Waiting = {
  append: Append
  resolve: (outcome: AppendOutcome) => void
  reject: (error: Error) => void
}

/**
 * Opens the log in `file`, which is made, with its first system event, if absent.
 *
 * @throws EventStoreFileInUseError, NotAnEventStoreFileError
 */
export function openEventLog({ file, now = Date.now }: { file: string; now?: () => number }): EventLog {
  const database = openDatabase(file)
  const sql = {
    begin: database.prepare('begin immediate'),
    commit: database.prepare('commit'),
    streamByName: database.prepare('/* streamByName */ select id, revision from streams where name = ?'),
    addStream: database.prepare('/* addStream */ insert into streams (name, revision) values (?, ?)'),
    raiseRevision: database.prepare('/* raiseRevision */ update streams set revision = ? where id = ?'),
    addEvent: database.prepare(
      `/* addEvent */ insert into events (position, stream, revision, id, type, is_json, created, metadata, data, checksum)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    idAt: database.prepare('/* idAt */ select id, position from events where stream = ? and revision = ?'),
    newestIds: database.prepare(
      '/* newestIds */ select stream, id, revision from events order by position desc limit ?',
    ),
    lastEvent: database.prepare(
      `/* lastEvent */ select ${eventColumns} from events e join streams s on s.id = e.stream
       order by e.position desc limit 1`,
    ),
    headers: database.prepare(
      `/* eventHeaders */ select e.position, s.name as stream, e.type from events e join streams s on s.id = e.stream
       where e.position between ? and ? order by e.position limit ?`,
    ),
    all: readStatements('eventsOfAll', 'e.position between ? and ?', 'e.position'),
    stream: readStatements('eventsOfStream', 'e.stream = ? and e.revision between ? and ?', 'e.revision'),
  }
  const recentIds = createRecentIds()
  const listeners = new Set<(commit: Commit) => void>()
  let waiting: Waiting[] = []
  let closed = false
  let last = lastStored() ?? { position: 0, size: firstPosition }
  if (last.position === 0) storeFirstEvent()
  recentIds.reload(newestIds)

  function readStatements(name: string, condition: string, order: string): Record<Direction, StatementSync> {
    const select = `select ${eventColumns} from events e join streams s on s.id = e.stream where ${condition} order by ${order}`
    return {
      forwards: database.prepare(`/* ${name}Forwards */ ${select} limit ?`),
      backwards: database.prepare(`/* ${name}Backwards */ ${select} desc limit ?`),
    }
  }

  function lastStored(): { position: number; size: number } | undefined {
    const row = sql.lastEvent.get() as EventRow | undefined
    return row && { position: row.position, size: recordSize(row.stream, recordedEvent(row)) }
  }

  /** EventStoreDB's `$all` never starts with a client's event; ours starts with the record of the log's beginning. */
  function storeFirstEvent(): void {
    const data = new TextEncoder().encode(JSON.stringify({ epochId: randomUUID(), epochNumber: 0 }))
    const event = { id: randomUUID(), type: '$epoch-information', isJson: true, data, metadata: noBytes }
    sql.begin.run()
    store({ stream: '$epoch-information', expected: 'no_stream', events: [event] }, now())
    sql.commit.run()
  }

  function flush(): void {
    const group = waiting
    waiting = []
    if (group.length === 0) return
    const before = last
    const streams = new Set<string>()
    let outcomes: AppendOutcome[]
    try {
      sql.begin.run()
      const time = now()
      outcomes = group.map(({ append }) => {
        if (append.deadline !== undefined && append.deadline < time) return { outcome: 'deadline passed' }
        const position = last.position
        const outcome = store(append, time)
        if (last.position !== position) streams.add(append.stream)
        return outcome
      })
      sql.commit.run()
    } catch (error) {
      last = before
      const fault = new EventLogFaultError('the events could not be stored', { cause: error })
      for (const { reject } of group) reject(fault)
      rollback()
      return
    }
    for (const [index, { resolve }] of group.entries()) resolve(outcomes[index]!)
    if (streams.size > 0) for (const listener of [...listeners]) listener({ streams })
  }

  function rollback(): void {
    try {
      // A full disk can end the transaction by itself.
      if (database.isTransaction) database.exec('rollback')
      recentIds.reload(newestIds)
    } catch {
      // A disk that can't be read either: the next append meets the same fault, and tells its caller.
    }
  }

  function* newestIds(count: number): Iterable<{ stream: number; id: string; revision: number }> {
    for (const row of sql.newestIds.iterate(count)) {
      const { stream, id, revision } = row as { stream: number; id: Uint8Array; revision: number }
      yield { stream, id: uuidText(id), revision }
    }
  }

  function store(append: Append, time: number): AppendOutcome {
    const stream = sql.streamByName.get(append.stream) as { id: number; revision: number } | undefined
    const current = stream?.revision ?? -1
    const decision = decideAppend(
      {
        current,
        idAt: revision => {
          const row = stream && (sql.idAt.get(stream.id, revision) as { id: Uint8Array } | undefined)
          return row && uuidText(row.id)
        },
        revisionOf: id => stream && recentIds.revisionOf(stream.id, id),
      },
      append.expected,
      append.events.map(event => event.id),
    )
    if (decision.decision === 'refuse') return { outcome: 'wrong expected revision', current }
    if (decision.decision === 'repeat') {
      const { position } = sql.idAt.get(stream!.id, decision.revision) as { position: number }
      return { outcome: 'appended', revision: decision.revision, position }
    }
    if (append.events.length === 0) return { outcome: 'appended', revision: current, position: undefined }
    const revision = current + append.events.length
    const streamId = stream?.id ?? Number(sql.addStream.run(append.stream, revision).lastInsertRowid)
    if (stream) sql.raiseRevision.run(revision, stream.id)
    for (const [index, event] of append.events.entries()) {
      const position = last.position + last.size
      const revision = current + 1 + index
      sql.addEvent.run(
        position,
        streamId,
        revision,
        uuidBytes(event.id),
        event.type,
        event.isJson ? 1 : 0,
        time,
        event.metadata,
        event.data,
        eventChecksum({ ...event, stream: append.stream, position, revision, created: time }),
      )
      last = { position, size: recordSize(append.stream, event) }
      recentIds.add(streamId, event.id, revision)
    }
    return { outcome: 'appended', revision, position: last.position }
  }

  return {
    append(append) {
      if (closed) return Promise.reject(new EventLogFaultError('the event log is closed'))
      return new Promise((resolve, reject) => {
        waiting.push({ append, resolve, reject })
        if (waiting.length === 1) setImmediate(flush)
      })
    },
    streamRevision(stream) {
      return (sql.streamByName.get(stream) as { revision: number } | undefined)?.revision
    },
    readStream(stream, { from, to, direction, limit = Number.POSITIVE_INFINITY }) {
      const found = sql.streamByName.get(stream) as { id: number } | undefined
      if (!found) return []
      return page(sql.stream[direction].iterate(found.id, from, to, Math.min(limit, pageLimit.events)))
    },
    readAll({ from, to, direction, limit = Number.POSITIVE_INFINITY }) {
      return page(sql.all[direction].iterate(from, to, Math.min(limit, pageLimit.events)))
    },
    readHeaders({ from, to, limit }) {
      return sql.headers.all(from, to, limit) as EventHeader[]
    },
    lastPosition: () => last.position,
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close() {
      if (closed) return
      closed = true
      flush()
      listeners.clear()
      database.close()
    },
  }
}

const firstPosition = 128

/** Positions are offsets, as EventStoreDB's are, so that nobody comes to rely on their being without gaps. */
function recordSize(stream: string, event: ProposedEvent): number {
  return 64 + stream.length + event.type.length + event.metadata.length + event.data.length
}

function page(rows: Iterable<unknown>): RecordedEvent[] {
  const events: RecordedEvent[] = []
  let bytes = 0
  for (const row of rows) {
    const event = recordedEvent(row as EventRow)
    events.push(event)
    bytes += event.data.length + event.metadata.length
    if (bytes >= pageLimit.bytes) break
  }
  return events
}
