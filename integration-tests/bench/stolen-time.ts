import { readFileSync } from 'node:fs'
import { now } from './read-model-wakes.ts'

/** When the host of this virtual machine ran something else although there was work here. */
export interface StolenTime extends Disposable {
  /** Whether any was stolen between two instants, wall clock, ms. */
  wasBetween(from: number, to: number): boolean
}

/** How often the kernel's count is read, ms; it counts in steps of 10 ms. */
const EVERY_MS = 20

/** Watches the kernel's count of stolen time (proc_stat(5), `steal`); on a machine of its own nothing is stolen. */
export function watchStolenTime(): StolenTime {
  let before = stolenSoFar()
  let lookedAt = now()
  const stolen: { from: number; to: number }[] = []
  const timer = setInterval(() => {
    const count = stolenSoFar()
    const at = now()
    if (count > before) stolen.push({ from: lookedAt, to: at })
    before = count
    lookedAt = at
  }, EVERY_MS)
  return {
    wasBetween: (from, to) => stolen.some(one => one.from < to && one.to > from),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

function stolenSoFar(): number {
  const [processors] = readFileSync('/proc/stat', 'utf8').split('\n', 1)
  return Number(processors!.trim().split(/\s+/)[8])
}
