import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { EventStoreDBClient, type Position, START } from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { all } from '../contract/store-under-test.ts'
import { keepLedger, startWriters } from './durability/test-ledger.ts'
import { startChildStore } from './test-child-store.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-ordered-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** What one subscriber saw of `$all`, in its order. */
type Follower = { seen: { id: string; position: bigint }[]; reconnections: number; stop(): Promise<void> }

/**
 * Follows `$all` from a position on, and again after the last event that it saw when the server goes away; with a
 * client of its own, a new one after each `renewAfter` events.
 */
function follow(
  connectionString: string,
  from: Position | typeof START,
  renewAfter = Number.POSITIVE_INFINITY,
): Follower {
  const follower: Follower = {
    seen: [],
    reconnections: 0,
    stop: async () => {
      stopped = true
      await client.dispose().catch(() => {})
      await following
    },
  }
  let stopped = false
  let client = EventStoreDBClient.connectionString(connectionString)

  async function run(): Promise<void> {
    let fromPosition = from
    while (!stopped) {
      const subscription = client.subscribeToAll({ fromPosition })
      let left = renewAfter
      try {
        for await (const { event } of subscription) {
          fromPosition = event!.position!
          follower.seen.push({ id: event!.id, position: fromPosition.commit })
          left -= 1
          if (left === 0) break
        }
      } catch {
        // The server went away; it comes back.
      }
      if (stopped) return
      follower.reconnections += 1
      if (left === 0) {
        await client.dispose()
        client = EventStoreDBClient.connectionString(connectionString)
      } else await delay(20)
    }
  }

  const following = run()
  return follower
}

describe('subscribers of $all under many writers', () => {
  it('see every position once, in order, from wherever they start and however often they reconnect', async () => {
    const file = join(folder, 'ordered.sqlite')
    let store = await startChildStore(file)
    const { port, connectionString } = store
    const client = EventStoreDBClient.connectionString(connectionString)
    const ledger = keepLedger()
    const first = follow(connectionString, START)
    const renewed = follow(connectionString, START, 150)
    const writing = startWriters(client, ledger, 16)
    let middle: Follower | undefined
    let middlePosition = 0n
    try {
      await writing.until(300)
      while (first.seen.length < 200) await delay(5)
      middlePosition = first.seen[150]!.position
      middle = follow(connectionString, { commit: middlePosition, prepare: middlePosition })
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        await writing.until(ledger.length + 200)
        await store.end(signal)
        store = await startChildStore(file, port)
      }
      await writing.until(ledger.length + 200)
    } finally {
      await writing.stop()
    }

    const full = (await all(client.readAll())).map(({ event }) => ({
      id: event!.id,
      position: event!.position!.commit,
    }))
    expect(full.length).toBe(ledger.length + 1)
    const last = full.at(-1)!.position
    const followers = [first, renewed, middle]
    const arrived = (follower: Follower) => (follower.seen.at(-1)?.position ?? 0n) >= last
    await vi.waitUntil(() => followers.every(arrived), { timeout: 60_000, interval: 20 })
    expect(first.seen).toEqual(full)
    expect(renewed.seen).toEqual(full)
    expect(middle.seen).toEqual(full.filter(({ position }) => position > middlePosition))
    expect(renewed.reconnections).toBeGreaterThan(3)
    expect(full).toEqual(full.toSorted((a, b) => Number(a.position - b.position)))

    await Promise.all(followers.map(follower => follower.stop()))
    await client.dispose()
    await store.end('SIGTERM')
  })
})
