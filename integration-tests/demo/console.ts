const started = performance.now()
const seconds = () => `${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s`

/** A line of the demo for people, with the seconds since its start. */
export function say(line: string): void {
  console.log(`${seconds()}  ${line}`)
}

/** Milliseconds since the demo's start. */
export function elapsedMs(): number {
  return Math.round(performance.now() - started)
}
