import {
  ANY,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
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
  unaryAppend,
} from './store-under-test.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let store: StoreUnderTest
let client: EventStoreDBClient
beforeAll(async () => {
  store = await storeUnderTest()
  client = store.client
})
afterAll(() => store[Symbol.asyncDispose]())

async function streamOf(count: number): Promise<string> {
  const stream = freshStream('deleted')
  await client.appendToStream(stream, countedFrom(0, count - 1), { expectedRevision: NO_STREAM })
  return stream
}

describe('a deleted stream', () => {
  it('is not found any more', async () => {
    const stream = await streamOf(3)
    const { position } = await client.deleteStream(stream)
    expect(position?.commit).toBeGreaterThan(0n)
    for (const options of [{}, { direction: BACKWARDS, fromRevision: END } as const]) {
      const error = await errorOf(all(client.readStream(stream, options)))
      expect(error).toBeInstanceOf(StreamNotFoundError)
      expect(error).toMatchObject({ streamName: stream })
    }
  })

  it('stays in $all', async () => {
    const stream = freshStream('deleted')
    const { position } = await client.appendToStream(stream, countedFrom(0, 0))
    await client.deleteStream(stream)
    const [event] = await all(client.readAll({ maxCount: 1, ...(position && { fromPosition: position }) }))
    expect(event?.event).toMatchObject({ streamId: stream, revision: 0n })
  })

  it('can be deleted at the revision that it is expected to have', async () => {
    const stream = await streamOf(3)
    const error = await errorOf(client.deleteStream(stream, { expectedRevision: 1n }))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 1n, actualVersion: 2n })
    expect(numbers(await all(client.readStream(stream)))).toEqual([0, 1, 2])
    await client.deleteStream(stream, { expectedRevision: 2n })
    expect(await errorOf(all(client.readStream(stream)))).toBeInstanceOf(StreamNotFoundError)
  })

  it('must exist before', async () => {
    for (const expectedRevision of [ANY, NO_STREAM, 0n] as const) {
      const stream = freshStream('absent')
      const error = await errorOf(client.deleteStream(stream, { expectedRevision }))
      expect(error).toBeInstanceOf(WrongExpectedVersionError)
      expect(error).toMatchObject({ streamName: stream })
    }
    const stream = await streamOf(1)
    const error = await errorOf(client.deleteStream(stream, { expectedRevision: NO_STREAM }))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({ streamName: stream, actualVersion: 0n })
  })

  it('may be one that has metadata only', async () => {
    const stream = freshStream('implicit')
    await client.setStreamMetadata(stream, { cacheControl: 10 })
    expect((await client.deleteStream(stream, { expectedRevision: NO_STREAM })).position).toBeDefined()
  })

  it('can be deleted again', async () => {
    const stream = await streamOf(1)
    await client.deleteStream(stream)
    await client.deleteStream(stream)
    expect(await errorOf(all(client.readStream(stream)))).toBeInstanceOf(StreamNotFoundError)
  })
})

describe.each([
  ['batch append', {}],
  ['unary append', unaryAppend],
])('appending again after a deletion, by %s,', (_name, way) => {
  it.each([
    ['any', ANY],
    ['no stream', NO_STREAM],
    ['the revision that it had', 2n],
  ] as const)('with %s expected goes on numbering and shows what is new', async (_case, expectedRevision) => {
    const stream = await streamOf(3)
    await client.deleteStream(stream)
    const result = await client.appendToStream(stream, countedFrom(3, 4), { expectedRevision, ...way })
    expect(result.nextExpectedRevision).toBe(4n)
    const events = await all(client.readStream(stream))
    expect(events.map(({ event }) => event?.revision)).toEqual([3n, 4n])
    expect(numbers(events)).toEqual([3, 4])
    expect(result.position).toEqual(events[1]?.event?.position)
    const backwards = await all(client.readStream(stream, { direction: BACKWARDS, fromRevision: END }))
    expect(numbers(backwards)).toEqual([4, 3])
  })

  it('needs a stream where one is expected', async () => {
    const stream = await streamOf(1)
    await client.deleteStream(stream)
    const error = await errorOf(
      client.appendToStream(stream, counted(1), { expectedRevision: STREAM_EXISTS, ...way }),
    )
    expect(error).toBeInstanceOf(StreamDeletedError)
    expect(error).toMatchObject({ streamName: stream })
  })

  it('is refused at another revision', async () => {
    const stream = await streamOf(3)
    await client.deleteStream(stream)
    for (const expectedRevision of [1n, 7n]) {
      const error = await errorOf(client.appendToStream(stream, counted(9), { expectedRevision, ...way }))
      expect(error).toBeInstanceOf(WrongExpectedVersionError)
      expect(error).toMatchObject({
        streamName: stream,
        expectedVersion: expectedRevision,
        actualVersion: 2n,
      })
    }
  })
})

it('metadata that is set after a deletion ends it', async () => {
  const stream = await streamOf(2)
  await client.deleteStream(stream)
  await client.setStreamMetadata(stream, { maxCount: 5 })
  expect(await all(client.readStream(stream))).toEqual([])
  const { metadata } = await client.getStreamMetadata(stream)
  expect(metadata).toEqual({ maxCount: 5, truncateBefore: 2 })
})

it('a subscription that waits goes on with what is appended after the deletion', async () => {
  const stream = await streamOf(2)
  const subscription = client.subscribeToStream(stream)
  const next = pull(subscription)
  expect(numbers(await next(2))).toEqual([0, 1])
  await client.deleteStream(stream)
  await client.appendToStream(stream, counted(2), { expectedRevision: NO_STREAM })
  expect(numbers(await next(1))).toEqual([2])
  await subscription.unsubscribe()
})
