import {
  BACKWARDS,
  END,
  FORWARDS,
  NO_STREAM,
  type Position,
  type ReadAllOptions,
  type ResolvedEvent,
  START,
  StreamNotFoundError,
} from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  all,
  countedFrom,
  errorOf,
  freshStream,
  numbers,
  type StoreUnderTest,
  storeUnderTest,
} from './store-under-test.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let store: StoreUnderTest
const stream = freshStream('read')
const other = freshStream('read-other')

beforeAll(async () => {
  store = await storeUnderTest()
  await store.client.appendToStream(stream, countedFrom(0, 9), { expectedRevision: NO_STREAM })
  await store.client.appendToStream(other, countedFrom(100, 104), { expectedRevision: NO_STREAM })
  await store.client.appendToStream(stream, countedFrom(10, 19), { expectedRevision: 9n })
})
afterAll(() => store[Symbol.asyncDispose]())

function range(first: number, last: number): number[] {
  const step = first <= last ? 1 : -1
  return Array.from({ length: Math.abs(last - first) + 1 }, (_, index) => first + step * index)
}

describe('a stream', () => {
  it.each([
    ['from the start', {}, range(0, 19)],
    ['from the start, so many', { maxCount: 3 }, range(0, 2)],
    ['from a revision, included', { fromRevision: 5n }, range(5, 19)],
    ['from a revision, so many', { fromRevision: 18n, maxCount: 10 }, range(18, 19)],
    ['from its last revision', { fromRevision: 19n }, [19]],
    ['from beyond the end', { fromRevision: 20n }, []],
    ['backwards from the end', { direction: BACKWARDS, fromRevision: END }, range(19, 0)],
    [
      'backwards from the end, so many',
      { direction: BACKWARDS, fromRevision: END, maxCount: 2 },
      range(19, 18),
    ],
    ['backwards from a revision, included', { direction: BACKWARDS, fromRevision: 4n }, range(4, 0)],
    [
      'backwards from a revision, so many',
      { direction: BACKWARDS, fromRevision: 4n, maxCount: 2 },
      range(4, 3),
    ],
    ['backwards from the start', { direction: BACKWARDS, fromRevision: START }, [0]],
  ] as const)('is read %s', async (_case, options, expected) => {
    expect(numbers(await all(store.client.readStream(stream, options)))).toEqual(expected)
  })

  it('that is absent is an error of its own', async () => {
    const absent = freshStream()
    for (const direction of [FORWARDS, BACKWARDS] as const) {
      const error = await errorOf(
        all(
          store.client.readStream(absent, { direction, fromRevision: direction === FORWARDS ? START : END }),
        ),
      )
      expect(error).toBeInstanceOf(StreamNotFoundError)
      expect(error).toMatchObject({ streamName: absent })
    }
  })

  it('gives each event its position in $all', async () => {
    const events = await all(store.client.readStream(stream))
    for (const { event, commitPosition } of events) {
      expect(event?.position?.commit).toBe(event?.position?.prepare)
      expect(commitPosition).toBe(event?.position?.commit)
    }
  })

  it('of several megabytes is read whole', async () => {
    const large = freshStream('read-large')
    for (let n = 0; n < 12; n += 1) {
      await store.client.appendToStream(large, countedFrom(n, n, { pad: `${n}`.padEnd(700_000, 'x') }), {
        expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1),
      })
    }
    expect(numbers(await all(store.client.readStream(large)))).toEqual(range(0, 11))
    expect(
      numbers(await all(store.client.readStream(large, { direction: BACKWARDS, fromRevision: END }))),
    ).toEqual(range(11, 0))
  })

  it('of thousands of events is read in order', async () => {
    const long = freshStream('read-long')
    for (let first = 0; first < 3_000; first += 1_000) {
      await store.client.appendToStream(long, countedFrom(first, first + 999), {
        expectedRevision: first === 0 ? NO_STREAM : BigInt(first - 1),
      })
    }
    expect(numbers(await all(store.client.readStream(long)))).toEqual(range(0, 2_999))
    expect(
      numbers(
        await all(
          store.client.readStream(long, { direction: BACKWARDS, fromRevision: 2_500n, maxCount: 1_000 }),
        ),
      ),
    ).toEqual(range(2_500, 1_501))
  })

  it('can be left in the middle of a read', async () => {
    const reading = store.client.readStream(stream)
    for await (const { event } of reading) if (event?.revision === 3n) break
    await reading.cancel()
    expect(await all(store.client.readStream(stream))).toHaveLength(20)
  })
})

describe('$all', () => {
  async function positionOf(n: bigint): Promise<Position> {
    const [found] = await all(store.client.readStream(stream, { fromRevision: n, maxCount: 1 }))
    return found?.event?.position as Position
  }

  /** Others may write to the same store. */
  const isOurs = ({ event }: ResolvedEvent) => event?.streamId === stream || event?.streamId === other

  it('begins with a system event', async () => {
    const [first] = await all(store.client.readAll({ maxCount: 1 }))
    expect(first?.event?.type).toMatch(/^\$/)
  })

  it('holds the events of all streams, each at a later position than the one before', async () => {
    const events = await all(store.client.readAll())
    const positions = events.map(({ event }) => event?.position?.commit ?? -1n)
    expect(
      positions.every((position, index) => index === 0 || position > (positions[index - 1] ?? -1n)),
    ).toBe(true)
    expect(numbers(events.filter(isOurs))).toEqual([...range(0, 9), ...range(100, 104), ...range(10, 19)])
  })

  it('is read forwards from a position, included', async () => {
    const fromPosition = await positionOf(8n)
    const events = await all(store.client.readAll({ fromPosition }))
    expect(numbers(events.filter(isOurs)).slice(0, 4)).toEqual([8, 9, 100, 101])
    expect(numbers(events.slice(0, 1))).toEqual([8])
    expect(await all(store.client.readAll({ fromPosition, maxCount: 4 }))).toEqual(events.slice(0, 4))
  })

  it('is read backwards from a position, not included', async () => {
    const read: ReadAllOptions = { direction: BACKWARDS, fromPosition: await positionOf(10n) }
    const events = await all(store.client.readAll(read))
    expect(numbers(events.filter(isOurs)).slice(0, 7)).toEqual([104, 103, 102, 101, 100, 9, 8])
    expect(await all(store.client.readAll({ ...read, maxCount: 7 }))).toEqual(events.slice(0, 7))
  })

  it('is read backwards from the end', async () => {
    const backwards = await all(store.client.readAll({ direction: BACKWARDS, fromPosition: END }))
    const forwards = await all(store.client.readAll({ maxCount: backwards.length }))
    expect(backwards.map(({ event }) => event?.id)).toEqual(forwards.map(({ event }) => event?.id).reverse())
  })

  it('holds nothing after its end', async () => {
    expect(await all(store.client.readAll({ fromPosition: END }))).toEqual([])
  })
})
