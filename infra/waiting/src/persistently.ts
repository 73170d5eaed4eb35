import { setTimeout as wait } from 'node:timers/promises'
import { backoff, type PauseLimits } from './backoff.ts'

/** The caller has no use for the result any more. */
export class GivenUpError extends Error {
  override name = 'GivenUpError'
}

/**
 * Calls until it succeeds or fails for good, with growing pauses.
 * @param options.isPassing whether a fault may mend by itself, so that the same call may succeed later
 * @param options.onRetry told of each fault that is waited for, and how long, ms
 * @throws GivenUpError when `signal` fires first; what `call` throws for good
 */
export async function persistently<Result>(
  call: () => Promise<Result>,
  options: {
    signal: AbortSignal
    isPassing: (error: unknown) => boolean
    pauses: PauseLimits
    onRetry?: (error: unknown, pauseMs: number) => void
  },
): Promise<Result> {
  const { signal, isPassing, pauses, onRetry } = options
  for (let failures = 0; ; failures += 1) {
    if (signal.aborted) throw new GivenUpError('given up')
    try {
      return await call()
    } catch (error) {
      if (!isPassing(error)) throw error
      const pause = backoff(failures, pauses)
      onRetry?.(error, pause)
      await wait(pause, undefined, { signal }).catch(() => {})
    }
  }
}
