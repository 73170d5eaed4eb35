import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient } from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { serveCommand } from '../serve-command.ts'
import { startChildStore } from '../test-child-store.ts'
import { keepLedger, startWriters } from './test-ledger.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-killing-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** More rounds on demand: each kills the server once under its writers. */
const rounds = Number(process.env.EVENT_STORE_KILL_ROUNDS ?? 5)
const writers = 32

/** Kills a server of the file while it opens it, so many milliseconds after its start. */
async function killWhileOpening(file: string, after: number): Promise<void> {
  const [command, args] = serveCommand(file)
  const opening = spawn(command, args, { stdio: 'ignore' })
  const ended = once(opening, 'exit')
  await Promise.race([delay(after), ended])
  opening.kill('SIGKILL')
  await ended
}

describe('a store that is killed under its writers', () => {
  it('has every event that it acknowledged, once, where it said', {
    timeout: 60_000 + rounds * 15_000,
  }, async () => {
    const file = join(folder, 'killed.sqlite')
    let store = await startChildStore(file)
    const { port } = store
    const client = EventStoreDBClient.connectionString(store.connectionString)
    const ledger = keepLedger()
    const writing = startWriters(client, ledger, writers)
    try {
      for (let round = 0; round < rounds; round += 1) {
        await writing.until(ledger.length + 60 + ((round * 53) % 397))
        await store.end('SIGKILL')
        if (round % 4 === 3) await killWhileOpening(file, (round * 37) % 400)
        store = await startChildStore(file, port)
      }
      await writing.until(ledger.length + 100)
    } finally {
      await writing.stop()
    }
    expect(await ledger.differences(client)).toEqual([])
    await client.dispose()
    expect(await store.end('SIGTERM')).toBe(0)
  })
})
