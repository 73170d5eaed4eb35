/** How long to wait before an attempt, ms: doubling from 100 ms to 5 s, half of it by chance so that clients spread. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  const longest = Math.min(100 * 2 ** Math.min(attempt, 10), 5_000)
  return longest / 2 + (longest / 2) * random()
}
