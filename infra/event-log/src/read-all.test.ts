import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client'
import { streamName } from '@sightline/contracts/stream-names'
import { v7 as uuidv7 } from 'uuid'
import { describe, expect, test, vi } from 'vitest'
import { eventContext } from './decide.ts'
import { MalformedEventError, UnknownEventTypeError } from './errors.ts'
import type { EventLog } from './event-log.ts'
import type { ReadAllOptions } from './read-all.ts'
import type { RecordedEvent } from './recorded-event.ts'
import { agentStatusEvent, agentStream, commandBy, startTestLog, type TestLog } from './test-log.ts'

// The disk of a busy machine may take its time.
vi.setConfig({ testTimeout: 60_000 })

const tenantId = uuidv7()

async function appendMany(log: EventLog, streams: number, each: number): Promise<void> {
  await Promise.all(
    Array.from({ length: streams }, async () => {
      const stream = agentStream(tenantId)
      await log.append(
        stream,
        'no_stream',
        Array.from({ length: each }, () => agentStatusEvent(tenantId)),
      )
    }),
  )
}

/** Gives the position of the event. */
async function enrolSomebody({ log, keys }: TestLog): Promise<bigint> {
  const data = { keyId: keys.make(tenantId), name: 'Ada' }
  const event = {
    type: 'PersonEnrolled' as const,
    data,
    id: uuidv7(),
    metadata: eventContext(commandBy(tenantId)),
  }
  return (await log.append(streamName('person', tenantId, uuidv7()), 'no_stream', [event])).position
}

async function readToEnd(log: EventLog, read: Partial<ReadAllOptions> = {}): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const batch of log.readAll({ after: null, ...read, live: false })) events.push(...batch)
  return events
}

