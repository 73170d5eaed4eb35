import { setTimeout as delay } from 'node:timers/promises'
import type { ReadAllOptions } from '@sightline/event-log/read-all'
import { v7 } from 'uuid'
import { expect, onTestFinished, test, vi } from 'vitest'
import { AccessUnavailableError } from '../unavailable.ts'
import { type AccessBounds, createAccessFollower } from './follower.ts'
import { createFreshness } from './freshness.ts'
import type { Caller } from './rights.ts'
import type { RecordedAccessEvent } from './state.ts'
import { type PlacedEvent, recorded, tell } from './test-access-log.ts'

const bounds: AccessBounds = { probeMs: 10, staleMs: 300, lostMs: 900, patienceMs: 2_500 }

/** A log in memory whose reader and whose end can fall silent, each by itself. */
function startLog() {
  const events: RecordedAccessEvent[] = []
  let wake = () => {}
  const log = {
    readsSilent: false,
    endSilent: false,
    append(...placed: PlacedEvent[]) {
      events.push(...recorded(placed, events.at(-1)?.position ?? 0n))
      wake()
      return events.at(-1)!.position
    },
    endHeld: undefined as Promise<void> | undefined,
    ends: 0,
    async lastPosition(options?: { withinMs?: number }) {
      log.ends += 1
      await log.endHeld
      if (log.endSilent) {
        await delay(options?.withinMs ?? 50)
        throw new Error('silent')
      }
      return events.at(-1)?.position ?? 0n
    },
    readAll({ after, signal, live, onReadUpTo }: ReadAllOptions) {
      const ended = () => signal?.aborted ?? false
      return (async function* () {
        let last = after ?? -1n
        while (!ended()) {
          const next = log.readsSilent ? [] : events.filter(event => event.position > last)
          if (next.length > 0) {
            yield next
            last = next.at(-1)!.position
            onReadUpTo?.(last)
            continue
          }
          if (!live) return
          await new Promise<void>(resolve => {
            wake = resolve
            signal?.addEventListener('abort', () => resolve(), { once: true })
          })
        }
      })()
    },
  }
  return log
}

async function startFollower(log = startLog(), now = () => new Date(), monotonic = () => performance.now()) {
  const silent = { info: () => {}, warn: () => {}, error: () => {} }
  log.append(tell.administratorAppointed(v7()))
  const follower = createAccessFollower({ eventLog: log, now, monotonic, bounds, logger: silent })
  await follower.start()
  onTestFinished(() => follower.close())
  const [tenantId, id, sessionId] = [v7(), v7(), v7()]
  const caller: Caller = {
    principal: { kind: 'person', tenantId, id, sessionId },
    sessionId,
    keyId: null,
    address: null,
  }
  return { follower, log, caller, tenantId, userId: id }
}

const soon = { timeout: 5_000, interval: 5 }

test('a follower knows what was in the log when it started, and what is appended then', async () => {
  const { follower, log, caller, tenantId, userId } = await startFollower()
  expect(follower.standing(caller)).toEqual({ none: 'rights' })
  log.append(tell.memberAdded(tenantId, userId))
  await follower.catchUp()
  expect(follower.standing(caller)).toHaveProperty('rights')
})

test('whoever is watched is told of the event that changes their rights, and nobody of another’s', async () => {
  const { follower, log, caller, tenantId, userId } = await startFollower()
  log.append(tell.memberAdded(tenantId, userId))
  await follower.catchUp()
  const changed = vi.fn()
  const watch = follower.watch(caller, { changed, lost: () => {} })
  log.append(tell.memberAdded(tenantId, v7()), tell.sessionEnded(v7(), null, v7()))
  const position = log.append(tell.tenantSuspended(tenantId))
  await expect.poll(() => changed.mock.calls, soon).toEqual([[{ none: 'rights' }, position]])
  log.append(tell.tenantResumed(tenantId))
  await expect.poll(() => changed.mock.calls.length, soon).toBe(2)
  watch.close()
  log.append(tell.memberRemoved(tenantId, userId))
  await follower.catchUp()
  expect(changed).toHaveBeenCalledTimes(2)
})

