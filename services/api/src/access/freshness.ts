/** How old what is known of a log may be, by what its readers heard. */
export interface Freshness {
  /** The log's end was read: `last`, by a read that began at `startedAt`, while the follower was at `position`. */
  probed(probe: { startedAt: number; last: bigint; position: bigint }): void
  /** The follower has read up to a position. */
  reached(position: bigint): void
  /** How long ago the state certainly held all that was in the log, ms. */
  age(): number
  /** Whether that is too long ago to decide anything. */
  isStale(): boolean
  /** Whether the log's end was read and is further than the follower. */
  isBehind(position: bigint): boolean
}

/**
 * A follower is as fresh as the newest read of the log's end that it has caught up with: then it held everything that
 * was in the log when that read began. Reads that don't come back, and a follower that doesn't come forward, age alike.
 *
 * @param options.monotonic ms of a clock that nobody sets
 */
export function createFreshness(options: { staleMs: number; monotonic: () => number }): Freshness {
  const { staleMs, monotonic } = options
  let confirmedAt = Number.NEGATIVE_INFINITY
  /** Reads whose end the follower has yet to reach, in the order in which they began. */
  let ahead: { startedAt: number; last: bigint }[] = []

  return {
    probed({ startedAt, last, position }) {
      if (position >= last) confirmedAt = Math.max(confirmedAt, startedAt)
      else ahead.push({ startedAt, last })
    },
    reached(position) {
      if (ahead.length === 0) return
      for (const { startedAt, last } of ahead) {
        if (position >= last) confirmedAt = Math.max(confirmedAt, startedAt)
      }
      ahead = ahead.filter(({ last }) => last > position)
    },
    age: () => monotonic() - confirmedAt,
    isStale: () => monotonic() - confirmedAt >= staleMs,
    isBehind: position => ahead.some(({ last }) => last > position),
  }
}
