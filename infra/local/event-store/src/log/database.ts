import { closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const applicationId = 0x53_49_47_4c
const schemaVersion = 1

/** Another server holds the file; there can be only one. */
export class EventStoreFileInUseError extends Error {
  override readonly name = 'EventStoreFileInUseError'
  readonly file: string

  constructor(file: string) {
    super(`the event store file ${file} is in use by another server`)
    this.file = file
  }
}

/** The file holds something else, or was written by a version of the event store that this one doesn't know. */
export class NotAnEventStoreFileError extends Error {
  override readonly name = 'NotAnEventStoreFileError'
  readonly file: string

  constructor(file: string, reason: string, options?: ErrorOptions) {
    super(`${file} is not an event store file that this server can use: ${reason}`, options)
    this.file = file
  }
}

const schema = `
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
`

/**
 * Opens the file, made if absent, for this process alone: the lock is the operating system's, so it ends with the
 * process however that ends. A committed transaction is on the disk (`synchronous = FULL`).
 *
 * @throws EventStoreFileInUseError, NotAnEventStoreFileError
 */
export function openDatabase(file: string): DatabaseSync {
  const folder = dirname(resolve(file))
  makeFolder(folder)
  const database = new DatabaseSync(file)
  try {
    database.exec('pragma locking_mode = exclusive')
    // Taking the write lock now keeps a second server out; it holds until the connection closes.
    database.exec('begin exclusive; commit')
    prepare(database, file)
    syncFolder(folder)
    return database
  } catch (error) {
    database.close()
    throw explained(error, file)
  }
}

function prepare(database: DatabaseSync, file: string): void {
  const { application_id: application } = database.prepare('pragma application_id').get() as {
    application_id: number
  }
  const { user_version: version } = database.prepare('pragma user_version').get() as { user_version: number }
  const { tables } = database.prepare('select count(*) as tables from sqlite_schema').get() as {
    tables: number
  }
  if (tables > 0 && application !== applicationId)
    throw new NotAnEventStoreFileError(file, 'it is a database of something else')
  if (tables > 0 && version !== schemaVersion) {
    throw new NotAnEventStoreFileError(file, `its version is ${version}, this server knows ${schemaVersion}`)
  }
  database.exec('pragma journal_mode = wal')
  database.exec('pragma synchronous = full')
  database.exec('pragma journal_size_limit = 67108864')
  // A checkpoint holds up the appends behind it: 16 MiB apart it writes a page that changed often only once.
  database.exec('pragma wal_autocheckpoint = 4000')
  if (tables === 0) {
    database.exec(
      `begin; ${schema} pragma application_id = ${applicationId}; pragma user_version = ${schemaVersion}; commit`,
    )
  }
}

/** A new folder's own entry must survive a power failure as well as what is in it. */
function makeFolder(folder: string): void {
  const firstMade = mkdirSync(folder, { recursive: true })
  if (firstMade === undefined) return
  for (let made = folder; made.length >= firstMade.length; made = dirname(made)) syncFolder(dirname(made))
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function explained(error: unknown, file: string): unknown {
  const code = (error as { errcode?: number }).errcode
  if (code === undefined) return error
  const primary = code & 0xff
  if (primary === 5) return new EventStoreFileInUseError(file)
  if (primary === 26) return new NotAnEventStoreFileError(file, 'it is no SQLite database', { cause: error })
  return error
}
