import { randomUUID } from 'node:crypto'
import { excludeSystemEvents, jsonEvent, NO_STREAM, streamNameFilter } from '@eventstore/db-client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
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

it('a stream whose name begins as those of the system is written and read like others', async () => {
  const stream = `$system-${randomUUID()}`
  await store.client.appendToStream(stream, countedFrom(0, 1), { expectedRevision: NO_STREAM })
  expect(numbers(await all(store.client.readStream(stream)))).toEqual([0, 1])
  await store.client.deleteStream(stream)
})

it('the settings can be kept', async () => {
  const settings = { $userStreamAcl: { $r: '$all', $w: '$all', $d: '$all', $mr: '$all', $mw: '$all' } }
  await store.client.appendToStream('$settings', jsonEvent({ type: '$settings', data: settings }))
  const events = await all(
    store.client.readStream('$settings', { direction: 'backwards', fromRevision: 'end', maxCount: 1 }),
  )
  expect(events[0]?.event?.data).toEqual(settings)
})

it('without system events, a subscription is told neither metadata nor links nor ends of streams', async () => {
  const stream = freshStream()
  const { position } = await store.client.appendToStream(stream, counted(0))
  const subscription = store.client.subscribeToAll({
    ...(position && { fromPosition: position }),
    filter: excludeSystemEvents(),
  })
  const next = pull(subscription)
  const other = freshStream()
  await store.client.setStreamMetadata(stream, { maxCount: 10 })
  await store.client.appendToStream(other, jsonEvent({ type: '$>', data: `0@${stream}` }))
  await store.client.tombstoneStream(other)
  await store.client.appendToStream(stream, counted(1))
  expect((await next(1)).map(({ event }) => [event?.streamId, event?.revision])).toEqual([[stream, 1n]])
  await subscription.unsubscribe()
})

it('metadata is told to those who ask for it', async () => {
  const stream = freshStream()
  const subscription = store.client.subscribeToAll({
    filter: streamNameFilter({ prefixes: [`$$${stream}`] }),
  })
  const next = pull(subscription)
  await store.client.setStreamMetadata(stream, { maxCount: 10 })
  await store.client.setStreamMetadata(stream, { maxCount: 11 })
  expect((await next(2)).map(({ event }) => event?.data)).toEqual([{ $maxCount: 10 }, { $maxCount: 11 }])
  await subscription.unsubscribe()
})
