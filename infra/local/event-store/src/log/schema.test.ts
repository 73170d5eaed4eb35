import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { eventChecksum } from './checksum.ts'
import { openEventLog } from './event-log.ts'
import { proposed } from './test-log.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const everything = { from: 0, to: Number.MAX_SAFE_INTEGER, direction: 'forwards' } as const

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'event-log-schema-'))
  file = join(folder, 'log.sqlite')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A file as version 1 wrote it, never to be edited. */
function writeVersion1(): void {
  const database = new DatabaseSync(file)
  database.exec(
    `
    pragma journal_mode = wal;
    create table streams (id integer primary key, name text not null unique, revision integer not null) strict;
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
    pragma application_id = 1397311308;
    pragma user_version = 1;
    insert into streams values (1, '$epoch-information', 0), (2, 'bücher-1', 1);
    insert into events values
      (128, 1, 0, x'00112233445566778899aabbccddeeff', '$epoch-information', 1, 1700000000000, null, '{}'),
      (300, 2, 0, x'0123456789abcdef0123456789abcdef', 'Geöffnet', 1, 1700000000001, x'7b7d', x'7b226e223a307d'),
      (500, 2, 1, x'fedcba9876543210fedcba9876543210', 'Closed', 0, 1700000000002, null, null);
  `.replaceAll("'{}'", "x'7b7d'"),
  )
  database.close()
}

function tableOfEvents(): { columns: unknown; checksums: unknown[]; version: unknown } {
  const database = new DatabaseSync(file)
  try {
    return {
      columns: database.prepare('select name, type, "notnull" from pragma_table_info(\'events\')').all(),
      checksums: database
        .prepare('select checksum from events order by position')
        .all()
        .map(row => row.checksum),
      version: database.prepare('pragma user_version').get()?.user_version,
    }
  } finally {
    database.close()
  }
}

describe('a file of version 1', () => {
  it('is opened with all of its events, each with a checksum from then on', async () => {
    writeVersion1()
    let log = openEventLog({ file })
    const events = log.readAll(everything)
    expect(events.map(({ position, stream, revision, type }) => [position, stream, revision, type])).toEqual([
      [128, '$epoch-information', 0, '$epoch-information'],
      [300, 'bücher-1', 0, 'Geöffnet'],
      [500, 'bücher-1', 1, 'Closed'],
    ])
    expect(events.map(({ data }) => Buffer.from(data).toString())).toEqual(['{}', '{"n":0}', ''])
    expect(await log.append({ stream: 'bücher-1', expected: 1, events: [proposed('new')] })).toMatchObject({
      outcome: 'appended',
      revision: 2,
    })
    log.close()
    expect(tableOfEvents().checksums.slice(0, 3)).toEqual(events.map(eventChecksum))
    log = openEventLog({ file })
    expect(log.readAll(everything)).toHaveLength(4)
    log.close()
  })

  it('has the same tables afterwards as a new one', () => {
    writeVersion1()
    openEventLog({ file }).close()
    const grown = tableOfEvents()
    file = join(folder, 'new.sqlite')
    openEventLog({ file }).close()
    const { columns, version } = tableOfEvents()
    expect(grown).toMatchObject({ columns, version })
  })
})

describe('the checksum of an event', () => {
  it('is that of what was appended when it is read, whatever the bytes and names', async () => {
    const log = openEventLog({ file })
    const names = ['plain', 'quotes " and \\', 'umlauts äöü', 'beyond 𝒳', 'line\nbreak']
    for (const name of names) {
      const metadata = Buffer.from([0, 255, 10, 13])
      const events = ['', 'x', '\u0000\u0001'].map(text => ({ ...proposed(text, { type: name }), metadata }))
      await log.append({ stream: name, expected: 'no_stream', events })
    }
    const events = log.readAll(everything)
    log.close()
    expect(events).toHaveLength(1 + names.length * 3)
    expect(tableOfEvents().checksums).toEqual(events.map(eventChecksum))
  })

  it('differs when anything of the event differs', () => {
    const event = {
      ...proposed('data', { id: '00112233-4455-6677-8899-aabbccddeeff' }),
      stream: 'a',
      revision: 3,
      position: 400,
      created: 1_700_000_000_000,
    }
    const others = [
      { ...event, stream: 'b' },
      { ...event, revision: 4 },
      { ...event, position: 401 },
      { ...event, created: 1_700_000_000_001 },
      { ...event, type: 'Said so' },
      { ...event, isJson: true },
      { ...event, id: '00112233-4455-6677-8899-aabbccddeefe' },
      { ...event, data: Buffer.from('Data') },
      { ...event, metadata: event.data, data: event.metadata },
    ]
    expect(new Set([event, ...others].map(eventChecksum)).size).toBe(1 + others.length)
  })
})

it('a file of version 1 takes stream metadata after it was migrated', async () => {
  writeVersion1()
  const log = openEventLog({ file })
  const metadata = { ...proposed('{"$maxCount":1}', { type: '$metadata' }), isJson: true }
  await log.append({ stream: '$$bücher-1', expected: 'no_stream', events: [metadata] })
  expect(log.streamState('bücher-1')).toEqual({ state: 'readable', first: 1, last: 1 })
  expect(log.readStream('bücher-1', everything)).toHaveLength(2)
  log.close()
})
