import { once } from 'node:events'
import {
  type AllStreamSubscription,
  END,
  EventStoreDBClient,
  eventTypeFilter,
  excludeSystemEvents,
  NO_STREAM,
  type Position,
  START,
  streamNameFilter,
} from '@eventstore/db-client'
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
} from './store-under-test.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let store: StoreUnderTest
beforeAll(async () => {
  store = await storeUnderTest()
})
afterAll(() => store[Symbol.asyncDispose]())

describe('a subscription to a stream', () => {
  it('gives history, says that it caught up, and gives what comes', async () => {
    const stream = freshStream()
    await store.client.appendToStream(stream, countedFrom(0, 2), { expectedRevision: NO_STREAM })
    const subscription = store.client.subscribeToStream(stream)
    let caughtUp = 0
    subscription.on('caughtUp', () => {
      caughtUp += 1
    })
    const confirmed = once(subscription, 'confirmation')
    const heard = once(subscription, 'caughtUp')
    const next = pull(subscription)
    expect(numbers(await next(3))).toEqual([0, 1, 2])
    await Promise.all([confirmed, heard])
    await store.client.appendToStream(stream, countedFrom(3, 4), { expectedRevision: 2n })
    await store.client.appendToStream(freshStream(), counted(99), { expectedRevision: NO_STREAM })
    await store.client.appendToStream(stream, counted(5), { expectedRevision: 4n })
    expect(numbers(await next(3))).toEqual([3, 4, 5])
    expect(caughtUp).toBe(1)
    await subscription.unsubscribe()
  })

  it('resumes after the revision that it names', async () => {
    const stream = freshStream()
    await store.client.appendToStream(stream, countedFrom(0, 4), { expectedRevision: NO_STREAM })
    const subscription = store.client.subscribeToStream(stream, { fromRevision: 2n })
    expect(numbers(await pull(subscription)(2))).toEqual([3, 4])
    await subscription.unsubscribe()
  })

  it('from the end gives only what comes', async () => {
    const stream = freshStream()
    await store.client.appendToStream(stream, countedFrom(0, 4), { expectedRevision: NO_STREAM })
    const subscription = store.client.subscribeToStream(stream, { fromRevision: END })
    const next = pull(subscription)
    await once(subscription, 'caughtUp')
    await store.client.appendToStream(stream, counted(5), { expectedRevision: 4n })
    expect(numbers(await next(1))).toEqual([5])
    await subscription.unsubscribe()
  })

  it('waits for a stream that is absent', async () => {
    const stream = freshStream()
    const subscription = store.client.subscribeToStream(stream)
    const next = pull(subscription)
    await once(subscription, 'caughtUp')
    await store.client.appendToStream(stream, counted(0), { expectedRevision: NO_STREAM })
    expect(numbers(await next(1))).toEqual([0])
    await subscription.unsubscribe()
  })

  it('is one of hundreds', async () => {
    const streams = Array.from({ length: 300 }, () => freshStream('many'))
    const subscriptions = streams.map(stream => store.client.subscribeToStream(stream))
    const reads = subscriptions.map(subscription => pull(subscription))
    await Promise.all(subscriptions.map(subscription => once(subscription, 'caughtUp')))
    await Promise.all(
      streams.map((stream, n) =>
        store.client.appendToStream(stream, counted(n), { expectedRevision: NO_STREAM }),
      ),
    )
    const got = await Promise.all(reads.map(next => next(1)))
    expect(got.map(events => numbers(events)[0])).toEqual(streams.map((_, n) => n))
    await Promise.all(subscriptions.map(subscription => subscription.unsubscribe()))
  })
})

