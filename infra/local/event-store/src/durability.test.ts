import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { all, counted } from '../contract/store-under-test.ts'
import { serveCommand, startChildStore } from './test-child-store.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-durability-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Acknowledged = { stream: string; revision: bigint; id: string; position: bigint }

/** More rounds on demand: each kills the server once under its writers. */
const rounds = Number(process.env.EVENT_STORE_KILL_ROUNDS ?? 4)
const writers = 8

describe('a store that is killed under its writers', () => {
  it('has every event that it acknowledged, once, where it said', {
    timeout: 60_000 + rounds * 10_000,
  }, async () => {
    const file = join(folder, 'killed.sqlite')
    let store = await startChildStore(file)
    const { port } = store
    const client = EventStoreDBClient.connectionString(store.connectionString)
    const ledger: Acknowledged[] = []
    let stopping = false

    async function write(stream: string): Promise<void> {
      for (let n = 0n; !stopping; n += 1n) {
        const event = counted(Number(n))
        for (let stored = false; !stored; ) {
          try {
            const result = await client.appendToStream(stream, event, {
              expectedRevision: n === 0n ? NO_STREAM : n - 1n,
            })
            const { nextExpectedRevision: revision, position } = result
            ledger.push({ stream, revision, id: event.id, position: position!.commit })
            stored = true
          } catch (error) {
            // With one writer a stream, a refusal could only be of an event that the store forgot or stored twice.
            if (error instanceof WrongExpectedVersionError) throw error
            await delay(20)
          }
        }
      }
    }

    const writing = Promise.all(Array.from({ length: writers }, (_, writer) => write(`killed-${writer}`)))
    writing.catch(() => {})
    try {
      for (let round = 0; round < rounds; round += 1) {
        const enough = ledger.length + 60 + ((round * 53) % 97)
        while (ledger.length < enough) await Promise.race([delay(2), writing])
        await store.end('SIGKILL')
        store = await startChildStore(file, port)
      }
      const enough = ledger.length + 50
      while (ledger.length < enough) await Promise.race([delay(2), writing])
    } finally {
      stopping = true
    }
    await writing

    const stored = await all(client.readAll())
    const byPlace = new Map(stored.map(({ event }) => [`${event?.streamId} ${event?.revision}`, event]))
    for (const { stream, revision, id, position } of ledger) {
      const event = byPlace.get(`${stream} ${revision}`)
      expect({ id: event?.id, position: event?.position?.commit }).toEqual({ id, position })
    }
    const ours = stored.filter(({ event }) => event?.streamId.startsWith('killed-'))
    expect(ours).toHaveLength(ledger.length)
    expect(new Set(ours.map(({ event }) => event?.id)).size).toBe(ledger.length)
    await client.dispose()
    expect(await store.end('SIGTERM')).toBe(0)
  })
})

const strace = spawnSync('strace', ['-V']).status === 0

describe('an acknowledgement', () => {
  it.skipIf(!strace)(
    'follows a sync of the file that began after its bytes were written',
    { timeout: 60_000 },
    async () => {
      const file = join(folder, 'synced.sqlite')
      const trace = join(folder, 'trace')
      const [node, args] = serveCommand(file)
      const watched = [
        '-f',
        '-y',
        '-s',
        '0',
        '-e',
        'trace=pwrite64,fdatasync,fsync,write,writev,sendmsg',
        '-o',
        trace,
      ]
      const store = await startChildStore(file, 0, ['strace', [...watched, node, ...args]])
      const client = EventStoreDBClient.connectionString(store.connectionString)
      // More than one write-ahead log's worth, so that checkpoints are among it.
      const count = 60
      for (let n = 0; n < count; n += 1) {
        await client.appendToStream('synced', counted(n, { pad: 'x'.repeat(320_000) }), {
          expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1),
        })
      }
      await client.dispose()
      const server = Number(readFileSync(trace, 'utf8').match(/^\d+/)?.[0])
      process.kill(server, 'SIGTERM')
      await store.end('SIGCONT')

      const { syncs, checkpointed, early } = judge(readFileSync(trace, 'utf8'))
      expect(early).toEqual([])
      expect(syncs).toBeGreaterThanOrEqual(count)
      expect(checkpointed).toBe(true)
    },
  )
})

/**
 * Walks through the system calls: no socket is written to while the write-ahead log holds bytes not yet synced.
 * `checkpointed` says that appends went on after the log had been written back into the file.
 */
function judge(trace: string): { syncs: number; checkpointed: boolean; early: string[] } {
  const early: string[] = []
  let unsynced = false
  let syncs = 0
  let checkpointing = false
  let checkpointed = false
  for (const line of trace.split('\n')) {
    const call = line.match(/^\d+\s+(\w+)\(\d+<([^>]*)>/)
    if (!call) continue
    const [, name, target] = call as unknown as [string, string, string]
    if (name === 'pwrite64' && target.endsWith('-wal')) unsynced = true
    if (name === 'pwrite64' && target.endsWith('.sqlite') && syncs > 10) checkpointing = true
    if ((name === 'fdatasync' || name === 'fsync') && target.endsWith('-wal') && line.includes('= 0')) {
      if (unsynced && checkpointing) checkpointed = true
      unsynced = false
      syncs += 1
    }
    if (unsynced && (target.startsWith('socket:') || target.startsWith('TCP:'))) early.push(line)
  }
  return { syncs, checkpointed, early }
}
