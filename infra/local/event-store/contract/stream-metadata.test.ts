import { once } from 'node:events'
import { BACKWARDS, END, jsonEvent, NO_STREAM, START } from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  all,
  counted,
  countedFrom,
  freshStream,
  numbers,
  pull,
  type StoreUnderTest,
  storeUnderTest,
  unaryAppend,
} from './store-under-test.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let store: StoreUnderTest
beforeAll(async () => {
  store = await storeUnderTest()
})
afterAll(() => store[Symbol.asyncDispose]())

async function streamOf(count: number): Promise<string> {
  const stream = freshStream('limited')
  await store.client.appendToStream(stream, countedFrom(0, count - 1), { expectedRevision: NO_STREAM })
  return stream
}

async function shown(stream: string): Promise<number[]> {
  return numbers(await all(store.client.readStream(stream)))
}

describe('metadata', () => {
  it.each([
    ['of a stream with events', () => streamOf(1)],
    ['of an absent stream', async () => freshStream()],
  ])('%s is nothing until it is set', async (_case, prepare) => {
    const streamName = await prepare()
    expect(await store.client.getStreamMetadata(streamName)).toEqual({ streamName })
  })

  it.each([
    ['batch append', {}],
    ['unary append', unaryAppend],
  ])('is kept as it was set by %s, with keys of its own', async (_name, way) => {
    const stream = freshStream()
    const metadata = {
      maxAge: 2_000,
      cacheControl: 15,
      truncateBefore: 1,
      maxCount: 12,
      acl: {
        readRoles: ['$all'],
        writeRoles: ['$all'],
        deleteRoles: ['$all'],
        metaReadRoles: ['$all'],
        metaWriteRoles: ['$all'],
      },
      kitten: '😾',
      nested: { deep: [1, 2.5, null] },
    }
    await store.client.setStreamMetadata(stream, metadata, way)
    expect((await store.client.getStreamMetadata(stream)).metadata).toEqual(metadata)
    await store.client.setStreamMetadata(stream, { maxCount: 3 }, way)
    expect((await store.client.getStreamMetadata(stream)).metadata).toEqual({ maxCount: 3 })
  })

  it('is a stream of its own, of which the last event is shown', async () => {
    const stream = await streamOf(1)
    const first = await store.client.setStreamMetadata(stream, { maxCount: 1 })
    expect(first.nextExpectedRevision).toBe(0n)
    const second = await store.client.setStreamMetadata(stream, { maxCount: 2 }, { expectedRevision: 0n })
    expect(second.nextExpectedRevision).toBe(1n)
    const events = await all(store.client.readStream(`$$${stream}`))
    expect(events.map(({ event }) => [event?.type, event?.revision, event?.data])).toEqual([
      ['$metadata', 1n, { $maxCount: 2 }],
    ])
  })

  it('that makes no sense limits nothing', async () => {
    const stream = await streamOf(3)
    for (const data of [{ $maxCount: 'two' }, { $maxCount: 0, $tb: -1 }, { $maxCount: 1.5 }, ['$maxCount']]) {
      await store.client.appendToStream(`$$${stream}`, jsonEvent({ type: '$metadata', data: data as never }))
      expect(await shown(stream)).toEqual([0, 1, 2])
    }
  })
})

describe('a stream of at most so many events', () => {
  it('shows the last of them', async () => {
    const stream = await streamOf(10)
    await store.client.setStreamMetadata(stream, { maxCount: 3 })
    expect(await shown(stream)).toEqual([7, 8, 9])
    await store.client.appendToStream(stream, counted(10), { expectedRevision: 9n })
    expect(await shown(stream)).toEqual([8, 9, 10])
    const read = (options: object) => all(store.client.readStream(stream, options))
    expect(numbers(await read({ fromRevision: 2n }))).toEqual([8, 9, 10])
    expect(numbers(await read({ fromRevision: 9n }))).toEqual([9, 10])
    expect(numbers(await read({ direction: BACKWARDS, fromRevision: END }))).toEqual([10, 9, 8])
    expect(numbers(await read({ direction: BACKWARDS, fromRevision: 9n }))).toEqual([9, 8])
    expect(numbers(await read({ direction: BACKWARDS, fromRevision: 4n }))).toEqual([])
  })

  it('shows them all again when the limit is lifted', async () => {
    const stream = await streamOf(5)
    await store.client.setStreamMetadata(stream, { maxCount: 1 })
    expect(await shown(stream)).toEqual([4])
    await store.client.setStreamMetadata(stream, {})
    expect(await shown(stream)).toEqual([0, 1, 2, 3, 4])
  })

  it('may have its metadata before its first event', async () => {
    const stream = freshStream()
    await store.client.setStreamMetadata(stream, { maxCount: 2 })
    await store.client.appendToStream(stream, countedFrom(0, 19), { expectedRevision: NO_STREAM })
    expect(await shown(stream)).toEqual([18, 19])
  })

  it('is in $all as it was', async () => {
    const stream = freshStream()
    await store.client.setStreamMetadata(stream, { maxCount: 1 })
    const { position } = await store.client.appendToStream(stream, counted(0))
    await store.client.appendToStream(stream, countedFrom(1, 4))
    const events = await all(store.client.readAll({ ...(position && { fromPosition: position }) }))
    const ours = events.filter(({ event }) => event?.streamId === stream)
    expect(numbers(ours)).toEqual([0, 1, 2, 3, 4])
  })

  it('gives subscribers the rest of its history, then everything that comes', async () => {
    const stream = await streamOf(5)
    await store.client.setStreamMetadata(stream, { maxCount: 2 })
    const subscription = store.client.subscribeToStream(stream, { fromRevision: START })
    const next = pull(subscription)
    const caughtUp = once(subscription, 'caughtUp')
    expect(numbers(await next(2))).toEqual([3, 4])
    await caughtUp
    await store.client.appendToStream(stream, countedFrom(5, 9))
    expect(numbers(await next(5))).toEqual([5, 6, 7, 8, 9])
    await subscription.unsubscribe()
  })
})

describe('a stream truncated before a revision', () => {
  it('begins there', async () => {
    const stream = await streamOf(6)
    await store.client.setStreamMetadata(stream, { truncateBefore: 4 })
    expect(await shown(stream)).toEqual([4, 5])
    await store.client.setStreamMetadata(stream, { truncateBefore: 2, maxCount: 3 })
    expect(await shown(stream)).toEqual([3, 4, 5])
  })

  it('is empty, not absent, before its first event to be shown', async () => {
    const stream = await streamOf(2)
    await store.client.setStreamMetadata(stream, { truncateBefore: 3 })
    expect(await shown(stream)).toEqual([])
    await store.client.appendToStream(stream, countedFrom(2, 3), { expectedRevision: 1n })
    expect(await shown(stream)).toEqual([3])
  })
})

describe('a stream of events up to an age', () => {
  it('shows what is younger', async () => {
    const stream = await streamOf(3)
    await store.client.setStreamMetadata(stream, { maxAge: 3_600 })
    expect(await shown(stream)).toEqual([0, 1, 2])
  })

  it('shows nothing of what has become older, and what comes', async () => {
    const stream = await streamOf(3)
    await store.client.setStreamMetadata(stream, { maxAge: 1 })
    await vi.waitFor(async () => expect(await shown(stream)).toEqual([]), { timeout: 20_000, interval: 100 })
    await store.client.setStreamMetadata(stream, { maxAge: 3_600 })
    expect(await shown(stream)).toEqual([0, 1, 2])
  })
})
