/** What became of something that was handed over: sent, or replaced by something newer before its turn. */
export type HandOver = 'sent' | 'superseded'

/**
 * Sends the newest of each key, one at a time: while one is on its way the newest waits and older ones are
 * superseded. So a slow receiver costs one item in flight and one waiting a key, and what arrives is fresh.
 */
export class NewestOnly<Item> {
  readonly #send: (item: Item) => Promise<void>
  readonly #lanes = new Map<string, Lane<Item>>()

  constructor(send: (item: Item) => Promise<void>) {
    this.#send = send
  }

  /** Resolves when the item was sent or superseded; rejects with what sending it threw. */
  offer(key: string, item: Item): Promise<HandOver> {
    return new Promise((resolve, reject) => {
      const offered: Waiting<Item> = { item, resolve, reject }
      const lane = this.#lanes.get(key)
      if (lane) {
        lane.waiting?.resolve('superseded')
        lane.waiting = offered
      } else {
        const opened: Lane<Item> = { waiting: offered, done: Promise.resolve() }
        this.#lanes.set(key, opened)
        opened.done = this.#run(key, opened)
      }
    })
  }

  /** Resolves when nothing is on its way or waiting. */
  async idle(): Promise<void> {
    while (this.#lanes.size > 0) await Promise.all([...this.#lanes.values()].map(lane => lane.done))
  }

  async #run(key: string, lane: Lane<Item>): Promise<void> {
    while (lane.waiting) {
      const { item, resolve, reject } = lane.waiting
      lane.waiting = undefined
      try {
        await this.#send(item)
        resolve('sent')
      } catch (error) {
        reject(error)
      }
    }
    this.#lanes.delete(key)
  }
}

interface Lane<Item> {
  waiting: Waiting<Item> | undefined
  /** Resolves when nothing is left to send. */
  done: Promise<void>
}

interface Waiting<Item> {
  item: Item
  resolve: (outcome: HandOver) => void
  reject: (error: unknown) => void
}
