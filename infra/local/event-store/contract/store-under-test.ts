import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { EventStoreDBClient, type JSONEventType, jsonEvent, type ResolvedEvent } from '@eventstore/db-client'
import { inject } from 'vitest'
import { startEventStore } from '../src/server.ts'

/** The server that the contract tests of a file talk to, and a client of it. */
export type StoreUnderTest = AsyncDisposable & {
  connectionString: string
  client: EventStoreDBClient
}

/**
 * The one place that says which server: the EventStoreDB at `ESDB_URL`, with `STACK=containers` the run's EventStoreDB
 * in a container, else a local store of the file's own.
 */
export async function storeUnderTest(): Promise<StoreUnderTest> {
  const real =
    process.env.ESDB_URL || (process.env.STACK === 'containers' ? await storeInContainer() : undefined)
  if (real) {
    const client = EventStoreDBClient.connectionString(real)
    return {
      connectionString: real,
      client,
      // The client waits for every read that a test left in its middle; this server doesn't end, and so may they not.
      [Symbol.asyncDispose]: () => Promise.race([client.dispose(), wait(2_000)]),
    }
  }
  const folder = await mkdtemp(join(tmpdir(), 'event-store-contract-'))
  const store = await startEventStore({ file: join(folder, 'log.sqlite') })
  const client = EventStoreDBClient.connectionString(store.connectionString)
  return {
    connectionString: store.connectionString,
    client,
    async [Symbol.asyncDispose]() {
      await client.dispose()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function storeInContainer(): Promise<string> {
  const response = await fetch(`${inject('sharedStack')}/event-store`)
  const told: unknown = await response.json()
  if (!response.ok || typeof told !== 'string') throw new Error(`no EventStoreDB in a container: ${told}`)
  return told
}

/** Credentials given per call make the client take the unary append. */
export const unaryAppend = { credentials: { username: 'admin', password: 'changeit' } }

/** A name that no other test uses, on a server that other tests use too. */
export function freshStream(category = 'contract'): string {
  return `${category}-${randomUUID()}`
}

export type Counted = JSONEventType<string, { n: number; pad?: string }, { tenantId: string }>

/** An event that says which one it is. */
export function counted(n: number, { type = 'Counted', pad }: { type?: string; pad?: string } = {}) {
  return jsonEvent<Counted>({
    type,
    data: pad === undefined ? { n } : { n, pad },
    metadata: { tenantId: 'tenant-1' },
  })
}

/** `counted` from the first to the last number. */
export function countedFrom(first: number, last: number, options: { type?: string; pad?: string } = {}) {
  return Array.from({ length: last - first + 1 }, (_, index) => counted(first + index, options))
}

/** All that a read gives. */
export async function all(read: AsyncIterable<ResolvedEvent>): Promise<ResolvedEvent[]> {
  const events: ResolvedEvent[] = []
  for await (const event of read) events.push(event)
  return events
}

/** The numbers that `counted` gave to the events. */
export function numbers(events: readonly ResolvedEvent[]): number[] {
  return events.map(({ event }) => (event as { data: { n: number } } | undefined)?.data.n ?? Number.NaN)
}

/** How long a test waits for events that must come, in milliseconds. */
const patience = 30_000

/** Takes events from a subscription one by one without ending it. */
export function pull(subscription: AsyncIterable<ResolvedEvent>) {
  const iterator = subscription[Symbol.asyncIterator]()
  return async (count: number): Promise<ResolvedEvent[]> => {
    const events: ResolvedEvent[] = []
    const timeout = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => timeout.reject(new Error(`no more after ${told(events, count)}`)),
      patience,
    )
    try {
      while (events.length < count) {
        const { value, done } = await Promise.race([iterator.next(), timeout.promise])
        if (done) throw new Error(`the subscription ended after ${told(events, count)}`)
        events.push(value)
      }
      return events
    } finally {
      clearTimeout(timer)
    }
  }
}

function told(events: readonly ResolvedEvent[], count: number): string {
  const newest = events.slice(-5).map(({ event }) => `${event?.streamId}@${event?.revision}`)
  return `${events.length} of ${count} events, the last of them ${newest.join(', ')}`
}

/** The error that a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    value => {
      throw new Error(
        `expected an error, got ${JSON.stringify(value, (_, v) => (typeof v === 'bigint' ? `${v}n` : v))}`,
      )
    },
    error => error,
  )
}
