/** Places that are taken for a while, in the order of asking. */
export interface Turns {
  /** Resolves when a place is free; the function gives it back (once; again does nothing). */
  take(): Promise<() => void>
}

/** @param places how many may be taken at a time */
export function createTurns(places: number): Turns {
  let free = places
  const waiting: (() => void)[] = []

  function giveBack(): void {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }

  return {
    async take() {
      if (free > 0) free -= 1
      else await new Promise<void>(resolve => waiting.push(resolve))
      let taken = true
      return () => {
        if (!taken) return
        taken = false
        giveBack()
      }
    },
  }
}
