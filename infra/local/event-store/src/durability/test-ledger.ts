import { setTimeout as delay } from 'node:timers/promises'
import { type EventStoreDBClient, NO_STREAM, WrongExpectedVersionError } from '@eventstore/db-client'
import { all, counted, unaryAppend } from '../../contract/store-under-test.ts'

/** What a writer was told of one event. */
type Acknowledged = { stream: string; revision: bigint; id: string; position: bigint }

/** What writers were told, to be compared with what is stored. */
export type Ledger = {
  readonly length: number
  add(acknowledged: Acknowledged): void
  /** In words, what the store doesn't hold as it said, and what it holds beyond that; none if they agree. */
  differences(client: EventStoreDBClient): Promise<string[]>
}

/** The streams of `startWriters` begin like this. */
const category = 'written-'

/** An empty ledger. */
export function keepLedger(): Ledger {
  const acknowledged: Acknowledged[] = []
  return {
    get length() {
      return acknowledged.length
    },
    add(told) {
      acknowledged.push(told)
    },
    async differences(client) {
      const stored = (await all(client.readAll())).flatMap(({ event }) => (event ? [event] : []))
      const byPlace = new Map(stored.map(event => [`${event.streamId} ${event.revision}`, event]))
      const differences: string[] = []
      for (const { stream, revision, id, position } of acknowledged) {
        const event = byPlace.get(`${stream} ${revision}`)
        if (event?.id !== id || event.position?.commit !== position) {
          const found = event ? `${event.id} at ${event.position?.commit}` : 'nothing'
          differences.push(
            `${stream} was told ${id} at ${position} for revision ${revision}, there is ${found}`,
          )
        }
      }
      const ours = stored.filter(event => event.streamId.startsWith(category))
      if (ours.length !== acknowledged.length) {
        differences.push(`${acknowledged.length} events were acknowledged, ${ours.length} are stored`)
      }
      const positions = stored.map(event => event.position!.commit)
      if (positions.some((position, index) => index > 0 && position <= positions[index - 1]!)) {
        differences.push('positions do not ascend')
      }
      return differences
    },
  }
}

/** Writers that go on until they are stopped. */
export type Writers = {
  /** Resolves when the ledger has so many entries. @throws what a writer was told that can't be */
  until(entries: number): Promise<void>
  /** Resolves when writers were told so many errors. @throws as `until` */
  untilErrors(count: number): Promise<void>
  /** Lets each writer bring its event home, then ends. */
  stop(): Promise<void>
  /** Errors that writers were told, and tried again after. */
  readonly errors: readonly unknown[]
}

/**
 * Starts writers with a stream each, every second by the unary append, of events from a few bytes to 20,000. An append
 * that fails is tried again as it was: then the store may hold it already, and must say so.
 */
export function startWriters(client: EventStoreDBClient, ledger: Ledger, count: number): Writers {
  const errors: unknown[] = []
  let stopping = false

  async function write(writer: number): Promise<void> {
    const stream = `${category}${writer}`
    for (let n = 0n; !stopping; n += 1n) {
      const event = counted(Number(n), { pad: 'x'.repeat(Number((n * 7_919n) % 20_000n)) })
      for (let stored = false; !stored; ) {
        try {
          const { nextExpectedRevision, position } = await client.appendToStream(stream, event, {
            expectedRevision: n === 0n ? NO_STREAM : n - 1n,
            ...(writer % 2 === 0 ? {} : unaryAppend),
          })
          ledger.add({ stream, revision: nextExpectedRevision, id: event.id, position: position!.commit })
          stored = true
        } catch (error) {
          // With one writer a stream, a refusal could only be of an event that the store forgot or stored twice.
          if (error instanceof WrongExpectedVersionError) throw error
          errors.push(error)
          await delay(20)
        }
      }
    }
  }

  const writing = Promise.all(Array.from({ length: count }, (_, writer) => write(writer)))
  writing.catch(() => {})
  return {
    errors,
    async until(entries) {
      while (ledger.length < entries) await Promise.race([delay(2), writing])
    },
    async untilErrors(count) {
      while (errors.length < count) await Promise.race([delay(2), writing])
    },
    async stop() {
      stopping = true
      await writing
    },
  }
}
