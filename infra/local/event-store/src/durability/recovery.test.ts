import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient, UnknownError } from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { all, counted, errorOf } from '../../contract/store-under-test.ts'
import { serveCommand } from '../serve-command.ts'
import { type ChildStore, startChildStore } from '../test-child-store.ts'
import { keepLedger, startWriters } from './test-ledger.ts'
import { allowFiles, mayMount, mountSmallDisk, withSmallFiles } from './test-small-disk.ts'
import { judgeSyncOrder } from './test-sync-order.ts'
import { finishedTrace, straceIsThere, systemCallSteps, traced } from './test-system-calls.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-recovery-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const mebibyte = 1024 * 1024

/**
 * Lets writers run into a full disk, makes room, and expects that they were told, that reading went on, and that
 * everything acknowledged is there, after a kill too.
 */
async function fillAndMakeRoom(
  store: ChildStore,
  makeRoom: () => void,
  restart: (port: number) => Promise<ChildStore>,
): Promise<void> {
  const client = EventStoreDBClient.connectionString(store.connectionString)
  const ledger = keepLedger()
  const writing = startWriters(client, ledger, 8)
  try {
    await writing.untilErrors(20)
    for (const error of writing.errors) expect(error).toBeInstanceOf(UnknownError)
    const large = counted(0, { pad: 'x'.repeat(200_000) })
    expect(await errorOf(client.appendToStream('full', large))).toBeInstanceOf(UnknownError)
    const acknowledged = ledger.length
    expect((await all(client.readAll())).length).toBeGreaterThan(acknowledged)
    makeRoom()
    await writing.until(ledger.length + 300)
  } finally {
    await writing.stop()
  }
  expect(await ledger.differences(client)).toEqual([])
  // Once, however many appends were refused meanwhile; a disk may be full, have room and be full again.
  const warnings = store.warnings()
  expect(warnings.slice(0, 2)).toEqual(['appends are refused', 'appends are stored again'])
  expect(warnings.length).toBeLessThan(writing.errors.length)
  await store.end('SIGKILL')
  await using again = await restart(store.port)
  expect(await ledger.differences(client)).toEqual([])
  await client.dispose()
  expect(await again.end('SIGTERM')).toBe(0)
}

describe('a disk without room', () => {
  it.skipIf(!mayMount)('is told to those who append, and forgotten when there is room again', async () => {
    const mounted = join(folder, 'mounted')
    await mkdir(mounted)
    await using disk = await mountSmallDisk(mounted, 80 * mebibyte)
    const start = (port = 0) =>
      startChildStore('', port, disk.onDisk(serveCommand(join(mounted, 'log.sqlite'), port)))
    await using store = await start()
    disk.fill(76 * mebibyte)
    await fillAndMakeRoom(store, disk.makeRoom, start)
  })

  it.skipIf(!mayMount)('keeps no store from being opened and read', async () => {
    const mounted = join(folder, 'full')
    await mkdir(mounted)
    await using disk = await mountSmallDisk(mounted, 4 * mebibyte)
    const start = (port = 0) =>
      startChildStore('', port, disk.onDisk(serveCommand(join(mounted, 'log.sqlite'), port)))
    await using store = await start()
    const client = EventStoreDBClient.connectionString(store.connectionString)
    await client.appendToStream('before', counted(0))
    expect(await store.end('SIGTERM')).toBe(0)
    expect(() => disk.fill(4 * mebibyte)).toThrow(/ENOSPC/)
    await using _again = await start(store.port)
    expect(await readUntilBack(client, 'before')).toBe(1)
    expect(await errorOf(client.appendToStream('after', counted(0)))).toBeInstanceOf(UnknownError)
    disk.makeRoom()
    await client.appendToStream('after', counted(0))
    await client.dispose()
  })

  it('is met in a file that may not grow, too', async () => {
    const file = join(folder, 'limited.sqlite')
    await using store = await startChildStore(file, 0, withSmallFiles(serveCommand(file), 2 * mebibyte))
    const makeRoom = () => allowFiles(store.pid)
    await fillAndMakeRoom(store, makeRoom, port => startChildStore(file, port))
  })
})

/** The number of events of a stream, as soon as the client has noticed that the server is back. */
async function readUntilBack(client: EventStoreDBClient, stream: string): Promise<number> {
  for (;;) {
    try {
      return (await all(client.readStream(stream))).length
    } catch {
      await delay(20)
    }
  }
}

describe.skipIf(!straceIsThere)('a disk that fails', () => {
  const times = (from: number, count: number) => `when=${from}..${from + count - 1}`

  it.each([
    ['to sync', `fsync:error=EIO:${times(60, 15)}`],
    ['to sync for lack of room', `fsync:error=ENOSPC:${times(60, 15)}`],
    ['to write', `pwrite64:error=EIO:${times(900, 40)}`],
    ['to read', `pread64:error=EIO:${times(200, 40)}`],
  ])('%s is told to those who append, and nothing acknowledged rests on it', async (_case, inject) => {
    const name = inject.replaceAll(/\W/g, '-')
    const file = join(folder, `${name}.sqlite`)
    const trace = join(folder, `${name}.trace`)
    await using store = await startChildStore(
      file,
      0,
      traced(serveCommand(file), trace, ['-e', `inject=${inject}`]),
    )
    const client = EventStoreDBClient.connectionString(store.connectionString)
    const ledger = keepLedger()
    const writing = startWriters(client, ledger, 4)
    const failedReads: unknown[] = []
    try {
      while (writing.errors.length + failedReads.length === 0) {
        await writing.until(ledger.length + 1)
        // A reader of much makes the server read what it no longer remembers.
        if (inject.startsWith('pread64')) await all(client.readAll()).catch(error => failedReads.push(error))
      }
      await writing.until(ledger.length + 200)
    } finally {
      await writing.stop()
    }
    await store.end('SIGKILL')
    const judged = judgeSyncOrder(file, systemCallSteps(await finishedTrace(trace, store.pid)))
    expect(judged.violations).toEqual([])
    if (inject.startsWith('fsync')) expect(judged.failedSyncs).toBeGreaterThan(0)

    await using again = await startChildStore(file, store.port)
    expect(await readUntilBack(client, 'written-0')).toBeGreaterThan(0)
    expect(await ledger.differences(client)).toEqual([])
    await client.dispose()
    expect(await again.end('SIGTERM')).toBe(0)
  })
})
