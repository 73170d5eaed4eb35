import type { DatabaseSync } from 'node:sqlite'
import { eventChecksum } from './checksum.ts'
import { decideAppend, type WrittenStream } from './decide-append.ts'
import { type EventRow, eventColumns, noBytes, recordedEvent, uuidBytes, uuidText } from './event-row.ts'
import {
  type Append,
  type AppendOutcome,
  type Deletion,
  type DeletionOutcome,
  type ProposedEvent,
  tombstoneRevision,
} from './events.ts'
import { createRecentIds } from './recent-ids.ts'
import { softDeletion, streamLimits, withTruncateBefore } from './stream-metadata.ts'
import type { StreamRecord, Streams } from './streams.ts'
import { isMetastream, metastreamOf, originalOf, systemType } from './system-streams.ts'

/** The end of the log: the position of the last event, 0 while there is none, and the room that it takes. */
export type LogEnd = { position: number; size: number }

/** Decides and stores, within a transaction that its user begins and commits; `time` is in ms since the Unix epoch. */
export type Writer = {
  append(append: Append, time: number): AppendOutcome
  delete(deletion: Deletion, time: number): DeletionOutcome
  end(): LogEnd
  /** The streams written to since it was asked last. */
  takeWritten(): Set<string>
  /** Forgets what a transaction that is undone had written. @param end as it was before */
  undo(end: LogEnd): void
}

const firstPosition = 128

