import { eventChecksum } from '../log/checksum.ts'
import type { LookedAt } from '../log/database.ts'
import { type EventRow, eventColumns, recordedEvent } from '../log/event-row.ts'
import { tombstoneRevision } from '../log/events.ts'

/** What a verification found: `faults` in words, none if the file is whole. */
export type Verification = {
  /** The version of the file's schema. */
  version: number
  streams: number
  events: number
  /** Events whose checksum was compared: files of version 1 have none. */
  checksums: number
  faults: string[]
}

/** Beyond so many faults nobody learns more. */
const faultLimit = 100

/**
 * Reads the whole file: the structure of the database, every event against its checksum, and that the revisions of
 * each stream follow one another without a gap while their positions ascend. Holds no more than an event in memory.
 */
export function verify(file: LookedAt): Verification {
  const found: Verification = { version: file.version, streams: 0, events: 0, checksums: 0, faults: [] }
  const tell = (fault: string): void => {
    if (found.faults.length < faultLimit) found.faults.push(fault)
  }
  for (const check of [verifyStructure, verifyEvents, verifyStreams]) {
    try {
      check(file, found, tell)
    } catch (error) {
      tell(`the file can't be read further: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return found
}

type Check = (file: LookedAt, found: Verification, tell: (fault: string) => void) => void

const verifyStructure: Check = ({ database }, _found, tell) => {
  for (const row of database.prepare(`pragma integrity_check(${faultLimit})`).iterate()) {
    if (row.integrity_check !== 'ok') tell(`database: ${row.integrity_check}`)
  }
  for (const row of database.prepare('pragma foreign_key_check').iterate()) {
    tell(`position ${row.rowid}: its stream is not among the streams`)
  }
}

const verifyEvents: Check = ({ database, version }, found, tell) => {
  const checksum = version === 1 ? 'null' : 'e.checksum'
  const statement = database.prepare(
    `/* eventsToVerify */ select ${eventColumns}, ${checksum} as checksum
     from events e join streams s on s.id = e.stream order by e.position`,
  )
  for (const row of statement.iterate()) {
    found.events += 1
    if (row.checksum === null) continue
    found.checksums += 1
    const event = recordedEvent(row as unknown as EventRow)
    if (eventChecksum(event) !== row.checksum) {
      tell(`${event.stream}@${event.revision} at position ${event.position}: its checksum differs`)
    }
  }
}

const verifyStreams: Check = ({ database }, found, tell) => {
  const statement = database.prepare(
    `/* streamsToVerify */ select s.name, s.revision as last, e.revision, e.position
     from streams s left join events e on e.stream = s.id order by s.id, e.revision`,
  )
  let name: unknown
  let before = { revision: -1, position: 0 }
  let last = -1
  const endStream = (): void => {
    if (name !== undefined && before.revision !== last) {
      tell(`${name}: ends with revision ${before.revision}, not with ${last} as the streams say`)
    }
  }
  for (const row of statement.iterate()) {
    if (row.name !== name) {
      endStream()
      found.streams += 1
      name = row.name
      last = row.last as number
      before = { revision: -1, position: 0 }
    }
    if (row.revision === null) continue
    const { revision, position } = row as { revision: number; position: number }
    // What ends a stream for ever is beyond all other revisions.
    if (revision !== before.revision + 1 && revision !== tombstoneRevision) {
      tell(`${name}: revision ${revision} follows ${before.revision < 0 ? 'none' : before.revision}`)
    }
    if (position <= before.position) {
      tell(`${name}@${revision}: its position ${position} is not after ${before.position}`)
    }
    before = { revision, position }
  }
  endStream()
}
