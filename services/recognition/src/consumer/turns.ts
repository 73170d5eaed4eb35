/** Lets so many hold a turn at once; the others wait in line. */
export type Turns = {
  /** Waits for a turn. What it gives ends the turn; ending it twice does no harm. */
  take(): Promise<() => void>
}

/** @param count how many may hold a turn at once */
export const createTurns = (count: number): Turns => {
  let free = count
  const waiting: (() => void)[] = []
  const give = () => {
    const next = waiting.shift()
    if (next) next()
    else free++
  }
  return {
    take: async () => {
      if (free > 0) free--
      else await new Promise<void>(resolve => waiting.push(resolve))
      let held = true
      return () => {
        if (held) give()
        held = false
      }
    },
  }
}
