import { randomUUID } from 'node:crypto'
import type { StatementSync } from 'node:sqlite'
import { openDatabase } from './database.ts'
import { type EventRow, eventColumns, noBytes, recordedEvent } from './event-row.ts'
import {
  type Append,
  type AppendOutcome,
  type Deletion,
  type DeletionOutcome,
  type EventHeader,
  type RecordedEvent,
  tombstoneRevision,
} from './events.ts'
import { noLimits, type StreamLimits } from './stream-metadata.ts'
import { openStreams, type StreamRecord } from './streams.ts'
import { isMetastream, originalOf, systemType } from './system-streams.ts'
import { type StreamState, streamState } from './visible-range.ts'
import { type LogEnd, openWriter } from './writing.ts'

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
  /** Resolves once the deletion is durable (or refused), as an append. */
  delete(deletion: Deletion): Promise<DeletionOutcome>
  /** What readers find of a stream, as its metadata and its deletion leave it. */
  streamState(stream: string): StreamState
  /** One page of a stream, in the direction given, at most `limit` events; shown to readers or not. */
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
  /** Headers of the events in a range of positions, in the direction given, at most `limit`. */
  readHeaders(range: { from: number; to: number; direction: Direction; limit: number }): EventHeader[]
  /** The position of the last event. */
  lastPosition(): number
  /** Calls after each commit, synchronously, in commit order; gives back how to end it. */
  onCommit(listener: (commit: Commit) => void): () => void
  /** Stores what waits, then releases the file. */
  close(): void
}

/** Hears of a disk that refuses: once at the beginning, however many commits fail, and once at the end. */
export type StorageFaultListener = {
  begun(fault: EventLogFaultError): void
  ended(failedCommits: number): void
}

/** In which order a range is read. */
export type Direction = 'forwards' | 'backwards'

type Waiting = {
  deadline: number | undefined
  /** Decides and stores; what it gives back is how to tell the caller. */
  store: (time: number) => () => void
  refuse: () => void
  reject: (error: Error) => void
}

const headerColumns = 'e.position, s.name as stream, e.type'

/** What EventStoreDB keeps of a stream's metadata: the last. */
const metastreamLimits: StreamLimits = { ...noLimits, maxCount: 1 }

/**
 * Opens the log in `file`, which is made, with its first system event, if absent; `:memory:` keeps it in memory.
 *
 * @param options.onFault told when the disk begins to refuse, and when it stores again after so many failed commits
 * @throws EventStoreFileInUseError, NotAnEventStoreFileError
 */
