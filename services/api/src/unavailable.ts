import { isTransient } from '@sightline/database/faults'
import { EventStoreUnavailableError } from '@sightline/event-log/errors'

/** The issuer's keys can't be fetched: nothing can be said of a token that needs them. */
export class KeysUnavailableError extends Error {
  override name = 'KeysUnavailableError'
}

/** The access events are not heard, or not far enough: nothing can be said of anybody's rights. */
export class AccessUnavailableError extends Error {
  override name = 'AccessUnavailableError'
}

/** What PostgreSQL says of a table that isn't there. */
const UNDEFINED_TABLE = '42P01'

/**
 * Whether doing the same again later may succeed although nobody mended anything: a part is away, or the read models
 * aren't there yet, which the projector makes.
 */
export function isUnavailable(error: unknown): boolean {
  if (
    isTransient(error) ||
    error instanceof EventStoreUnavailableError ||
    error instanceof KeysUnavailableError ||
    error instanceof AccessUnavailableError
  )
    return true
  return error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE
}
