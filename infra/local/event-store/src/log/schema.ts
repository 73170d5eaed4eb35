import type { DatabaseSync } from 'node:sqlite'
import { eventChecksum } from './checksum.ts'
import { type EventRow, recordedEvent } from './event-row.ts'

/** `application_id` of the files: "SIGL". */
export const applicationId = 0x53_49_47_4c

/**
 * What makes each version of the schema out of the one before, the first out of an empty file. A new file runs
 * through all of them, so that it is the same as one that grew old.
 */
const versions: readonly ((database: DatabaseSync) => void)[] = [createTables, addChecksums, addLimits]

/** The version that this build writes (`user_version`). */
export const schemaVersion = versions.length

/** Brings the file from a version, 0 for an empty one, to this build's: wholly or, where that fails, not at all. */
export function migrate(database: DatabaseSync, from: number): void {
  if (from === schemaVersion) return
  database.exec('begin immediate')
  try {
    for (const makeVersion of versions.slice(from)) makeVersion(database)
    database.exec(`pragma application_id = ${applicationId}; pragma user_version = ${schemaVersion}`)
    database.exec('commit')
  } catch (error) {
    // A full disk can end the transaction by itself.
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

function createTables(database: DatabaseSync): void {
  database.exec(`
    create table streams (
      id integer primary key,
      name text not null unique,
      revision integer not null
    ) strict;
    create table events (
      position integer primary key,
      stream integer not null references streams (id),
      revision integer not null,
      id blob not null,
      type text not null,
      is_json integer not null,
      created integer not null,
      metadata blob,
      data blob
    ) strict;
    create unique index events_of_stream on events (stream, revision);
  `)
}

function addChecksums(database: DatabaseSync): void {
  database.exec('alter table events add column checksum integer not null default 0')
  database.function('checksum_of_event', { varargs: true }, (...values) => {
    const [position, stream, revision, id, type, is_json, created, metadata, data] = values
    const row = { position, stream, revision, id, type, is_json, created, metadata, data } as EventRow
    return eventChecksum(recordedEvent(row))
  })
  database.exec(`/* addChecksums */ update events set checksum = checksum_of_event(
    position, (select name from streams where streams.id = stream), revision, id, type, is_json, created, metadata, data)`)
}

/** Earlier versions refused stream metadata, so there is none to be read. */
function addLimits(database: DatabaseSync): void {
  database.exec(`
    alter table streams add column max_count integer;
    alter table streams add column max_age integer;
    alter table streams add column truncate_before integer;
  `)
}
