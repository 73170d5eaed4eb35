import { EventStoreDBClient } from '@eventstore/db-client'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import {
  all,
  counted,
  freshStream,
  numbers,
  type StoreUnderTest,
  storeUnderTest,
} from './store-under-test.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

type Capabilities = { serverVersion: string; supports(method: { path: string }): boolean }

let store: StoreUnderTest
beforeAll(async () => {
  store = await storeUnderTest()
})
afterAll(() => store[Symbol.asyncDispose]())

it('advertises what it can do, so that the client takes the batch append', async () => {
  const { capabilities: asked } = store.client as unknown as { capabilities: Promise<Capabilities> }
  const capabilities = await asked
  expect(capabilities.serverVersion).toMatch(/^\d+\.\d+/)
  expect(capabilities.supports({ path: '/event_store.client.streams.Streams/BatchAppend' })).toBe(true)
})

it('is found by gossip', async () => {
  const address = new URL(store.connectionString.replace('esdb:', 'http:')).host
  const client = EventStoreDBClient.connectionString(`esdb+discover://${address}?tls=false`)
  const stream = freshStream()
  await client.appendToStream(stream, counted(4))
  expect(numbers(await all(client.readStream(stream)))).toEqual([4])
  await client.dispose()
})
