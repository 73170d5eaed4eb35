import { setTimeout as wait } from 'node:timers/promises'
import { isTransient } from '@sightline/database/faults'
import { EventStoreUnavailableError } from '@sightline/event-log/errors'
import type { Logger } from '@sightline/logging/logging'
import { backoff } from '@sightline/waiting/backoff'
import { GivenUpError, persistently } from '@sightline/waiting/persistently'

const RETRY_AFTER_MS = { first: 100, longest: 5_000 }

/** Whether waiting may mend it. */
export function isPassing(error: unknown): boolean {
  return isTransient(error) || error instanceof EventStoreUnavailableError
}

function tellRetry(logger: Pick<Logger, 'warn'>, error: unknown, retryInMs: number): void {
  logger.warn({ fault: error instanceof Error ? error.message : String(error), retryInMs }, 'retrying')
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
  let failures = 0
  return {
    async wait(error, signal) {
      const pause = backoff(failures, RETRY_AFTER_MS)
      failures += 1
      tellRetry(logger, error, pause)
      await wait(pause, undefined, { signal }).catch(() => {})
    },
    reset() {
      failures = 0
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
  try {
    return await persistently(attempt, {
      signal,
      isPassing,
      pauses: RETRY_AFTER_MS,
      onRetry: (error, pauseMs) => tellRetry(logger, error, pauseMs),
    })
  } catch (error) {
    if (error instanceof GivenUpError) return undefined
    throw error
  }
}
