import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient, NO_STREAM, UnavailableError } from '@eventstore/db-client'
import { status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { all, counted, countedFrom, errorOf, numbers, pull } from '../contract/store-under-test.ts'
import { EventStoreFileInUseError } from './log/database.ts'
import { startEventStore } from './server.ts'
import { startChildStore } from './test-child-store.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-server-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('two servers on one file', () => {
  it('are one too many: the second refuses, in the same process or another', async () => {
    const file = join(folder, 'held.sqlite')
    await using first = await startEventStore({ file })
    await expect(startEventStore({ file })).rejects.toThrow(EventStoreFileInUseError)
    await expect(startChildStore(file)).rejects.toThrow(
      /ended with 1: .*held\.sqlite is in use by another server/,
    )
    const client = EventStoreDBClient.connectionString(first.connectionString)
    expect((await client.appendToStream('still', counted(0))).nextExpectedRevision).toBe(0n)
    await client.dispose()
  })

  it('may follow each other', async () => {
    const file = join(folder, 'followed.sqlite')
    await (await startEventStore({ file })).close()
    await using _second = await startEventStore({ file })
  })
})

describe('a server', () => {
  it('refuses a port that is taken, and lets go of its file', async () => {
    await using first = await startEventStore({ file: join(folder, 'first.sqlite') })
    const file = join(folder, 'second.sqlite')
    await expect(startEventStore({ file, port: first.port })).rejects.toThrow(/EADDRINUSE|bind/)
    await using _other = await startEventStore({ file })
  })

  it('that stops ends what is open as unavailable, at once', async () => {
    const store = await startEventStore({ file: join(folder, 'stopped.sqlite') })
    const client = EventStoreDBClient.connectionString(store.connectionString)
    await client.appendToStream('a', counted(0))
    const subscription = client.subscribeToStream('a')
    const next = pull(subscription)
    await next(1)
    const broken = errorOf(next(1))
    await store.close()
    expect(await broken).toBeInstanceOf(UnavailableError)
    expect(await errorOf(client.appendToStream('a', counted(1)))).toMatchObject({ code: status.UNAVAILABLE })
    await client.dispose()
  })

  it('in a process of its own prints its port, and ends with success when asked to', async () => {
    const store = await startChildStore(join(folder, 'asked.sqlite'))
    expect(store.port).toBeGreaterThan(0)
    const client = EventStoreDBClient.connectionString(store.connectionString)
    const subscription = client.subscribeToAll()
    subscription.on('error', () => {})
    await pull(subscription)(1)
    expect(await store.end('SIGTERM')).toBe(0)
    await client.dispose()
  })

  it('may keep its log in memory, gone with it', async () => {
    for (let start = 0; start < 2; start += 1) {
      await using store = await startEventStore({ file: ':memory:' })
      const client = EventStoreDBClient.connectionString(store.connectionString)
      const { nextExpectedRevision } = await client.appendToStream('a', counted(0), {
        expectedRevision: NO_STREAM,
      })
      expect(nextExpectedRevision).toBe(0n)
      await client.dispose()
    }
  })

  it('that comes back on its port has its clients back', async () => {
    const file = join(folder, 'back.sqlite')
    let store = await startChildStore(file)
    const { port } = store
    const client = EventStoreDBClient.connectionString(store.connectionString)
    await client.appendToStream('back', counted(0), { expectedRevision: NO_STREAM })
    for (let n = 1; n <= 3; n += 1) {
      const subscription = client.subscribeToStream('back', { fromRevision: BigInt(n - 1) })
      const next = pull(subscription)
      const broken = errorOf(next(1))
      await errorlessly(() => all(client.readStream('back')))
      await store.end(n % 2 === 0 ? 'SIGTERM' : 'SIGKILL')
      expect(await broken).toBeInstanceOf(Error)
      store = await startChildStore(file, port)
      const event = counted(n)
      await errorlessly(() => client.appendToStream('back', event, { expectedRevision: BigInt(n - 1) }))
    }
    expect(numbers(await all(client.readStream('back')))).toEqual([0, 1, 2, 3])
    await client.dispose()
    await store.end('SIGTERM')
  })
})

describe('subscribers that stop reading', () => {
  it('cost little memory and delay nobody', async () => {
    await using store = await startChildStore(join(folder, 'slow.sqlite'))
    const client = EventStoreDBClient.connectionString(store.connectionString)
    const slow = EventStoreDBClient.connectionString(store.connectionString)
    const pad = 'x'.repeat(400_000)
    for (let n = 0; n < 20; n += 1) {
      await client.appendToStream('large', countedFrom(n * 2, n * 2 + 1, { pad }))
    }
    const before = residentBytes(store.pid)
    // Each takes its first event and no more; 16 MB wait for each of them.
    const stopped = Array.from({ length: 40 }, () => slow.subscribeToAll({}, { highWaterMark: 1 }))
    await Promise.all(stopped.map(subscription => pull(subscription)(1)))

    const quick = client.subscribeToStream('large')
    const next = pull(quick)
    expect(numbers(await next(40))).toEqual(Array.from({ length: 40 }, (_, n) => n))
    await client.appendToStream('large', counted(40))
    expect(numbers(await next(1))).toEqual([40])
    const grown = residentBytes(store.pid) - before
    expect(grown).toBeLessThan(stopped.length * 2 * 1024 * 1024 + 150 * 1024 * 1024)
    await Promise.all([quick, ...stopped].map(subscription => subscription.unsubscribe()))
    await Promise.all([client.dispose(), slow.dispose()])
  })
})

function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(status.match(/VmRSS:\s+(\d+) kB/)?.[1]) * 1024
}

/** Tries until it works: a client may need a moment to notice that the server is back. */
async function errorlessly<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt()
    } catch {
      await delay(20)
    }
  }
}
