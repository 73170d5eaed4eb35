import type { DatabaseSync } from 'node:sqlite'
import { noLimits, type StreamLimits } from './stream-metadata.ts'

/** A stream as it is kept: `revision` is that of its last event, -1 while it has none. */
export type StreamRecord = { id: number; revision: number; limits: StreamLimits }

/** The table of streams. */
export type Streams = {
  byName(name: string): StreamRecord | undefined
  /** Gives back its number. */
  add(name: string, revision: number): number
  raiseRevision(id: number, revision: number): void
  /** Keeps what the stream's metadata says, beside the stream, so that no read has to look for the metadata. */
  setLimits(id: number, limits: StreamLimits): void
}

type Row = {
  id: number
  revision: number
  max_count: number | null
  max_age: number | null
  truncate_before: number | null
}

/** Prepares the statements on the table. */
export function openStreams(database: DatabaseSync): Streams {
  const sql = {
    byName: database.prepare(
      `/* streamByName */ select id, revision, max_count, max_age, truncate_before from streams where name = ?`,
    ),
    add: database.prepare('/* addStream */ insert into streams (name, revision) values (?, ?)'),
    raiseRevision: database.prepare('/* raiseRevision */ update streams set revision = ? where id = ?'),
    setLimits: database.prepare(
      '/* setLimits */ update streams set max_count = ?, max_age = ?, truncate_before = ? where id = ?',
    ),
  }
  return {
    byName(name) {
      const row = sql.byName.get(name) as Row | undefined
      return row && { id: row.id, revision: row.revision, limits: limitsOf(row) }
    },
    add: (name, revision) => Number(sql.add.run(name, revision).lastInsertRowid),
    raiseRevision: (id, revision) => sql.raiseRevision.run(revision, id),
    setLimits: (id, { maxCount, maxAge, truncateBefore }) =>
      sql.setLimits.run(maxCount ?? null, maxAge ?? null, truncateBefore ?? null, id),
  }
}

function limitsOf({ max_count, max_age, truncate_before }: Row): StreamLimits {
  if (max_count === null && max_age === null && truncate_before === null) return noLimits
  return {
    maxCount: max_count ?? undefined,
    maxAge: max_age ?? undefined,
    truncateBefore: truncate_before ?? undefined,
  }
}