/** @param newId - gives the ids of the events that the store writes by itself */
export function openWriter(database: DatabaseSync, streams: Streams, newId: () => string): Writer {
  const sql = {
    addEvent: database.prepare(
      `/* addEvent */ insert into events (position, stream, revision, id, type, is_json, created, metadata, data, checksum)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    idAt: database.prepare('/* idAt */ select id, position from events where stream = ? and revision = ?'),
    dataAt: database.prepare('/* dataAt */ select data from events where stream = ? and revision = ?'),
    newestIds: database.prepare(
      '/* newestIds */ select stream, id, revision from events order by position desc limit ?',
    ),
    lastEvent: database.prepare(
      `/* lastEvent */ select ${eventColumns} from events e join streams s on s.id = e.stream
       order by e.position desc limit 1`,
    ),
  }
  const recentIds = createRecentIds()
  recentIds.reload(newestIds)
  let end = storedEnd()
  let written = new Set<string>()

  function storedEnd(): LogEnd {
    const row = sql.lastEvent.get() as EventRow | undefined
    if (!row) return { position: 0, size: firstPosition }
    return { position: row.position, size: recordSize(row.stream, recordedEvent(row)) }
  }

  function* newestIds(count: number): Iterable<{ stream: number; id: string; revision: number }> {
    for (const row of sql.newestIds.iterate(count)) {
      const { stream, id, revision } = row as { stream: number; id: Uint8Array; revision: number }
      yield { stream, id: uuidText(id), revision }
    }
  }

  function stateOf(name: string, stream: StreamRecord | undefined): WrittenStream {
    return {
      current: stream?.revision ?? -1,
      deletion: isTombstoned(name, stream) ? 'hard' : isSoftDeleted(stream) ? 'soft' : 'none',
      hasMetadata: () => lastRevision(metastreamOf(name)) >= 0,
      idAt(revision) {
        const row = stream && (sql.idAt.get(stream.id, revision) as { id: Uint8Array } | undefined)
        return row && uuidText(row.id)
      },
      revisionOf: id => stream && recentIds.revisionOf(stream.id, id),
    }
  }

  /** The metadata of a stream that is gone for ever is gone with it. */
  function isTombstoned(name: string, stream: StreamRecord | undefined): boolean {
    if (stream?.revision === tombstoneRevision) return true
    return isMetastream(name) && lastRevision(originalOf(name)) === tombstoneRevision
  }

  function lastRevision(name: string): number {
    return streams.byName(name)?.revision ?? -1
  }

  function append({ stream: name, expected, events }: Append, time: number): AppendOutcome {
    const stream = streams.byName(name)
    const current = stream?.revision ?? -1
    const state = stateOf(name, stream)
    const ids = events.map(event => event.id)
    const decision = decideAppend(state, expected, ids)
    switch (decision.decision) {
      case 'refuse':
        return { outcome: 'wrong expected revision', current }
      case 'deleted':
        return { outcome: 'stream deleted' }
      case 'repeat': {
        const { position } = sql.idAt.get(stream!.id, decision.revision) as { position: number }
        return { outcome: 'appended', revision: decision.revision, position }
      }
      case 'append': {
        if (events.length === 0) return { outcome: 'appended', revision: current, position: undefined }
        const original = isMetastream(name) ? originalOf(name) : undefined
        const keepsDeleted = original !== undefined && isSoftDeleted(streams.byName(original))
        const position = add(name, stream, current + 1, events, time)
        if (state.deletion === 'soft') undelete(name, current + 1, time)
        if (keepsDeleted) undelete(original, lastRevision(original) + 1, time)
        return { outcome: 'appended', revision: current + events.length, position }
      }
    }
  }

  function del(deletion: Deletion, time: number): DeletionOutcome {
    const { stream: name, expected, kind, id } = deletion
    const stream = streams.byName(name)
    const current = stream?.revision ?? -1
    const state = stateOf(name, stream)
    const { decision } = decideAppend(state, expected, [id])
    if (decision === 'deleted') return { outcome: 'stream deleted' }
    const nothingToDelete = kind === 'soft' && current < 0 && !state.hasMetadata()
    if (decision !== 'append' || nothingToDelete) return { outcome: 'wrong expected revision', current }
    if (kind === 'soft') return { outcome: 'deleted', position: setMetadata(name, softDeletion, id, time) }
    const event = { id, type: systemType.streamDeleted, isJson: false, data: noBytes, metadata: noBytes }
    return { outcome: 'deleted', position: add(name, stream, tombstoneRevision, [event], time) }
  }

  /** Appending again after a soft deletion shows what is new from then on; what the metadata says besides stays. */
  function undelete(name: string, firstRevision: number, time: number): void {
    const metastream = streams.byName(metastreamOf(name))
    if (!metastream) return
    const { data } = sql.dataAt.get(metastream.id, metastream.revision) as { data: Uint8Array | null }
    const metadata = withTruncateBefore(data ?? noBytes, firstRevision)
    if (metadata) setMetadata(name, metadata, newId(), time)
  }

  function setMetadata(name: string, metadata: Uint8Array, id: string, time: number): number {
    const metastream = metastreamOf(name)
    const event = { id, type: systemType.metadata, isJson: true, data: metadata, metadata: noBytes }
    const stream = streams.byName(metastream)
    return add(metastream, stream, (stream?.revision ?? -1) + 1, [event], time)
  }

  /** Stores events, of which the first gets the revision; gives the position of the last. */
  function add(
    name: string,
    stream: StreamRecord | undefined,
    firstRevision: number,
    events: readonly ProposedEvent[],
    time: number,
  ): number {
    const lastRevision = firstRevision + events.length - 1
    const streamId = stream?.id ?? streams.add(name, lastRevision)
    if (stream) streams.raiseRevision(stream.id, lastRevision)
    for (const [index, event] of events.entries()) {
      const position = end.position + end.size
      const revision = firstRevision + index
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
        eventChecksum({ ...event, stream: name, position, revision, created: time }),
      )
      end = { position, size: recordSize(name, event) }
      recentIds.add(streamId, event.id, revision)
    }
    written.add(name)
    if (isMetastream(name)) limit(originalOf(name), events.at(-1)!)
    return end.position
  }

  function limit(name: string, metadata: ProposedEvent): void {
    const id = streams.byName(name)?.id ?? streams.add(name, -1)
    streams.setLimits(id, streamLimits(metadata))
  }

  return {
    append,
    delete: del,
    end: () => end,
    takeWritten() {
      const taken = written
      written = new Set()
      return taken
    },
    undo(before) {
      end = before
      written = new Set()
      recentIds.reload(newestIds)
    },
  }
}

function isSoftDeleted(stream: StreamRecord | undefined): boolean {
  return stream?.limits.truncateBefore === tombstoneRevision
}

/** Positions are offsets, as EventStoreDB's are, so that nobody comes to rely on their being without gaps. */
function recordSize(stream: string, event: ProposedEvent): number {
  return 64 + stream.length + event.type.length + event.metadata.length + event.data.length
}
