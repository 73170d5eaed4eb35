/** Between which lengths pauses grow, ms. */
export interface PauseLimits {
  first: number
  longest: number
}

/**
 * How long to wait before trying again, ms: twice as long after each failure, up to a limit, half of it by chance, so
 * that those who lost the same thing don't all come back for it at once.
 * @param failures how many attempts failed before the one that just did; 0 at first
 * @param random 0 to 1
 */
export function backoff(failures: number, limits: PauseLimits, random: () => number = Math.random): number {
  const full = Math.min(limits.longest, limits.first * 2 ** Math.min(failures, 20))
  return full / 2 + (full / 2) * random()
}
