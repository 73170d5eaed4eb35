import { isTransient } from '@sightline/database/faults'
import { EventStoreUnavailableError } from '@sightline/event-log/errors'
import { persistently as callPersistently } from '@sightline/waiting/persistently'

const RETRY_AFTER_MS = { first: 50, longest: 2000 }

/** Whether the same call may succeed later: a store is away or busy. */
export function isPassing(error: unknown): boolean {
  return isTransient(error) || error instanceof EventStoreUnavailableError
}

/**
 * Calls until it succeeds or fails for good, with pauses of 50 ms to 2 s.
 * @throws GivenUpError when `signal` fires first; what `call` throws for good
 */
export function persistently<Result>(
  signal: AbortSignal,
  call: () => Promise<Result>,
  passing: (error: unknown) => boolean = isPassing,
): Promise<Result> {
  return callPersistently(call, { signal, isPassing: passing, pauses: RETRY_AFTER_MS })
}
