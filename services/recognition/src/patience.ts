import { setTimeout as wait } from 'node:timers/promises'
import { isTransient } from '@sightline/database/faults'
import { EventStoreUnavailable } from '@sightline/event-log/errors'

/** Whether the same call may succeed later: a store is away or busy. */
export const isPassing = (error: unknown): boolean =>
  isTransient(error) || error instanceof EventStoreUnavailable

/** The caller has no use for the result any more. */
export class GivenUp extends Error {
  override name = 'GivenUp'
}

/**
 * Calls until it succeeds or fails for good, with pauses of 50 ms to 2 s.
 * @throws GivenUp when `signal` fires first; what `call` throws for good
 */
export const persistently = async <Result>(
  signal: AbortSignal,
  call: () => Promise<Result>,
  passing: (error: unknown) => boolean = isPassing,
): Promise<Result> => {
  for (let pause = 50; ; pause = Math.min(2000, pause * 2)) {
    if (signal.aborted) throw new GivenUp('given up')
    try {
      return await call()
    } catch (error) {
      if (!passing(error)) throw error
      await wait(pause, undefined, { signal }).catch(() => {})
    }
  }
}
