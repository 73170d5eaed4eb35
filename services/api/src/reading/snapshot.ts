import type { Sql } from '@sightline/database/sql'

/** Reads that see one state of the database, from the first one until `finish`. */
export interface Snapshot {
  read<T>(use: (read: Sql) => Promise<T>): Promise<T>
  /** Ends the transaction, if one was opened. Reads that come later are refused. */
  finish(): Promise<void>
  /** What made a statement or the transaction fail first; undefined while nothing has. */
  readonly fault: unknown
}

/** Runs `use` in one transaction. */
export type Transaction = (use: (read: Sql) => Promise<void>) => Promise<void>

/**
 * One transaction that is opened by the first read, so that whoever reads nothing costs nothing. Its statements
 * run one after another, in the order in which they were asked for.
 */
export function openSnapshot(transaction: Transaction): Snapshot {
  const { promise: finishing, resolve: endTransaction } = Promise.withResolvers<void>()
  let opened: Promise<Sql> | undefined
  let ended: Promise<void> | undefined
  let last: Promise<unknown> = Promise.resolve()
  let fault: unknown
  let finished = false

  function open(): Promise<Sql> {
    if (opened) return opened
    const { promise, resolve, reject } = Promise.withResolvers<Sql>()
    opened = promise
    ended = transaction(async sql => {
      resolve((text, values) => inTurn(() => sql(text, values)))
      await finishing
      // A transaction with a failed statement must not look sound to its pool.
      if (fault !== undefined) throw fault
    }).catch(error => {
      fault ??= error
      reject(error)
    })
    return promise
  }

  function inTurn<T>(statement: () => Promise<T>): Promise<T> {
    const result = last.then(statement)
    last = result.catch(error => {
      fault ??= error
    })
    return result
  }

  return {
    async read(use) {
      if (finished) throw new Error('the snapshot is finished')
      return use(await open())
    },
    async finish() {
      finished = true
      await last
      endTransaction()
      await ended
    },
    get fault() {
      return fault
    },
  }
}
