import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EventLog, openEventLog } from '../log/event-log.ts'
import { proposed } from '../log/test-log.ts'
import { startChildStore } from '../test-child-store.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

let folder: string
let file: string
let files = 0
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'event-store-inspect-'))
})
beforeEach(() => {
  files += 1
  file = join(folder, `${files}.sqlite`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs the command on the file. */
function inspect(...args: string[]): { status: number | null; lines: string[]; errors: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' })
  return { status, lines: stdout.split('\n').slice(0, -1), errors: stderr }
}

const json = (line: string | undefined) => JSON.parse(line ?? 'null')

async function fill(log: EventLog): Promise<void> {
  const opened = {
    ...proposed('{"n":1}', { type: 'Opened' }),
    isJson: true,
    metadata: Buffer.from('{"m":2}'),
  }
  await log.append({
    stream: 'door-1',
    expected: 'no_stream',
    events: [opened, proposed('bytes'), proposed('more')],
  })
  await log.append({ stream: 'door-2', expected: 'no_stream', events: [proposed('other')] })
}

async function write(): Promise<void> {
  const log = openEventLog({ file })
  await fill(log)
  log.close()
}

function damage(sql: string): void {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false })
  database.exec(sql)
  database.close()
}

describe('the command that looks at a file', () => {
  it('lists streams', async () => {
    await write()
    const { status, lines } = inspect('streams', '--json', '--file', file)
    expect(status).toBe(0)
    expect(lines.map(json)).toEqual([
      { stream: '$epoch-information', revision: 0, events: 1 },
      { stream: 'door-1', revision: 2, events: 3 },
      { stream: 'door-2', revision: 0, events: 1 },
    ])
    expect(inspect('streams', '--file', file).lines[1]).toMatch(/^ +3 +2 {2}door-1$/)
  })

  it('shows a stream, from a revision, so many events, and $all', async () => {
    await write()
    const { lines } = inspect('show', 'door-1', '--json', '--file', file)
    expect(lines.map(json)).toMatchObject([
      { stream: 'door-1', revision: 0, type: 'Opened', isJson: true, data: '{"n":1}', metadata: '{"m":2}' },
      { revision: 1, type: 'Said', isJson: false, data: Buffer.from('bytes').toString('base64') },
      { revision: 2 },
    ])
    const part = inspect('show', 'door-1', '--from', '1', '--limit', '1', '--json', '--file', file)
    expect(part.lines.map(line => json(line).revision)).toEqual([1])
    expect(inspect('show', '$all', '--json', '--file', file).lines).toHaveLength(5)
    expect(inspect('show', 'door-1', '--file', file).lines.slice(1, 3)).toEqual([
      '  metadata  {"m":2}',
      '  data      {"n":1}',
    ])
    expect(inspect('show', 'door-3', '--file', file)).toMatchObject({
      status: 1,
      errors: 'there is no stream door-3\n',
    })
  })

  it('verifies a file that is whole, whoever wrote it and however that ended', async () => {
    await write()
    expect(inspect('verify', '--file', file)).toMatchObject({
      status: 0,
      lines: [
        expect.stringMatching(/^version \d: 3 streams, 5 events \(all with their checksums\), no fault$/),
      ],
    })
    await using store = await startChildStore(file)
    await store.end('SIGKILL')
    expect(json(inspect('verify', '--json', '--file', file).lines[0])).toMatchObject({
      events: 5,
      faults: [],
    })
  })

  it('takes deleted streams for whole', async () => {
    const log = openEventLog({ file })
    await fill(log)
    const deletion = { expected: 'any', id: randomUUID() } as const
    await log.delete({ ...deletion, stream: 'door-1', kind: 'soft' })
    await log.delete({ ...deletion, stream: 'door-2', kind: 'hard' })
    log.close()
    expect(json(inspect('verify', '--json', '--file', file).lines[0])).toMatchObject({
      events: 7,
      faults: [],
    })
    expect(inspect('streams', '--file', file).lines).toContainEqual(
      expect.stringMatching(/2 {3}deleted {2}door-2$/),
    )
  })

  it.each([
    [
      'a byte of an event',
      "update events set data = x'00' where type = 'Opened'",
      /^door-1@0 .* its checksum differs$/,
    ],
    [
      'the name of a stream',
      "update streams set name = 'door-9' where name = 'door-2'",
      /^door-9@0 .* checksum differs$/,
    ],
    ['an event in the middle', 'delete from events where revision = 1', /^door-1: revision 2 follows 0$/],
    [
      'an event at the end',
      'delete from events where revision = 2',
      /^door-1: ends with revision 1, not with 2/,
    ],
    [
      'the row of a stream',
      "delete from streams where name = 'door-2'",
      /its stream is not among the streams/,
    ],
  ])('finds %s that was changed or lost', async (_case, sql, fault) => {
    await write()
    damage(sql)
    const { status, lines } = inspect('verify', '--json', '--file', file)
    expect(status).toBe(1)
    expect(json(lines[0]).faults).toContainEqual(expect.stringMatching(fault))
  })

  it('finds a page that the disk gave back otherwise', async () => {
    const log = openEventLog({ file })
    const large = Array.from({ length: 40 }, () => proposed('x'.repeat(20_000)))
    for (const event of large) await log.append({ stream: 'large', expected: 'any', events: [event] })
    log.close()
    const handle = spawnSync('dd', [
      'if=/dev/zero',
      `of=${file}`,
      'bs=4096',
      'seek=60',
      'count=3',
      'conv=notrunc',
    ])
    expect(handle.status).toBe(0)
    const { status, lines } = inspect('verify', '--json', '--file', file)
    expect(status).toBe(1)
    expect(json(lines[0]).faults.length).toBeGreaterThan(0)
  })

  it('refuses while a server holds the file, and leaves the server alone', async () => {
    await using store = await startChildStore(file)
    for (const command of [['streams'], ['show', 'a'], ['verify']]) {
      expect(inspect(...command, '--file', file)).toMatchObject({
        status: 1,
        lines: [],
        errors: expect.stringMatching(/is in use by another server\n$/),
      })
    }
    expect(await store.end('SIGTERM')).toBe(0)
    expect(inspect('verify', '--file', file).status).toBe(0)
  })

  it('refuses what is no file of an event store, and makes none', () => {
    expect(inspect('verify', '--file', file)).toMatchObject({
      status: 1,
      errors: expect.stringMatching('there is none'),
    })
    expect(inspect('verify', '--file', file)).toMatchObject({ status: 1 })
    writeFileSync(file, 'This is a text that is long enough to be looked at as a database. '.repeat(20))
    expect(inspect('verify', '--file', file)).toMatchObject({
      status: 1,
      errors: expect.stringMatching('no SQLite database'),
    })
  })

  it.each([
    ['no command', ['--file', 'x']],
    ['another command', ['mend', '--file', 'x']],
    ['no file', ['verify']],
    ['no stream', ['show', '--file', 'x']],
    ['too much', ['verify', 'all', '--file', 'x']],
    ['a bad number', ['show', 'a', '--from', '-1', '--file', 'x']],
    ['an unknown option', ['verify', '--deep', '--file', 'x']],
  ])('explains itself when it is called with %s', (_case, args) => {
    expect(inspect(...args)).toMatchObject({
      status: 2,
      lines: [],
      errors: expect.stringMatching('npm run event-store'),
    })
  })

  it('helps', () => {
    const { status, lines } = inspect('--help')
    expect(status).toBe(0)
    expect(lines.join('\n')).toMatch('npm run event-store -- verify')
  })
})
