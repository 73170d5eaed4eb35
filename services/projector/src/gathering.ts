/** A source that is read ahead while its taker works. */
export interface Gathering<Item> {
  /** All that has come in since, at least one; undefined once the source has ended. @throws what the source threw, after everything before it was taken */
  take(): Promise<Item[] | undefined>
  close(): Promise<void>
}

/**
 * Reads batches ahead, so that one batch is taken while the next comes in: the slower the taker, the larger what
 * it takes. At most `max` items and one batch more are held.
 */
export function gather<Item>(source: AsyncIterable<Item[]>, max: number): Gathering<Item> {
  let held: Item[] = []
  let ended: { error?: unknown } | undefined
  let closed = false
  let wakeTaker = () => {}
  let wakeReader = () => {}
  const iterator = source[Symbol.asyncIterator]()

  const read = async () => {
    while (!closed) {
      const next = await iterator.next()
      if (next.done) return
      held = held.length === 0 ? next.value : held.concat(next.value)
      wakeTaker()
      while (held.length >= max && !closed) {
        await new Promise<void>(resolve => {
          wakeReader = resolve
        })
      }
    }
  }
  const reading = read().then(
    () => {
      ended = {}
      wakeTaker()
    },
    (error: unknown) => {
      ended = { error }
      wakeTaker()
    },
  )

  return {
    async take() {
      while (held.length === 0 && !ended) {
        await new Promise<void>(resolve => {
          wakeTaker = resolve
        })
      }
      if (held.length > 0) {
        const taken = held.slice(0, max)
        held = held.slice(max)
        wakeReader()
        return taken
      }
      if (ended && 'error' in ended) throw ended.error
      return undefined
    },
    async close() {
      closed = true
      wakeReader()
      await iterator.return?.()
      await reading
    },
  }
}