export function openEventLog({
  file,
  now = Date.now,
  onFault,
}: {
  file: string
  now?: () => number
  onFault?: StorageFaultListener | undefined
}): EventLog {
  const database = openDatabase(file)
  const sql = {
    begin: database.prepare('begin immediate'),
    commit: database.prepare('commit'),
    createdAt: database.prepare(
      '/* createdAt */ select created from events where stream = ? and revision = ?',
    ),
    headers: readStatements('eventHeaders', headerColumns, 'e.position between ? and ?', 'e.position'),
    all: readStatements('eventsOfAll', eventColumns, 'e.position between ? and ?', 'e.position'),
    stream: readStatements(
      'eventsOfStream',
      eventColumns,
      'e.stream = ? and e.revision between ? and ?',
      'e.revision',
    ),
  }
  const streams = openStreams(database)
  const writer = openWriter(database, streams, randomUUID)
  const listeners = new Set<(commit: Commit) => void>()
  let waiting: Waiting[] = []
  let closed = false
  let failedCommits = 0
  if (writer.end().position === 0) storeFirstEvent()

  function readStatements(
    name: string,
    columns: string,
    condition: string,
    order: string,
  ): Record<Direction, StatementSync> {
    const select = `select ${columns} from events e join streams s on s.id = e.stream where ${condition} order by ${order}`
    return {
      forwards: database.prepare(`/* ${name}Forwards */ ${select} limit ?`),
      backwards: database.prepare(`/* ${name}Backwards */ ${select} desc limit ?`),
    }
  }

  /** EventStoreDB's `$all` never starts with a client's event; ours starts with the record of the log's beginning. */
  function storeFirstEvent(): void {
    const data = new TextEncoder().encode(JSON.stringify({ epochId: randomUUID(), epochNumber: 0 }))
    const event = { id: randomUUID(), type: systemType.epoch, isJson: true, data, metadata: noBytes }
    sql.begin.run()
    writer.append({ stream: systemType.epoch, expected: 'no_stream', events: [event] }, now())
    sql.commit.run()
    writer.takeWritten()
  }

  /** Waits for the next commit with what decides and stores. */
  function commit<Outcome>(
    deadline: number | undefined,
    store: (time: number) => Outcome,
  ): Promise<Outcome | { outcome: 'deadline passed' }> {
    if (closed) return Promise.reject(new EventLogFaultError('the event log is closed'))
    return new Promise((resolve, reject) => {
      waiting.push({
        deadline,
        store(time) {
          const outcome = store(time)
          return () => resolve(outcome)
        },
        refuse: () => resolve({ outcome: 'deadline passed' }),
        reject,
      })
      if (waiting.length === 1) setImmediate(flush)
    })
  }

  function flush(): void {
    const group = waiting
    waiting = []
    if (group.length === 0) return
    const before = writer.end()
    let answers: (() => void)[]
    try {
      sql.begin.run()
      const time = now()
      answers = group.map(({ deadline, store, refuse }) =>
        deadline !== undefined && deadline < time ? refuse : store(time),
      )
      sql.commit.run()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      const fault = new EventLogFaultError(`the events could not be stored: ${reason}`, { cause: error })
      for (const { reject } of group) reject(fault)
      rollback(before)
      if (failedCommits === 0) onFault?.begun(fault)
      failedCommits += 1
      return
    }
    if (failedCommits > 0) onFault?.ended(failedCommits)
    failedCommits = 0
    for (const answer of answers) answer()
    const written = writer.takeWritten()
    if (written.size > 0) for (const listener of [...listeners]) listener({ streams: written })
  }

  function rollback(before: LogEnd): void {
    try {
      try {
        // A full disk can end the transaction by itself.
        if (database.isTransaction) database.exec('rollback')
      } finally {
        writer.undo(before)
      }
    } catch {
      // A disk that can't be read either: the next append meets the same fault, and tells its caller.
    }
  }

  function stateOf(name: string, stream: StreamRecord | undefined): StreamState {
    if (!isMetastream(name)) return shown(stream, stream?.limits ?? noLimits)
    const original = streams.byName(originalOf(name))
    if (original?.revision === tombstoneRevision) return { state: 'deleted' }
    return shown(stream, metastreamLimits)
  }

  function shown(stream: StreamRecord | undefined, limits: StreamLimits): StreamState {
    if (!stream) return { state: 'absent', last: -1 }
    return streamState(
      stream.revision,
      limits,
      revision => (sql.createdAt.get(stream.id, revision) as { created: number }).created,
      now(),
    )
  }

  return {
    append: append => commit(append.deadline, time => writer.append(append, time)),
    delete: deletion => commit(deletion.deadline, time => writer.delete(deletion, time)),
    streamState: name => stateOf(name, streams.byName(name)),
    readStream(name, { from, to, direction, limit = Number.POSITIVE_INFINITY }) {
      const found = streams.byName(name)
      if (!found) return []
      return page(sql.stream[direction].iterate(found.id, from, to, Math.min(limit, pageLimit.events)))
    },
    readAll({ from, to, direction, limit = Number.POSITIVE_INFINITY }) {
      return page(sql.all[direction].iterate(from, to, Math.min(limit, pageLimit.events)))
    },
    readHeaders({ from, to, direction, limit }) {
      return sql.headers[direction].all(from, to, limit) as EventHeader[]
    },
    lastPosition: () => writer.end().position,
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
