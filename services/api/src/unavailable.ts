import { isTransient } from '@sightline/database/faults'
import { EventStoreUnavailableError } from '@sightline/event-log/errors'

/** The issuer's keys can't be fetched: nothing can be said of a token that needs them. */
export class KeysUnavailableError extends Error {
  override name = 'KeysUnavailableError'
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
    error instanceof KeysUnavailableError
  )
    return true
  return error instanceof Error && 'code' in error && error.code === UNDEFINED_TABLE
}
