import { tombstoneRevision } from './events.ts'
import type { StreamLimits } from './stream-metadata.ts'

/**
 * What readers find of a stream. `absent` is what never was and what is soft deleted: `last` is the revision of the
 * last event that it has all the same, -1 without any. A readable one shows the revisions from `first` to `last`,
 * which is nothing where `first` is greater.
 */
export type StreamState =
  | { state: 'absent'; last: number }
  | { state: 'deleted' }
  | { state: 'readable'; first: number; last: number }

/** What a stream with such a last revision and such limits shows now. @param createdAt when the event of a revision was stored, ms */
export function streamState(
  last: number,
  limits: StreamLimits,
  createdAt: (revision: number) => number,
  now: number,
): StreamState {
  if (last === tombstoneRevision) return { state: 'deleted' }
  if (last < 0 || limits.truncateBefore === tombstoneRevision) return { state: 'absent', last }
  const { maxCount = last + 1, maxAge, truncateBefore = 0 } = limits
  const first = Math.max(0, last + 1 - maxCount, truncateBefore)
  if (maxAge === undefined) return { state: 'readable', first, last }
  const oldest = now - maxAge * 1_000
  return { state: 'readable', first: firstWhere(first, last, at => createdAt(at) >= oldest), last }
}

/** The first number from which on the test holds, by halving; one more than `last` if it never does. */
function firstWhere(first: number, last: number, holds: (at: number) => boolean): number {
  let low = first
  let high = last + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}
