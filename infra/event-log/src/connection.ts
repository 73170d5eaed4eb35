import { setTimeout as delay } from 'node:timers/promises'
import {
  AccessDeniedError,
  type Credentials,
  EventStoreDBClient,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  UnsupportedError,
  WrongExpectedVersionError,
} from '@eventstore/db-client'
import { backoff } from '@sightline/waiting/backoff'
import { EventLogClosedError, EventLogError, EventStoreUnavailableError } from './errors.ts'

/** A client and the credentials that its appends name. */
export interface EventStoreConnection {
  client: EventStoreDBClient
  /**
   * Every append names credentials, be they empty: that makes it a call of its own. The client's other way, one
   * stream for all appends, keeps what is pending in a table shared by all clients of the process; when one
   * client's stream breaks the table is emptied, and the next answer of another throws where nobody can catch it.
   */
  credentials: Credentials
}

/** @param connectionString `esdb://user:password@host:2113?tls=true` and the like, `esdb+discover://` too */
export function connect(connectionString: string): EventStoreConnection {
  const [, user = '', password = ''] = /^[^:]+:\/\/([^:@/]+):([^@/]+)@/.exec(connectionString) ?? []
  return {
    client: EventStoreDBClient.connectionString(connectionString),
    credentials: { username: decodeURIComponent(user), password: decodeURIComponent(password) },
  }
}

/** Answers that stay the same however often the question is asked. */
const lasting = [
  WrongExpectedVersionError,
  StreamNotFoundError,
  StreamDeletedError,
  MaxAppendSizeExceededError,
  AccessDeniedError,
  InvalidArgumentError,
  UnsupportedError,
]

/** Says whether an error is one of the connection or the store's state, so that the same call may succeed later. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError) return false
  if (error instanceof EventLogError) return error instanceof EventStoreUnavailableError
  // What is neither the store's answer nor ours is a failed discovery of a cluster.
  return !lasting.some(kind => error instanceof kind)
}

/** The pauses before the store is asked again, ms. */
export const RETRY_AFTER_MS = { first: 50, longest: 1_000 }

/**
 * Calls `operation` until it succeeds, fails for good, or `withinMs` have passed.
 * @throws EventStoreUnavailableError when the time is up, EventLogClosedError when `signal` fires
 */
export async function retrying<T>(
  withinMs: number,
  signal: AbortSignal,
  operation: (attempt: number) => Promise<T>,
): Promise<T> {
  const until = performance.now() + withinMs
  for (let attempt = 0; ; attempt++) {
    if (signal.aborted) throw new EventLogClosedError('the event log is closed')
    try {
      return await operation(attempt)
    } catch (error) {
      if (signal.aborted) throw new EventLogClosedError('the event log is closed', { cause: error })
      if (!isPassing(error)) throw error
      const wait = backoff(attempt, RETRY_AFTER_MS)
      if (performance.now() + wait > until) {
        throw new EventStoreUnavailableError('the event store did not answer', { cause: error })
      }
      await delay(wait, undefined, { signal }).catch(() => {})
    }
  }
}