describe('a subscription to $all', () => {
  it('sees every position once, in order, whenever it starts and however many write', async () => {
    const mark = freshStream('concurrent')
    const first = store.client.subscribeToAll({
      fromPosition: START,
      filter: streamNameFilter({ prefixes: [mark] }),
    })
    const nextOfFirst = pull(first)
    const unfiltered = store.client.subscribeToAll({ fromPosition: START })
    const nextOfUnfiltered = pull(unfiltered)
    const writers = Array.from({ length: 12 }, async (_, writer) => {
      for (let n = 0; n < 25; n += 1) {
        await store.client.appendToStream(`${mark}-${writer}`, countedFrom(n * 2, n * 2 + 1), {
          expectedRevision: n === 0 ? NO_STREAM : BigInt(n * 2 - 1),
        })
      }
    })
    const start = await nextOfFirst(150)
    const middle = start[74]?.event?.position as Position
    const second = store.client.subscribeToAll({
      fromPosition: middle,
      filter: streamNameFilter({ prefixes: [mark] }),
    })
    const nextOfSecond = pull(second)
    await Promise.all(writers)

    const seenByFirst = [...start, ...(await nextOfFirst(450))]
    const seenBySecond = await nextOfSecond(525)
    const full = await all(store.client.readAll())
    const ours = full.filter(({ event }) => event?.streamId.startsWith(mark)).map(({ event }) => event?.id)
    expect(ours).toHaveLength(600)
    expect(seenByFirst.map(({ event }) => event?.id)).toEqual(ours)
    expect(seenBySecond.map(({ event }) => event?.id)).toEqual(ours.slice(75))
    const seenUnfiltered = await nextOfUnfiltered(full.length)
    expect(seenUnfiltered.map(({ event }) => event?.id)).toEqual(full.map(({ event }) => event?.id))
    await Promise.all([first, second, unfiltered].map(subscription => subscription.unsubscribe()))
  })

  it('resumes after the position of the last event that was handled', async () => {
    const stream = freshStream('resume')
    const filter = streamNameFilter({ prefixes: [stream] })
    await store.client.appendToStream(stream, countedFrom(0, 99), { expectedRevision: NO_STREAM })
    const handled: number[] = []
    let position: Position | typeof START = START
    while (handled.length < 100) {
      const subscription: AllStreamSubscription = store.client.subscribeToAll({
        fromPosition: position,
        filter,
      })
      const events = await pull(subscription)(10)
      handled.push(...numbers(events))
      position = events.at(-1)?.event?.position as Position
      await subscription.unsubscribe()
    }
    expect(handled).toEqual(Array.from({ length: 100 }, (_, n) => n))
  })

  it('from the end gives only what comes', async () => {
    const stream = freshStream()
    await store.client.appendToStream(stream, counted(6), { expectedRevision: NO_STREAM })
    const subscription = store.client.subscribeToAll({ fromPosition: END, filter: excludeSystemEvents() })
    const next = pull(subscription)
    await once(subscription, 'caughtUp')
    await store.client.appendToStream(stream, counted(7), { expectedRevision: 0n })
    // Others may write to the same store.
    let [event] = await next(1)
    while (event?.event?.streamId !== stream) [event] = await next(1)
    expect(numbers([event])).toEqual([7])
    await subscription.unsubscribe()
  })

  it('goes on for others when one client goes away', async () => {
    const stream = freshStream()
    const leaving = EventStoreDBClient.connectionString(store.connectionString)
    const left = leaving.subscribeToStream(stream)
    left.on('error', () => {})
    const staying = store.client.subscribeToStream(stream)
    const next = pull(staying)
    await Promise.all([once(left, 'caughtUp'), once(staying, 'caughtUp')])
    await leaving.dispose()
    await store.client.appendToStream(stream, counted(0), { expectedRevision: NO_STREAM })
    expect(numbers(await next(1))).toEqual([0])
    await staying.unsubscribe()
  })
})

describe('a filter', () => {
  const mark = freshStream('filter')
  const tagged = mark.replaceAll('-', '')

  beforeAll(async () => {
    for (let n = 0; n < 60; n += 1) {
      const type = `${tagged}${n % 3 === 0 ? 'Opened' : 'Closed'}`
      await store.client.appendToStream(`${mark}-${n % 2 === 0 ? 'even' : 'odd'}`, counted(n, { type }))
    }
  })

  const thirds = Array.from({ length: 20 }, (_, index) => index * 3)
  const odds = Array.from({ length: 30 }, (_, index) => index * 2 + 1)

  it.each([
    ['event type by prefix', () => eventTypeFilter({ prefixes: [`${tagged}Op`, 'Never'] }), thirds],
    ['event type by expression', () => eventTypeFilter({ regex: `^${tagged}O.*d$` }), thirds],
    ['stream by prefix', () => streamNameFilter({ prefixes: ['never', `${mark}-o`] }), odds],
    ['stream by expression', () => streamNameFilter({ regex: `^${mark}-(odd|none)$` }), odds],
  ])('on the %s lets through what matches', async (_case, filter, expected) => {
    const subscription = store.client.subscribeToAll({ filter: filter() })
    const next = pull(subscription)
    expect(numbers(await next(expected.length))).toEqual(expected)
    await store.client.appendToStream(`${mark}-even`, counted(1_000, { type: `${tagged}Closed` }))
    await store.client.appendToStream(`${mark}-odd`, counted(1_001, { type: `${tagged}Opened` }))
    expect(numbers(await next(1))).toEqual([1_001])
    await subscription.unsubscribe()
  })

  it('tells a checkpoint each so many events, matching or not, from which a subscription misses nothing', async () => {
    const stream = freshStream('checkpoints')
    const noise = freshStream('noise')
    const checkpoints: Position[] = []
    const subscription = store.client.subscribeToAll({
      fromPosition: END,
      filter: streamNameFilter({
        prefixes: [stream],
        maxSearchWindow: 5,
        checkpointInterval: 2,
        checkpointReached: (_subscription, position) => {
          checkpoints.push(position)
        },
      }),
    })
    const next = pull(subscription)
    await once(subscription, 'caughtUp')
    await store.client.appendToStream(noise, countedFrom(0, 99), { expectedRevision: NO_STREAM })
    await store.client.appendToStream(stream, counted(0), { expectedRevision: NO_STREAM })
    expect(numbers(await next(1))).toEqual([0])
    expect(checkpoints.length).toBeGreaterThanOrEqual(8)
    const ascending = checkpoints.map(({ commit }) => commit)
    expect(ascending).toEqual([...new Set(ascending)].sort((a, b) => (a < b ? -1 : 1)))
    const [event] = await all(store.client.readStream(stream))
    const before = checkpoints.filter(({ commit }) => commit < (event?.event?.position?.commit ?? 0n)).at(-1)
    await subscription.unsubscribe()

    const resumed = store.client.subscribeToAll({
      fromPosition: before as Position,
      filter: streamNameFilter({ prefixes: [stream] }),
    })
    expect(numbers(await pull(resumed)(1))).toEqual([0])
    await resumed.unsubscribe()
  })
})
