import { setTimeout as wait } from 'node:timers/promises'
import { isTransient } from '@sightline/database/faults'
import { EventStoreUnavailable } from '@sightline/event-log/errors'
import type { Logger } from '@sightline/logging/logging'

const FIRST_DELAY_MS = 100
const LONGEST_DELAY_MS = 5_000

/** Whether waiting may mend it. */
export function isPassing(error: unknown): boolean {
  return isTransient(error) || error instanceof EventStoreUnavailable
}

/** Waits longer from failure to failure. */
export interface Backoff {
  /** Tells what failed and waits; ends at once when `signal` fires. */
  wait(error: unknown, signal: AbortSignal): Promise<void>
  /** It works again. */
  reset(): void
}

/** Waits 100 ms at first, 5 s at most. */
export function createBackoff(logger: Pick<Logger, 'warn'>): Backoff {
  let delay = FIRST_DELAY_MS
  return {
    async wait(error, signal) {
      logger.warn(
        { fault: error instanceof Error ? error.message : String(error), retryInMs: delay },
        'retrying',
      )
      await wait(delay, undefined, { signal }).catch(() => {})
      delay = Math.min(delay * 2, LONGEST_DELAY_MS)
    },
    reset() {
      delay = FIRST_DELAY_MS
    },
  }
}

/**
 * Tries again, for ever, whatever waiting may mend.
 * @returns undefined where `signal` fired first
 */
export async function persist<T>(
  signal: AbortSignal,
  logger: Pick<Logger, 'warn'>,
  attempt: () => Promise<T>,
): Promise<T | undefined> {
  const backoff = createBackoff(logger)
  while (!signal.aborted) {
    try {
      return await attempt()
    } catch (error) {
      if (!isPassing(error)) throw error
      await backoff.wait(error, signal)
    }
  }
  return undefined
}
