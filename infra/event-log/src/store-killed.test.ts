import { readdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { startStack } from '@sightline/local/stack'
import { localStackOnly } from '@sightline/local/stack-kind'
import { createLogger } from '@sightline/logging/logging'
import { v7 as uuidv7 } from 'uuid'
import { expect, test } from 'vitest'
import { LogReplacedError } from './errors.ts'
import { type EventLog, openEventLog } from './event-log.ts'
import type { RecordedEvent } from './recorded-event.ts'
import { agentStatusEvent, agentStream } from './test-log.ts'

const tenantId = uuidv7()
const deadline = { timeout: 120_000 }

/** An event store in a process of its own, and a way to open its log. */
async function startKillableStore() {
  const stack = await startStack({ parts: ['eventStore'] })
  const store = stack.eventStore
  const opened: EventLog[] = []
  return {
    ...store,
    async open(create = true, patienceMs = 60_000): Promise<EventLog> {
      const logger = createLogger({ name: 'test', destination: { write: () => {} } })
      const { connectionString } = store
      const log = await openEventLog({ connectionString, dataKeys: null, logger, create, patienceMs })
      opened.push(log)
      return log
    },
    async killAndRestart() {
      await store.kill()
      await store.restart()
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(opened.map(log => log.close()))
      await stack.close()
    },
  }
}

test(
  'what was answered while the store was killed again and again is there once, and nothing else',
  deadline,
  async () => {
    await using store = await startKillableStore()
    // Two clients: when the connection of one breaks, what the other has pending must come out right too.
    const logs = [await store.open(), await store.open()]
    const ledger = new Map<string, { id: string; position: bigint; revision: number }[]>()
    let writing = true

    const writers = Array.from({ length: 8 }, async (_, writer) => {
      const log = logs[writer % 2]!
      const stream = agentStream(tenantId)
      const answered: { id: string; position: bigint; revision: number }[] = []
      ledger.set(stream, answered)
      while (writing) {
        const events = Array.from({ length: 1 + (writer % 3) }, () => agentStatusEvent(tenantId))
        const { revision, position } = await log.append(
          stream,
          answered.at(-1)?.revision ?? 'no_stream',
          events,
        )
        for (const [index, event] of events.entries()) {
          answered.push({ id: event.id, position, revision: revision - events.length + 1 + index })
        }
      }
    })

    for (let kill = 0; kill < 5; kill++) {
      const before = [...ledger.values()].reduce((sum, events) => sum + events.length, 0)
      await store.killAndRestart()
      await expect
        .poll(() => [...ledger.values()].reduce((sum, events) => sum + events.length, 0), { timeout: 30_000 })
        .toBeGreaterThan(before + 40)
    }
    writing = false
    await Promise.all(writers)

    for (const [stream, answered] of ledger) {
      const there = await logs[0]!.readStream(stream)
      expect(there.map(({ id, revision }) => ({ id, revision }))).toEqual(
        answered.map(({ id, revision }) => ({ id, revision })),
      )
      for (const { id, position } of answered) {
        const last = there.find(event => event.id === id)!
        expect(last.position <= position).toBe(true)
      }
    }
  },
)

test(
  'a reader of the whole log goes on where it was when the store is killed: no gap, no duplicate',
  deadline,
  async () => {
    await using store = await startKillableStore()
    const log = await store.open()
    let writing = true
    let written = 0
    const writers = Array.from({ length: 4 }, async () => {
      const stream = agentStream(tenantId)
      let revision: number | 'no_stream' = 'no_stream'
      while (writing) {
        const events = Array.from({ length: 5 }, () => agentStatusEvent(tenantId))
        revision = (await log.append(stream, revision, events)).revision
        written += events.length
      }
    })

    const ending = new AbortController()
    const read: RecordedEvent[] = []
    const reading = (async () => {
      for await (const batch of log.readAll({ after: null, maxBatch: 32, signal: ending.signal })) {
        read.push(...batch)
        // Slow enough that the reader is behind, with events in its buffers, when the store dies.
        if (read.length % 5 === 0) await delay(1)
      }
    })()

    for (let kill = 0; kill < 5; kill++) {
      const before = written
      await expect.poll(() => written, { timeout: 30_000 }).toBeGreaterThan(before + 100)
      await store.killAndRestart()
    }
    writing = false
    await Promise.all(writers)
    await expect.poll(() => read.length, { timeout: 30_000 }).toBe(written + 1)
    ending.abort()
    await reading

    const all: RecordedEvent[] = []
    for await (const batch of log.readAll({ after: null, live: false })) all.push(...batch)
    expect(read.map(({ id }) => id)).toEqual(all.map(({ id }) => id))
  },
)

test(
  'a store that comes up late is waited for, and so is the log by those who do not create it',
  deadline,
  async () => {
    await using store = await startKillableStore()
    await store.kill()
    const reader = store.open(false)
    const creator = store.open(true)
    await store.restart()
    expect((await reader).logId).toBe((await creator).logId)
  },
)

test('a store that hangs and goes on loses and doubles nothing', deadline, async () => {
  await using store = await startKillableStore()
  const log = await store.open()
  const stream = agentStream(tenantId)
  await log.append(stream, 'no_stream', [agentStatusEvent(tenantId)])
  await store.hang()
  const appending = log.append(stream, 0, [agentStatusEvent(tenantId)])
  const reading = log.lastPosition()
  // Longer than the deadline of one call: the client gives it up and repeats it, and the store sees both.
  await delay(11_500)
  await store.goOn()
  const { position, revision } = await appending
  expect(revision).toBe(1)
  expect([position, (await log.readStream(stream))[0]!.position]).toContain(await reading)
  expect(await log.readStream(stream)).toHaveLength(2)
})

test('a call gives up when the store stays away', deadline, async () => {
  await using store = await startKillableStore()
  const log = await store.open(true, 500)
  await store.kill()
  const appending = log.append(agentStream(tenantId), 'no_stream', [agentStatusEvent(tenantId)])
  await expect(appending).rejects.toMatchObject({ name: 'EventStoreUnavailableError' })
  await expect(log.readStream(agentStream(tenantId))).rejects.toMatchObject({
    name: 'EventStoreUnavailableError',
  })
})

test('a store that comes back with another log is refused', deadline, async context => {
  localStackOnly(context, "it removes the store's file")
  await using store = await startKillableStore()
  const log = await store.open()
  const events = log.readAll({ after: null })[Symbol.asyncIterator]()
  await events.next()
  const refused = expect(events.next()).rejects.toThrow(LogReplacedError)
  await store.kill()
  const files = await store.files()
  for (const name of await readdir(files)) await rm(path.join(files, name))
  await store.restart()
  await store.open()
  await refused
})
