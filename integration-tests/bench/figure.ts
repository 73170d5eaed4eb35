/** One measured figure, beside what it is compared with in the same run. */
export interface Figure {
  name: string
  value: number
  unit: 'µs' | 'ms' | 's' | 'MiB' | 'KiB' | 'x' | 'events/s' | 'frames/s' | 'count'
  /** Measured in the same run, on the same machine and disk. */
  reference?: { name: string; value: number; unit: Figure['unit'] }
  /** What the figure is to keep, e.g. `≤ 3 × 1.2 + 10 ms`, and whether it did. */
  bound?: { text: string; holds: boolean }
}

/** The figures of one subject. */
export interface Section {
  /** What `--only` takes. */
  name: string
  title: string
  /** Measures with parts of its own; nothing is left running. */
  measure(progress: (step: string) => void): Promise<Figure[]>
}

/** A bound that a figure must not exceed. */
export function atMost(value: number, limit: number, text: string): Figure['bound'] {
  return { text: `≤ ${text}`, holds: value <= limit }
}

/** A bound that a figure must reach. */
export function atLeast(value: number, limit: number, text: string): Figure['bound'] {
  return { text: `≥ ${text}`, holds: value >= limit }
}
