/**
 * How long to wait before an attempt, ms: twice as long after each failure, up to a limit, a quarter of it by chance
 * so that cameras behind one switch don't all come back at once.
 * @param failures attempts that failed since the last that went live
 * @param random 0 to 1
 */
export function backoff(
  failures: number,
  limits: { first: number; longest: number },
  random: number,
): number {
  const full = Math.min(limits.longest, limits.first * 2 ** Math.min(failures, 20))
  return Math.round(full * (0.75 + 0.25 * random))
}
