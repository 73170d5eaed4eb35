import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient, NO_STREAM, type Position, START, streamNameFilter } from '@eventstore/db-client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import {
  counted,
  countedFrom,
  freshStream,
  numbers,
  pull,
  type StoreUnderTest,
  storeUnderTest,
} from './store-under-test.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let store: StoreUnderTest
beforeAll(async () => {
  store = await storeUnderTest()
})
afterAll(() => store[Symbol.asyncDispose]())

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n)
}

it('a subscriber that takes its time gets every event once, in order', async () => {
  const stream = freshStream('slow')
  await store.client.appendToStream(stream, countedFrom(0, 299), { expectedRevision: NO_STREAM })
  const seen: number[] = []
  for await (const event of store.client.subscribeToStream(stream, {}, { highWaterMark: 1 })) {
    seen.push(...numbers([event]))
    if (seen.length % 30 === 0) await delay(5)
    if (seen.length === 300) break
  }
  expect(seen).toEqual(upTo(300))
})

it('one that waits is not in the way of those beside it', async () => {
  const stream = freshStream('slow')
  const pad = 'x'.repeat(100_000)
  const stopped = Array.from({ length: 10 }, () =>
    store.client.subscribeToStream(stream, {}, { highWaterMark: 1 }),
  )
  const quick = store.client.subscribeToStream(stream)
  const next = pull(quick)
  for (let n = 0; n < 30; n += 1) await store.client.appendToStream(stream, counted(n, { pad }))
  expect(numbers(await next(30))).toEqual(upTo(30))
  await Promise.all([quick, ...stopped].map(subscription => subscription.unsubscribe()))
})

it('one whose connection breaks goes on where it was', async () => {
  const stream = freshStream('interrupted')
  const filter = streamNameFilter({ prefixes: [stream] })
  const handled: number[] = []
  let position: Position | typeof START = START
  let written = 0
  while (handled.length < 100) {
    const client = EventStoreDBClient.connectionString(store.connectionString)
    const subscription = client.subscribeToAll({ fromPosition: position, filter })
    subscription.on('error', () => {})
    const next = pull(subscription)
    await store.client.appendToStream(stream, countedFrom(written, written + 24))
    written += 25
    const events = await next(20)
    handled.push(...numbers(events))
    position = events.at(-1)?.event?.position as Position
    await client.dispose()
  }
  expect(handled).toEqual(upTo(100))
})
