import { randomUUID } from 'node:crypto'
import {
  ANY,
  binaryEvent,
  DeadlineExceededError,
  MaxAppendSizeExceededError,
  NO_STREAM,
  STREAM_EXISTS,
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

describe.each([
  ['batch append', {}],
  ['unary append', unaryAppend],
])('%s', (_name, way) => {
  async function append(
    stream: string,
    n: number | number[],
    expectedRevision: bigint | 'any' | 'no_stream' | 'stream_exists',
  ) {
    const events = (Array.isArray(n) ? n : [n]).map(each => counted(each))
    return store.client.appendToStream(stream, events, { expectedRevision, ...way })
  }

  it('starts a stream that must not exist', async () => {
    const stream = freshStream()
    const result = await append(stream, [0, 1, 2], NO_STREAM)
    expect(result).toMatchObject({ success: true, nextExpectedRevision: 2n })
    const events = await all(store.client.readStream(stream))
    expect(numbers(events)).toEqual([0, 1, 2])
    expect(events.map(({ event }) => event?.revision)).toEqual([0n, 1n, 2n])
    expect(result.position).toEqual(events[2]?.event?.position)
  })

  it('refuses to start a stream that exists', async () => {
    const stream = freshStream()
    await append(stream, [0, 1], NO_STREAM)
    const error = await errorOf(append(stream, 2, NO_STREAM))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 'no_stream', actualVersion: 1n })
    expect(numbers(await all(store.client.readStream(stream)))).toEqual([0, 1])
  })

  it('appends at the exact revision', async () => {
    const stream = freshStream()
    await append(stream, 0, NO_STREAM)
    expect((await append(stream, 1, 0n)).nextExpectedRevision).toBe(1n)
    expect((await append(stream, [2, 3], 1n)).nextExpectedRevision).toBe(3n)
    expect(numbers(await all(store.client.readStream(stream)))).toEqual([0, 1, 2, 3])
  })

  it.each([
    ['older', 0n],
    ['newer', 7n],
    ['newer than any number that JavaScript counts', 18_446_744_073_709_551_000n],
  ])('refuses a revision that is %s', async (_case, expectedVersion) => {
    const stream = freshStream()
    await append(stream, [0, 1, 2], NO_STREAM)
    const error = await errorOf(append(stream, 3, expectedVersion))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({ streamName: stream, expectedVersion, actualVersion: 2n })
  })

  it('refuses an exact revision of an absent stream', async () => {
    const stream = freshStream()
    const error = await errorOf(append(stream, 0, 0n))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({ streamName: stream, expectedVersion: 0n, actualVersion: 'no_stream' })
  })

  it('appends whatever the state where any will do', async () => {
    const stream = freshStream()
    expect((await append(stream, 0, ANY)).nextExpectedRevision).toBe(0n)
    expect((await append(stream, [1, 2], ANY)).nextExpectedRevision).toBe(2n)
  })

  it('appends to a stream that must exist, and refuses where it does not', async () => {
    const stream = freshStream()
    const error = await errorOf(append(stream, 0, STREAM_EXISTS))
    expect(error).toBeInstanceOf(WrongExpectedVersionError)
    expect(error).toMatchObject({
      streamName: stream,
      expectedVersion: 'stream_exists',
      actualVersion: 'no_stream',
    })
    await append(stream, 0, NO_STREAM)
    expect((await append(stream, 1, STREAM_EXISTS)).nextExpectedRevision).toBe(1n)
  })

  it('answers a repeat with the same ids at the same revision as it answered the first time', async () => {
    const stream = freshStream()
    const started = countedFrom(0, 1)
    const went = countedFrom(2, 4)
    const first = await store.client.appendToStream(stream, started, { expectedRevision: NO_STREAM, ...way })
    const second = await store.client.appendToStream(stream, went, { expectedRevision: 1n, ...way })
    await append(stream, 5, 4n)
    expect(
      await store.client.appendToStream(stream, started, { expectedRevision: NO_STREAM, ...way }),
    ).toEqual(first)
    expect(await store.client.appendToStream(stream, went, { expectedRevision: 1n, ...way })).toEqual(second)
    expect(numbers(await all(store.client.readStream(stream)))).toEqual([0, 1, 2, 3, 4, 5])
  })

  it('takes no partial repeat for a repeat', async () => {
    const stream = freshStream()
    const events = countedFrom(0, 2)
    await store.client.appendToStream(stream, events, { expectedRevision: NO_STREAM, ...way })
    const [first, second, third] = events as [
      ReturnType<typeof counted>,
      ReturnType<typeof counted>,
      ReturnType<typeof counted>,
    ]
    for (const attempt of [[...events, counted(3)], [first, counted(9)], [second, first, third], [third]]) {
      const error = await errorOf(
        store.client.appendToStream(stream, attempt, { expectedRevision: NO_STREAM, ...way }),
      )
      expect(error).toBeInstanceOf(WrongExpectedVersionError)
    }
    // The first events of an append are all of another one.
    const part = await store.client.appendToStream(stream, [first, second], {
      expectedRevision: NO_STREAM,
      ...way,
    })
    expect(part.nextExpectedRevision).toBe(1n)
    expect(numbers(await all(store.client.readStream(stream)))).toEqual([0, 1, 2])
  })

  it('keeps bytes, JSON and names as they came', async () => {
    const stream = freshStream('Büro-摄像机')
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
    const id = randomUUID()
    await store.client.appendToStream(
      stream,
      [binaryEvent({ id, type: 'Gemessen-ß', data: bytes, metadata: Uint8Array.from([0, 255]) }), counted(1)],
      { expectedRevision: NO_STREAM, ...way },
    )
    const [binary, json] = await all(store.client.readStream(stream))
    expect(binary?.event).toMatchObject({ id, streamId: stream, type: 'Gemessen-ß', isJson: false })
    expect(Buffer.from(binary?.event?.data as Uint8Array).equals(bytes)).toBe(true)
    expect(Buffer.from(binary?.event?.metadata as Uint8Array)).toEqual(Buffer.from([0, 255]))
    expect(json?.event).toMatchObject({ isJson: true, data: { n: 1 }, metadata: { tenantId: 'tenant-1' } })
  })

  it('gives the time of appending', async () => {
    const stream = freshStream()
    await append(stream, 0, NO_STREAM)
    const [event] = await all(store.client.readStream(stream))
    const ago = Date.now() - (event?.event?.created.getTime() ?? 0)
    expect(Math.abs(ago)).toBeLessThan(60_000)
  })

  it('stores all events of an append in several messages or none', async () => {
    const stream = freshStream()
    const events = countedFrom(0, 499, { pad: 'x'.repeat(1_000) })
    const options = { expectedRevision: NO_STREAM, batchAppendSize: 10_000, ...way } as const
    await store.client.appendToStream(stream, events, options)
    expect(numbers(await all(store.client.readStream(stream)))).toEqual(events.map(event => event.data.n))
    expect(
      await errorOf(
        store.client.appendToStream(stream, countedFrom(500, 999, { pad: 'x'.repeat(1_000) }), options),
      ),
    ).toBeInstanceOf(WrongExpectedVersionError)
    expect(await all(store.client.readStream(stream))).toHaveLength(500)
  })

  it('refuses more than a mebibyte in one append, and goes on', async () => {
    const stream = freshStream()
    for (const tooLarge of [
      [counted(0, { pad: 'x'.repeat(1024 * 1024) })],
      [counted(0, { pad: 'x'.repeat(5 * 1024 * 1024) })],
      countedFrom(0, 10, { pad: 'x'.repeat(100_000) }),
    ]) {
      const error = await errorOf(
        store.client.appendToStream(stream, tooLarge, { expectedRevision: NO_STREAM, ...way }),
      )
      expect(error).toBeInstanceOf(MaxAppendSizeExceededError)
      expect(error).toMatchObject({ maxAppendSize: 1024 * 1024 })
    }
    const nearly = counted(1, { pad: 'x'.repeat(1_000_000) })
    await store.client.appendToStream(stream, nearly, { expectedRevision: NO_STREAM, ...way })
    expect(numbers(await all(store.client.readStream(stream)))).toEqual([1])
  })

  it('appends nothing after its deadline', async () => {
    const stream = freshStream()
    const late = store.client.appendToStream(stream, counted(0), {
      expectedRevision: NO_STREAM,
      deadline: -1_000,
      ...way,
    })
    expect(await errorOf(late)).toBeInstanceOf(DeadlineExceededError)
    expect((await append(stream, 1, NO_STREAM)).nextExpectedRevision).toBe(0n)
  })

  it('lets one of many writers win each revision', async () => {
    const stream = freshStream()
    let refused = 0
    await Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        let expectedRevision: bigint | typeof NO_STREAM = NO_STREAM
        for (let won = 0; won < 5; ) {
          try {
            const result = await append(stream, writer, expectedRevision)
            expectedRevision = result.nextExpectedRevision
            won += 1
          } catch (error) {
            if (!(error instanceof WrongExpectedVersionError)) throw error
            expectedRevision = error.actualVersion as bigint
            refused += 1
          }
        }
      }),
    )
    const events = await all(store.client.readStream(stream))
    expect(events.map(({ event }) => event?.revision)).toEqual(
      Array.from({ length: 40 }, (_, index) => BigInt(index)),
    )
    expect(refused).toBeGreaterThan(0)
  })
})
