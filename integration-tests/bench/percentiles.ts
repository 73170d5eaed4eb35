/**
 * The value below or at which a share of the samples lies (nearest rank).
 * @param share 0..1, e.g. 0.99
 * @throws RangeError without samples: a percentile of nothing means nothing
 */
export function percentile(samples: readonly number[] | Float64Array, share: number): number {
  if (samples.length === 0) throw new RangeError('a percentile needs samples')
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}
