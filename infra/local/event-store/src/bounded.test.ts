import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventStoreDBClient } from '@eventstore/db-client'
import { ServerCredentials } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { counted, numbers, pull } from '../contract/store-under-test.ts'
import { type EventLog, openEventLog } from './log/event-log.ts'
import { proposed } from './log/test-log.ts'
import { startMeasuredStore } from './measuring/measured-store.ts'
import { measureReading } from './measuring/reading.ts'
import { createEventStoreService } from './protocol/service.ts'
import { createWakeUps } from './subscriptions/wake-ups.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-bounded-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('an append', () => {
  it('wakes the subscriptions that it concerns and no other', async () => {
    const log = openEventLog({ file: join(folder, 'woken.sqlite') })
    const read: string[] = []
    const counting: EventLog = {
      ...log,
      readStream(stream, range) {
        read.push(stream)
        return log.readStream(stream, range)
      },
    }
    const wakeUps = createWakeUps(log)
    const { server, endCalls } = createEventStoreService({
      log: counting,
      wakeUps,
      endpoint: () => ({ address: '127.0.0.1', port: 0 }),
    })
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      )
    })
    const client = EventStoreDBClient.connectionString(`esdb://127.0.0.1:${port}?tls=false`)
    const streams = Array.from({ length: 100 }, (_, n) => `quiet-${n}`)
    const subscriptions = [...streams, 'busy'].map(stream => client.subscribeToStream(stream))
    const next = pull(subscriptions.at(-1)!)
    for (const subscription of subscriptions) subscription.on('error', () => {})
    for (const subscription of subscriptions.slice(0, -1)) subscription.resume()
    await Promise.all(subscriptions.map(subscription => once(subscription, 'caughtUp')))
    read.length = 0
    for (let n = 0; n < 20; n += 1) {
      await client.appendToStream('busy', counted(n))
      expect(numbers(await next(1))).toEqual([n])
    }
    expect(new Set(read)).toEqual(new Set(['busy']))
    await client.dispose()
    endCalls()
    server.forceShutdown()
    wakeUps.close()
    log.close()
  })
})

describe('a reader of much', () => {
  it('makes the server hold no more than a part of it', async () => {
    const file = join(folder, 'much.sqlite')
    const events = 10_000
    const bytes = events * 20_000
    const log = openEventLog({ file })
    for (let stored = 0; stored < events; stored += 100) {
      const some = Array.from({ length: 100 }, () => proposed('x'.repeat(20_000)))
      await log.append({ stream: `much-${stored}`, expected: 'no_stream', events: some })
    }
    log.close()
    await using store = await startMeasuredStore(file)
    const before = store.memory().resident
    await measureReading(store.client, events)
    expect(store.memory().highest - before).toBeLessThan(bytes * 0.6)
  })
})