test('what ends by the clock is told at its time, and at the latest when somebody asks', async () => {
  let ahead = 0
  const { follower, log, caller, tenantId, userId } = await startFollower(
    startLog(),
    () => new Date(Date.now() + ahead),
  )
  const endsAt = new Date(Date.now() + 3_600_000)
  log.append(
    tell.memberAdded(tenantId, userId, { role: 'viewer', everywhere: false }),
    tell.scopeGranted(tenantId, userId, { siteIds: [v7()], endsAt }),
  )
  await follower.catchUp()
  const changed = vi.fn()
  const watch = follower.watch(caller, { changed, lost: () => {} })
  ahead = 3_600_000
  expect(watch.check()).toBe('heard')
  expect(changed).toHaveBeenCalledOnce()
})

test('whoever waits for the log in a moment without word of it goes on with the next word', async () => {
  let ahead = 0
  const log = startLog()
  const { follower, caller } = await startFollower(log, undefined, () => performance.now() + ahead)
  const watch = follower.watch(caller, { changed: () => {}, lost: () => {} })
  const { promise, resolve: answer } = Promise.withResolvers<void>()
  log.endHeld = promise
  ahead = bounds.staleMs - 100
  const asked = log.ends
  await expect.poll(() => log.ends, soon).toBeGreaterThan(asked)
  // All at once, so that no look at the clock falls between: too old by now, and the answer is on its way.
  ahead += 100
  expect(watch.check()).toBe('unheard')
  const heard = watch.heard()
  answer()
  expect(await heard).toBe(true)
})

for (const part of ['readsSilent', 'endSilent'] as const) {
  test(`where ${part === 'readsSilent' ? 'the subscription' : 'the end of the log'} falls silent it decides nothing, then ends what is open, and goes on when it is heard again`, async () => {
    const { follower, log, caller, tenantId, userId } = await startFollower()
    log.append(tell.memberAdded(tenantId, userId))
    await follower.catchUp()
    const lost = vi.fn()
    const watch = follower.watch(caller, { changed: () => {}, lost })
    log[part] = true
    log.append(tell.memberRemoved(tenantId, userId))
    await expect.poll(() => watch.check(), soon).toBe('unheard')
    expect(() => follower.standing(caller)).toThrow(AccessUnavailableError)
    await expect(follower.catchUp()).rejects.toThrow(AccessUnavailableError)
    const heard = watch.heard()
    await expect.poll(() => lost.mock.calls.length, soon).toBe(1)
    log[part] = false
    log.append(tell.administratorAppointed(v7()))
    expect(await heard).toBe(true)
    expect(follower.standing(caller)).toEqual({ none: 'rights' })
  })
}

test('a follower that is closed lets go of everybody who waits', async () => {
  const { follower, log, caller } = await startFollower()
  log.endSilent = true
  const watch = follower.watch(caller, { changed: () => {}, lost: () => {} })
  await expect.poll(() => watch.check(), soon).toBe('unheard')
  const heard = watch.heard()
  await follower.close()
  expect(await heard).toBe(false)
})

test('freshness counts from the beginning of the newest read of the end that was caught up with', () => {
  let at = 0
  const freshness = createFreshness({ staleMs: 100, monotonic: () => at })
  expect(freshness.isStale()).toBe(true)
  at = 1_000
  freshness.probed({ startedAt: 990, last: 50n, position: 50n })
  expect([freshness.age(), freshness.isStale()]).toEqual([10, false])
  at = 1_080
  freshness.probed({ startedAt: 1_070, last: 80n, position: 60n })
  expect([freshness.age(), freshness.isBehind(60n)]).toEqual([90, true])
  freshness.reached(79n)
  expect(freshness.age()).toBe(90)
  freshness.reached(80n)
  expect([freshness.age(), freshness.isBehind(80n)]).toEqual([10, false])
  // An answer that comes late says nothing newer.
  freshness.probed({ startedAt: 1_000, last: 70n, position: 80n })
  expect(freshness.age()).toBe(10)
})
