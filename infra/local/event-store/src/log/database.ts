import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { applicationId, migrate, schemaVersion } from './schema.ts'

/** The file's name for a log that is kept in memory and gone with its process. */
const inMemory = ':memory:'

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

/**
 * Opens the file, made if absent, for this process alone: the lock is the operating system's, so it ends with the
 * process however that ends. A committed transaction is on the disk (`synchronous = FULL`), and so is all that the
 * file is found to hold. A file of an earlier version is brought to this one's. `:memory:` needs no file.
 *
 * @throws EventStoreFileInUseError, NotAnEventStoreFileError
 */
export function openDatabase(file: string): DatabaseSync {
  if (file === inMemory) return prepared(new DatabaseSync(file), file)
  const folder = dirname(resolve(file))
  makeFolder(folder)
  const database = prepared(new DatabaseSync(file), file)
  syncFolder(folder)
  return database
}

/** A file that is looked at: nothing of what it holds is changed, and no server can open it meanwhile. */
export type LookedAt = { database: DatabaseSync; version: number }

/**
 * Opens a file to look at it, of any version. What a killed server left in the write-ahead log is part of it, and
 * goes into the file when the database is closed.
 *
 * @throws EventStoreFileInUseError, NotAnEventStoreFileError
 */
export function openToLookAt(file: string): LookedAt {
  if (!existsSync(file)) throw new NotAnEventStoreFileError(file, 'there is none')
  const database = new DatabaseSync(file)
  try {
    hold(database)
    const version = versionOf(database, file)
    if (version === 0) throw new NotAnEventStoreFileError(file, 'it is empty')
    database.exec('pragma query_only = on')
    return { database, version }
  } catch (error) {
    database.close()
    throw explained(error, file)
  }
}

/** Taking the write lock keeps a second process out; it is held until the connection closes. */
function hold(database: DatabaseSync): void {
  database.exec('pragma locking_mode = exclusive')
  database.exec('begin exclusive; commit')
}

function prepared(database: DatabaseSync, file: string): DatabaseSync {
  try {
    hold(database)
    const version = versionOf(database, file)
    database.exec('pragma journal_mode = wal')
    database.exec('pragma synchronous = full')
    database.exec('pragma journal_size_limit = 67108864')
    // A checkpoint holds up the appends behind it: 16 MiB apart it writes a page that changed often only once.
    database.exec('pragma wal_autocheckpoint = 4000')
    writeBack(database)
    migrate(database, version)
    return database
  } catch (error) {
    database.close()
    throw explained(error, file)
  }
}

/** The version of the file's schema, 0 if it is empty. */
function versionOf(database: DatabaseSync, file: string): number {
  const { tables } = database.prepare('select count(*) as tables from sqlite_schema').get() as {
    tables: number
  }
  if (tables === 0) return 0
  const { application_id: application } = database.prepare('pragma application_id').get() as {
    application_id: number
  }
  if (application !== applicationId)
    throw new NotAnEventStoreFileError(file, 'it is a database of something else')
  const { user_version: version } = database.prepare('pragma user_version').get() as { user_version: number }
  if (version < 1 || version > schemaVersion) {
    throw new NotAnEventStoreFileError(file, `its version is ${version}, this server knows ${schemaVersion}`)
  }
  return version
}

/**
 * Writes what the write-ahead log holds into the file and waits for the disk. What a killed server or a failed sync
 * left there is read from the page cache and may not be on the disk, nor may a later sync write it: only writing it
 * again makes it safe to build on.
 */
function writeBack(database: DatabaseSync): void {
  const { busy, log, checkpointed } = database.prepare('pragma wal_checkpoint(full)').get() as {
    busy: number
    log: number
    checkpointed: number
  }
  if (busy !== 0 || log !== checkpointed) throw new Error('the write-ahead log could not be written back')
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
