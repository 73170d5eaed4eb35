import { setTimeout as wait } from 'node:timers/promises'
import { GivenUpError } from './persistently.ts'

/**
 * Waits for work only until `signal` fires. What comes of the work afterwards, be it a fault, is nobody's any more.
 * @throws GivenUpError when `signal` fires first; what the work throws
 */
export async function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  work.catch(() => {})
  if (signal.aborted) throw new GivenUpError('given up')
  let giveUp = () => {}
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(new GivenUpError('given up'))
  })
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

/** Waits at most so many ms for work; whether it came to an end, be it by a fault. */
export async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  const over = new AbortController()
  const late = wait(ms, false, { signal: over.signal }).catch(() => false)
  try {
    return await Promise.race([work.then(yes, yes), late])
  } finally {
    over.abort()
  }
}

const yes = () => true
