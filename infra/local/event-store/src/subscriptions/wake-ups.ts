import type { EventLog } from '../log/event-log.ts'

/** Wakes those who wait for a commit, and only those whom it concerns. */
export type WakeUps = {
  /** Calls once after the next commit that touches the stream (any stream if undefined); gives back how not to. */
  once(stream: string | undefined, wake: () => void): () => void
  close(): void
}

/** Listens to the log's commits, in the process: nothing polls. */
export function createWakeUps(log: Pick<EventLog, 'onCommit'>): WakeUps {
  const ofAll = new Set<() => void>()
  const ofStream = new Map<string, Set<() => void>>()

  const stop = log.onCommit(({ streams }) => {
    const woken = [...ofAll]
    ofAll.clear()
    for (const stream of streams) {
      woken.push(...(ofStream.get(stream) ?? []))
      ofStream.delete(stream)
    }
    for (const wake of woken) wake()
  })

  return {
    once(stream, wake) {
      if (stream === undefined) {
        ofAll.add(wake)
        return () => ofAll.delete(wake)
      }
      const waiting = ofStream.get(stream) ?? new Set()
      waiting.add(wake)
      ofStream.set(stream, waiting)
      return () => {
        waiting.delete(wake)
        if (waiting.size === 0 && ofStream.get(stream) === waiting) ofStream.delete(stream)
      }
    },
    close: stop,
  }
}
