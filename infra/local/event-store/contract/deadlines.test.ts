import { DeadlineExceededError, EventStoreDBClient, NO_STREAM } from '@eventstore/db-client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import {
  all,
  counted,
  countedFrom,
  errorOf,
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

it('an append that is too late is told so, however large it is', async () => {
  const stream = freshStream()
  for (const batchAppendSize of [3 * 1024 * 1024, 10_000]) {
    const late = store.client.appendToStream(stream, countedFrom(0, 29_999), { deadline: 1, batchAppendSize })
    expect(await errorOf(late)).toBeInstanceOf(DeadlineExceededError)
  }
  const next = await store.client.appendToStream(stream, counted(0), { expectedRevision: NO_STREAM })
  expect(next.nextExpectedRevision).toBe(0n)
})

it('a deletion after its deadline leaves the stream', async () => {
  const stream = freshStream()
  await store.client.appendToStream(stream, counted(0), { expectedRevision: NO_STREAM })
  for (const end of ['deleteStream', 'tombstoneStream'] as const) {
    const error = await errorOf(store.client[end](stream, { deadline: -1_000 }))
    expect(error).toBeInstanceOf(DeadlineExceededError)
  }
  expect(numbers(await all(store.client.readStream(stream)))).toEqual([0])
})

it('a subscription outlives the deadline of calls, and its connection the keepalive', async () => {
  const client = EventStoreDBClient.connectionString(
    `${store.connectionString}${store.connectionString.includes('?') ? '&' : '?'}defaultDeadline=500&keepAliveInterval=100&keepAliveTimeout=5000`,
  )
  const stream = freshStream()
  const subscription = client.subscribeToStream(stream)
  const next = pull(subscription)
  const started = Date.now()
  await vi.waitFor(() => expect(Date.now() - started).toBeGreaterThan(1_500), { timeout: 10_000 })
  await store.client.appendToStream(stream, counted(7))
  expect(numbers(await next(1))).toEqual([7])
  await subscription.unsubscribe()
  await client.dispose()
})

it('a cancelled read and a cancelled subscription end without an error', async () => {
  const stream = freshStream()
  await store.client.appendToStream(stream, countedFrom(0, 999))
  const reading = store.client.readStream(stream)
  let read = 0
  for await (const _ of reading) {
    read += 1
    if (read === 10) break
  }
  await reading.cancel()
  const subscription = store.client.subscribeToStream(stream)
  for await (const { event } of subscription) if (event?.revision === 20n) break
  await subscription.unsubscribe()
  await store.client.appendToStream(stream, counted(1_000), { expectedRevision: 999n })
})
