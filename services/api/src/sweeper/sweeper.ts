import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '@sightline/database/database'
import { DatabaseUnavailableError } from '@sightline/database/faults'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import type { Objects } from '@sightline/objects/objects'
import { clearEndedKeys } from '../api-keys/key-rows.ts'
import { clearRateLimits } from '../limits/rate-limits.ts'
import { clearOpenPairings } from '../pairing/open-pairings.ts'
import { settlePlace } from '../quotas/places.ts'
import { clearSignInLinks } from '../tokens/sign-in-links.ts'
import { destroyLeftKeys } from '../tokens/signing-keys.ts'
import { createSkipping } from './skipping.ts'
import { sweepGrants } from './sweep-grants.ts'
import { sweepLease } from './sweep-leases.ts'
import { sweepPairings } from './sweep-pairings.ts'
import { MISSED_HEARTBEATS, sweepAgent } from './sweep-presence.ts'
import { sweepSession } from './sweep-sessions.ts'
import { sweepUpload } from './sweep-uploads.ts'

/** Durations in ms. */
export interface SweeperSettings {
  sweepIntervalMs: number
  leaseMs: number
  heartbeatIntervalMs: number
  /** How long an uploaded picture waits for its command. */
  uploadRetentionMs: number
}

/** Looks at `ops` for what ran out, and makes events of it. */
export interface Sweeper {
  start(): void
  /** Resolves once the sweep that is under way has ended. */
  close(): Promise<void>
}

/** What ran out in great number is taken in portions, so that one kind doesn't keep the others waiting. */
const PORTION = 200
const HOUSEKEEPING_EVERY = 60

/**
 * The sweeper. Any number of instances may run: each row is locked by one at a time, and each event is appended
 * at the revision that was read.
 *
 * Nobody is declared lost by an instance that has not been watching for as long as it takes to be missed: while
 * the API or its database was away, nobody could be heard.
 */
export function createSweeper(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  objects: Pick<Objects, 'delete'>
  settings: SweeperSettings
  now: () => Date
  logger: Logger
}): Sweeper {
  const { eventLog, database, objects, settings, now, logger } = deps
  const { sweepIntervalMs, leaseMs, heartbeatIntervalMs, uploadRetentionMs } = settings
  const longestGap = Math.max(5 * sweepIntervalMs, leaseMs / 3)
  const skipping = createSkipping(logger)
  const stopping = new AbortController()
  let running: Promise<void> | undefined
  let watchingSince = 0
  let lastSweepAt = 0
  let sweeps = 0
  let failing = false

  async function all(sweepOne: () => Promise<boolean>): Promise<void> {
    for (let swept = 0; swept < PORTION && !stopping.signal.aborted; swept++) {
      if (!(await sweepOne())) return
    }
  }

  /** One kind that fails doesn't keep the others from being swept. */
  async function sweep(): Promise<void> {
    const startedAt = now().getTime()
    if (startedAt - lastSweepAt > longestGap) watchingSince = startedAt
    const watchedFor = startedAt - watchingSince
    const housekeeping = sweeps % HOUSEKEEPING_EVERY === 0
    if (housekeeping) skipping.forget()
    const results = await Promise.allSettled([
      watchedFor >= leaseMs && all(() => sweepLease({ eventLog, database, leaseMs, skipping, now })),
      watchedFor >= MISSED_HEARTBEATS * heartbeatIntervalMs &&
        all(() => sweepAgent({ eventLog, database, heartbeatIntervalMs, skipping, now })),
      sweepPairings({ eventLog, database, skipping, now }),
      all(() => sweepUpload({ eventLog, database, objects, uploadRetentionMs, skipping, now })),
      all(() => sweepGrants({ eventLog, database, skipping, now })),
      all(() => settlePlace({ eventLog, database, skipping, now })),
      housekeeping && clearOpenPairings(database, now()),
      all(() => sweepSession({ eventLog, database, skipping, now })),
      housekeeping && clearRateLimits(database, now()),
      housekeeping && clearSignInLinks(database, now()),
      housekeeping && clearEndedKeys(database, now()),
      housekeeping && destroyLeftKeys(database, now()),
    ])
    sweeps += 1
    lastSweepAt = now().getTime()
    const failed = results.find(result => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await sweep()
        if (failing) logger.info('sweeping again')
        failing = false
      } catch (error) {
        if (error instanceof DatabaseUnavailableError) watchingSince = now().getTime()
        if (!failing && !stopping.signal.aborted) logger.error({ err: error }, 'a sweep failed')
        failing = true
      }
      await delay(sweepIntervalMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  return {
    start() {
      running ??= run()
    },
    async close() {
      stopping.abort()
      await running
    },
  }
}
