import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** What a process and its threads have had of the processors until now, ms; to the microsecond, as the kernel counts. */
function processorMs(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    try {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0])
    } catch {
      // It ended between the two reads.
    }
  }
  return nanoseconds / 1_000_000
}

/** A process that got nothing for so long has done what there was to do, ms. */
const AT_REST_MS = 4
/** Of so little it may still have got something meanwhile: its clocks tick, ms. */
const NEXT_TO_NOTHING_MS = 0.05

/** Resolves with what a process has had of the processors once it is at rest, ms. */
async function atRest(pid: number): Promise<number> {
  let before = processorMs(pid)
  for (;;) {
    await wait(AT_REST_MS)
    const now = processorMs(pid)
    if (now - before < NEXT_TO_NOTHING_MS) return now
    before = now
  }
}

/**
 * What a process spends on something, from when it is at rest until it is so again: what comes after the answer counts
 * too. Now and then it also does something else, so means are worth less than medians.
 *
 * @returns ms of the processors
 */
export async function processorTimeOf(pid: number, something: () => Promise<void>): Promise<number> {
  const before = await atRest(pid)
  await something()
  return (await atRest(pid)) - before
}