/** A way to the store that counts what comes from it and can be cut. */
async function startCountedLink(connectionString: string) {
  const { hostname, port } = new URL(connectionString)
  const sockets = new Set<Socket>()
  let bytes = 0
  const server = createServer(client => {
    const store = connect(Number(port), hostname)
    for (const socket of [client, store]) {
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket))
    }
    store.on('data', chunk => {
      bytes += chunk.length
    })
    // Either end may be cut off.
    pipeline(client, store, () => {})
    pipeline(store, client, () => {})
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const sever = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    connectionString: `esdb://127.0.0.1:${(server.address() as AddressInfo).port}?tls=false`,
    bytes: () => bytes,
    sever,
    async [Symbol.asyncDispose]() {
      sever()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Every event once, in the order of the log, each stream without a gap. */
function expectWhole(events: readonly RecordedEvent[]): void {
  const revisions = new Map<string, number>()
  let last = -1n
  for (const { position, stream, revision } of events) {
    expect(position > last, `position ${position} after ${last}`).toBe(true)
    expect(revision, `revision in ${stream}`).toBe((revisions.get(stream) ?? -1) + 1)
    revisions.set(stream, revision)
    last = position
  }
}

describe('to the end of the log', () => {
  test('every event once, in order, in bounded batches', async () => {
    await using given = await startTestLog()
    await appendMany(given.log, 7, 30)
    const sizes: number[] = []
    for await (const batch of given.log.readAll({ after: null, live: false, maxBatch: 16 }))
      sizes.push(batch.length)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(16)
    const events = await readToEnd(given.log, { maxBatch: 16 })
    expect(events).toHaveLength(211)
    expectWhole(events)
    expect(events.some(event => event.type.startsWith('$'))).toBe(false)
  })

  test('of some types alone, without their personal texts', async () => {
    await using given = await startTestLog()
    const wanted = await enrolSomebody(given)
    await appendMany(given.log, 2, 20)
    const keysRead = vi.spyOn(given.keys, 'read')
    const told: bigint[] = []
    const events: RecordedEvent[] = []
    const read = { after: null, live: false, maxBatch: 8, personal: 'erased' as const }
    const types = new Set(['PersonEnrolled', 'TypeOfALaterBuild'])
    for await (const batch of given.log.readAll({ ...read, types, onReadUpTo: at => told.push(at) })) {
      // What is being handed on is not told as read yet.
      expect(told.at(-1) ?? -1n).toBeLessThan(batch[0]!.position)
      events.push(...batch)
    }
    expect(events).toMatchObject([{ type: 'PersonEnrolled', data: { name: { erased: true } } }])
    expect(told).toEqual([wanted])
    expect(keysRead).not.toHaveBeenCalled()
    expect(await readToEnd(given.log, { types: new Set(['TypeOfALaterBuild']) })).toEqual([])
  })

  test('of some types alone: the others stay in the store', async () => {
    await using given = await startTestLog()
    await using link = await startCountedLink(given.connectionString)
    await enrolSomebody(given)
    await appendMany(given.log, 10, 200)
    await enrolSomebody(given)
    await appendMany(given.log, 10, 200)
    const log = await given.open({ connectionString: link.connectionString })
    const before = link.bytes()
    expect(await readToEnd(log, { types: new Set(['PersonEnrolled']) })).toHaveLength(2)
    // Four thousand events of several hundred bytes each are not among them.
    expect(link.bytes() - before).toBeLessThan(100_000)
  })

  test('of some types alone, over a link that breaks, while others write: each once, and to the end', async () => {
    await using given = await startTestLog()
    await using link = await startCountedLink(given.connectionString)
    await enrolSomebody(given)
    await appendMany(given.log, 10, 300)
    await enrolSomebody(given)
    const log = await given.open({ connectionString: link.connectionString })
    const writing = appendMany(given.log, 5, 100)
    const end = await given.log.lastPosition()
    const types = new Set(['AgentStatusChanged'])
    const events: RecordedEvent[] = []
    let breaks = 0
    for await (const batch of log.readAll({ after: null, live: false, types, maxBatch: 50 })) {
      events.push(...batch)
      if (events.length < (breaks + 1) * 700) continue
      breaks += 1
      link.sever()
    }
    await writing
    expect(breaks).toBeGreaterThanOrEqual(4)
    expectWhole(events)
    const all = (await readToEnd(given.log)).filter(({ type }) => types.has(type))
    expect(events.map(({ id }) => id)).toEqual(all.slice(0, events.length).map(({ id }) => id))
    expect(all.slice(events.length).filter(({ position }) => position <= end)).toEqual([])
  })

  test('after any event come those that follow it, after the last none', async () => {
    await using given = await startTestLog()
    await appendMany(given.log, 1, 9)
    const all = await readToEnd(given.log)
    for (const [index, event] of all.entries()) {
      expect((await readToEnd(given.log, { after: event.position })).map(({ id }) => id)).toEqual(
        all.slice(index + 1).map(({ id }) => id),
      )
    }
  })
})

describe('live', () => {
  test('what is there first, then what comes, while writers write', async () => {
    await using given = await startTestLog()
    await appendMany(given.log, 3, 50)
    const wanted = 1 + 3 * 50 + 40 * 5
    const events: RecordedEvent[] = []
    const writing = Promise.all(Array.from({ length: 4 }, () => appendMany(given.log, 10, 5)))
    for await (const batch of given.log.readAll({ after: null, maxBatch: 20 })) {
      events.push(...batch)
      if (events.length >= wanted) break
    }
    await writing
    expectWhole(events)
    expect(events.map(({ id }) => id)).toEqual((await readToEnd(given.log)).map(({ id }) => id))
  })

  test('of some types alone: all others are passed over, and told as read', async () => {
    await using given = await startTestLog()
    await enrolSomebody(given)
    await appendMany(given.log, 2, 20)
    const end = await given.log.lastPosition()
    const ending = new AbortController()
    const told: bigint[] = []
    const onReadUpTo = (position: bigint) => {
      told.push(position)
      if (position === end) ending.abort()
    }
    const events: RecordedEvent[] = []
    const read = { after: null, maxBatch: 8, types: new Set(['PersonEnrolled', 'TypeOfALaterBuild']) }
    for await (const batch of given.log.readAll({ ...read, onReadUpTo, signal: ending.signal })) {
      // What is being handed on is not told as read yet.
      expect(told.at(-1) ?? -1n).toBeLessThan(batch[0]!.position)
      events.push(...batch)
    }
    expect(events).toMatchObject([{ type: 'PersonEnrolled' }])
    expect(told).toEqual([...told].sort((one, other) => (one < other ? -1 : 1)))
    expect(told.at(-1)).toBe(end)
  })

  test('several readers each get everything', async () => {
    await using given = await startTestLog()
    const readers = Array.from({ length: 5 }, async () => {
      const events: RecordedEvent[] = []
      for await (const batch of given.log.readAll({ after: null })) {
        events.push(...batch)
        if (events.length >= 61) break
      }
      return events
    })
    await appendMany(given.log, 6, 10)
    for (const events of await Promise.all(readers)) {
      expect(events).toHaveLength(61)
      expectWhole(events)
    }
  })

  test('a slow reader holds nobody up and misses nothing', async () => {
    await using given = await startTestLog()
    const events: RecordedEvent[] = []
    const writing = appendMany(given.log, 20, 100)
    for await (const batch of given.log.readAll({ after: null, maxBatch: 100 })) {
      events.push(...batch)
      if (events.length >= 2_001) break
      await delay(5)
    }
    await writing
    expectWhole(events)
  })
})

describe('ending', () => {
  /** The iteration waits at the end of the log. */
  async function waiting(given: TestLog, signal?: AbortSignal) {
    const events = given.log.readAll({ after: null, ...(signal ? { signal } : {}) })[Symbol.asyncIterator]()
    await events.next()
    return { events, pending: events.next() }
  }

  test('by its signal, while it waits', async () => {
    await using given = await startTestLog()
    const ending = new AbortController()
    const { events, pending } = await waiting(given, ending.signal)
    ending.abort()
    expect(await pending).toEqual({ done: true, value: undefined })
    expect((await events.next()).done).toBe(true)
  })

  test('by a signal that has fired already, before anything is asked', async () => {
    await using given = await startTestLog()
    const events = given.log.readAll({ after: null, signal: AbortSignal.abort() })
    for await (const _ of events) throw new Error('a batch after the end')
  })

  test('by return, while it waits', async () => {
    await using given = await startTestLog()
    const { events, pending } = await waiting(given)
    await events.return!()
    expect((await pending).done).toBe(true)
  })

  test('by closing the log', async () => {
    await using given = await startTestLog()
    const { pending } = await waiting(given)
    await given.log.close()
    expect((await pending).done).toBe(true)
  })
})

describe('an event that can not be applied', () => {
  const metadata = {
    ...agentStatusEvent(tenantId).metadata,
    schemaVersion: 1,
    salt: Buffer.alloc(16).toString('base64'),
  }

  test.each([
    ['of an unknown type', { type: 'AgentDreamt', data: {} }, UnknownEventTypeError],
    [
      'of a newer version',
      { type: 'AgentStatusChanged', data: { status: 'IDLE' }, version: 9 },
      UnknownEventTypeError,
    ],
    ['with malformed data', { type: 'AgentStatusChanged', data: { status: 'SLEEPY' } }, MalformedEventError],
  ])('%s is thrown once everything before it was handed on, each time', async (_, poison, error) => {
    await using given = await startTestLog()
    await appendMany(given.log, 2, 10)
    const client = EventStoreDBClient.connectionString(given.connectionString)
    const stream = agentStream(tenantId)
    const { version = 1, ...event } = { version: 1, ...poison }
    await client.appendToStream(
      stream,
      jsonEvent({ ...event, metadata: { ...metadata, schemaVersion: version } }),
      { expectedRevision: 'no_stream' },
    )
    await appendMany(given.log, 2, 10)
    await client.dispose()

    for (const live of [true, false]) {
      for (const maxBatch of [1, 7, 1_000]) {
        const events: RecordedEvent[] = []
        const reading = (async () => {
          for await (const batch of given.log.readAll({ after: null, live, maxBatch })) events.push(...batch)
        })()
        await expect(reading).rejects.toThrow(error)
        await expect(reading).rejects.toMatchObject({ place: { stream, type: poison.type, revision: 0 } })
        expect(events).toHaveLength(21)
        expectWhole(events)
      }
    }

    const poisoned = given.log.readAll({ after: (await readBefore(given.log)).at(-1)!.position })
    const iterator = poisoned[Symbol.asyncIterator]()
    await expect(iterator.next()).rejects.toThrow(error)
    expect((await iterator.next()).done, 'after the error it is over').toBe(true)
  })

  async function readBefore(log: EventLog): Promise<RecordedEvent[]> {
    const events: RecordedEvent[] = []
    try {
      for await (const batch of log.readAll({ after: null, live: false })) events.push(...batch)
    } catch {
      return events
    }
    throw new Error('nothing was wrong with the log')
  }
})

test('names whose key is gone are read as erased, by every reader', async () => {
  await using given = await startTestLog()
  const keyId = given.keys.make(tenantId)
  const person = { type: 'PersonEnrolled' as const, data: { keyId, name: 'Zephyrine Planted' } }
  const event = { ...person, id: uuidv7(), metadata: agentStatusEvent(tenantId).metadata }
  await given.log.append(`person-${tenantId}.${uuidv7()}`, 'no_stream', [event])
  expect((await readToEnd(given.log)).at(-1)!.data).toMatchObject({ name: 'Zephyrine Planted' })
  given.keys.clear()
  expect((await readToEnd(given.log)).at(-1)!.data).toMatchObject({ name: { erased: true } })
})
