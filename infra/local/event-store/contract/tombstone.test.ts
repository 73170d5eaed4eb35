import {
  ANY,
  BACKWARDS,
  END,
  type EventStoreDBClient,
  NO_STREAM,
  STREAM_EXISTS,
  StreamDeletedError,
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

/** The client sends it, only its types don't say so. */
const streamExists = STREAM_EXISTS as unknown as typeof ANY

async function streamOf(count: number): Promise<string> {
  const stream = freshStream('tombstone')
  await client.appendToStream(stream, countedFrom(0, count - 1), { expectedRevision: NO_STREAM })
  return stream
}

async function expectDeleted(promise: Promise<unknown>, stream: string): Promise<void> {
  const error = await errorOf(promise)
  expect(error).toBeInstanceOf(StreamDeletedError)
  expect(error).toMatchObject({ streamName: stream })
}

describe('a tombstoned stream', () => {
  it('is gone for readers', async () => {
    const stream = await streamOf(2)
    await client.tombstoneStream(stream)
    await expectDeleted(all(client.readStream(stream)), stream)
    await expectDeleted(all(client.readStream(stream, { direction: BACKWARDS, fromRevision: END })), stream)
    const subscription = client.subscribeToStream(stream)
    await expectDeleted(pull(subscription)(1), stream)
  })

  it.each([
    ['batch append', {}],
    ['unary append', unaryAppend],
  ])('takes no %s, whatever is expected', async (_name, way) => {
    const stream = await streamOf(2)
    await client.tombstoneStream(stream)
    for (const expectedRevision of [ANY, NO_STREAM, STREAM_EXISTS, 1n] as const) {
      await expectDeleted(client.appendToStream(stream, counted(2), { expectedRevision, ...way }), stream)
    }
  })

  it('can be neither deleted nor tombstoned again', async () => {
    const stream = await streamOf(1)
    await client.tombstoneStream(stream)
    await expectDeleted(client.deleteStream(stream), stream)
    await expectDeleted(client.tombstoneStream(stream), stream)
  })

  it('takes its metadata with it', async () => {
    const stream = await streamOf(1)
    await client.setStreamMetadata(stream, { maxCount: 3 })
    await client.tombstoneStream(stream)
    expect(await errorOf(client.getStreamMetadata(stream))).toBeInstanceOf(StreamDeletedError)
    expect(await errorOf(client.setStreamMetadata(stream, { maxCount: 4 }))).toBeInstanceOf(
      StreamDeletedError,
    )
  })

  it('leaves its end in $all', async () => {
    const stream = await streamOf(1)
    const { position } = await client.tombstoneStream(stream)
    const [tombstone] = await all(
      client.readAll({ maxCount: 1, ...(position && { fromPosition: position }) }),
    )
    expect(tombstone?.event).toMatchObject({
      streamId: stream,
      type: '$streamDeleted',
      revision: 9_223_372_036_854_775_807n,
      position,
    })
  })

  it('tells those who follow it', async () => {
    const stream = await streamOf(1)
    const subscription = client.subscribeToStream(stream)
    const next = pull(subscription)
    expect(numbers(await next(1))).toEqual([0])
    // The event that ends it may still be told, then comes the error.
    const ended = errorOf(next(2))
    await client.tombstoneStream(stream)
    expect(await ended).toMatchObject({ streamName: stream })
    expect(await ended).toBeInstanceOf(StreamDeletedError)
  })
})

describe('tombstoning', () => {
  it('at the revision that is expected', async () => {
    const stream = await streamOf(3)
    const error = await errorOf(client.tombstoneStream(stream, { expectedRevision: 1n }))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 1n, actualVersion: 2n })
    expect((await client.tombstoneStream(stream, { expectedRevision: 2n })).position).toBeDefined()
    await expectDeleted(all(client.readStream(stream)), stream)
  })

  it('of a stream that must exist, or must not', async () => {
    const absent = freshStream('tombstone')
    const error = await errorOf(client.tombstoneStream(absent, { expectedRevision: streamExists }))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    const present = await streamOf(1)
    expect(await errorOf(client.tombstoneStream(present, { expectedRevision: NO_STREAM }))).toBeInstanceOf(
      WrongExpectedVersionError,
    )
    await client.tombstoneStream(absent, { expectedRevision: NO_STREAM })
    await expectDeleted(all(client.readStream(absent)), absent)
    await client.tombstoneStream(present, { expectedRevision: streamExists })
    await expectDeleted(all(client.readStream(present)), present)
  })

  it('of a deleted stream', async () => {
    const stream = await streamOf(1)
    await client.deleteStream(stream)
    await client.tombstoneStream(stream)
    await expectDeleted(all(client.readStream(stream)), stream)
  })
})
