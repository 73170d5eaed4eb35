import {
  BACKWARDS,
  binaryEvent,
  END,
  NO_STREAM,
  type ResolvedEvent,
  streamNameFilter,
} from '@eventstore/db-client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import {
  all,
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

function link(text: string) {
  return binaryEvent({ type: '$>', data: Buffer.from(text) })
}

/** A stream of three events, and one that links to its last, its first, and one that it doesn't have. */
async function linked(): Promise<{ target: string; links: string }> {
  const target = freshStream('link-target')
  const links = freshStream('links')
  await store.client.appendToStream(target, countedFrom(0, 2), { expectedRevision: NO_STREAM })
  await store.client.appendToStream(links, [link(`2@${target}`), link(`0@${target}`), link(`9@${target}`)])
  return { target, links }
}

function told(events: readonly ResolvedEvent[]): unknown[] {
  return events.map(({ event, link }) => [
    event && `${event.streamId}@${event.revision}`,
    link && `${link.streamId}@${link.revision}`,
  ])
}

it('a link that nobody asks to resolve is an event like others', async () => {
  const { target, links } = await linked()
  const [first] = await all(store.client.readStream(links))
  expect(first?.link).toBeUndefined()
  expect(first?.event).toMatchObject({ type: '$>', streamId: links, revision: 0n })
  expect(Buffer.from(first?.event?.data as Uint8Array).toString()).toBe(`2@${target}`)
})

it('a resolved link comes with the event that it stands for, and alone where there is none', async () => {
  const { target, links } = await linked()
  const events = await all(store.client.readStream(links, { resolveLinkTos: true }))
  expect(told(events)).toEqual([
    [`${target}@2`, `${links}@0`],
    [`${target}@0`, `${links}@1`],
    [undefined, `${links}@2`],
  ])
  const [original] = await all(store.client.readStream(target, { fromRevision: 2n }))
  expect(events[0]?.event).toEqual(original?.event)
  for (const { link: resolved, commitPosition } of events) {
    expect(commitPosition).toBe(resolved?.position?.commit)
  }
})

it('links are resolved backwards, in $all and in subscriptions too', async () => {
  const { target, links } = await linked()
  const expected = [
    [`${target}@2`, `${links}@0`],
    [`${target}@0`, `${links}@1`],
    [undefined, `${links}@2`],
  ]
  const backwards = await all(
    store.client.readStream(links, { direction: BACKWARDS, fromRevision: END, resolveLinkTos: true }),
  )
  expect(told(backwards)).toEqual([...expected].reverse())

  const ofStream = store.client.subscribeToStream(links, { resolveLinkTos: true })
  expect(told(await pull(ofStream)(3))).toEqual(expected)
  const ofAll = store.client.subscribeToAll({
    resolveLinkTos: true,
    filter: streamNameFilter({ prefixes: [links] }),
  })
  expect(told(await pull(ofAll)(3))).toEqual(expected)

  const [first] = await all(store.client.readStream(links, { maxCount: 1 }))
  const fromPosition = first?.event?.position
  const inAll = await all(
    store.client.readAll({ resolveLinkTos: true, maxCount: 1, ...(fromPosition && { fromPosition }) }),
  )
  expect(told(inAll)).toEqual(expected.slice(0, 1))
  await Promise.all([ofStream.unsubscribe(), ofAll.unsubscribe()])
})

it('a link that comes while a subscription waits is resolved', async () => {
  const target = freshStream('link-target')
  const links = freshStream('links')
  const subscription = store.client.subscribeToStream(links, { resolveLinkTos: true })
  const next = pull(subscription)
  await store.client.appendToStream(target, countedFrom(0, 1))
  await store.client.appendToStream(links, link(`1@${target}`))
  const events = await next(1)
  expect(numbers(events)).toEqual([1])
  expect(events[0]?.link?.streamId).toBe(links)
  await subscription.unsubscribe()
})

it('a link to a stream whose name holds the sign that parts them finds it', async () => {
  const target = freshStream('at@home')
  const links = freshStream('links')
  await store.client.appendToStream(target, countedFrom(5, 5))
  await store.client.appendToStream(links, link(`0@${target}`))
  expect(numbers(await all(store.client.readStream(links, { resolveLinkTos: true })))).toEqual([5])
})

it('what readers of a stream are no longer shown, links to it do not show either', async () => {
  const { target, links } = await linked()
  await store.client.setStreamMetadata(target, { truncateBefore: 1 })
  expect(told(await all(store.client.readStream(links, { resolveLinkTos: true })))).toEqual([
    [`${target}@2`, `${links}@0`],
    [undefined, `${links}@1`],
    [undefined, `${links}@2`],
  ])
  await store.client.deleteStream(target)
  const events = await all(store.client.readStream(links, { resolveLinkTos: true }))
  expect(events.map(({ event }) => event)).toEqual([undefined, undefined, undefined])
})
