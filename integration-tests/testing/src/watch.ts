import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { GraphqlClient } from '@sightline/schema/client'

/** A message of a subscription that shows rows. */
export interface RowsChange<Row> {
  position: string
  replaces: boolean
  changed: readonly Row[]
  removed: readonly string[]
}

/** A message with the time at which it arrived here. */
export interface Arrival<Row> {
  change: RowsChange<Row>
  at: Date
}

/** What was waited for did not come; the message shows what is held instead. */
export class NotSeenError extends Error {
  override readonly name = 'NotSeenError'
}

/** A subscription that is held open: its messages as they came, and the rows that they amount to. */
export interface Watch<Row> {
  readonly rows: ReadonlyMap<string, Row>
  readonly arrivals: readonly Arrival<Row>[]
  /**
   * Waits until the rows fulfil a condition and gives what it returned.
   * @throws NotSeenError after `within` ms, with the rows as they are
   */
  until<Found>(
    what: string,
    condition: (rows: readonly Row[]) => Found | undefined | false,
    within?: number,
  ): Promise<Found>
  close(): void
}

/**
 * Subscribes and folds: `replaces` puts everything anew, `changed` and `removed` are put in place.
 * @param onChange told of each message once it is folded
 */
export function watch<Row extends { id: string }, Data, Variables extends Record<string, unknown>>(
  client: GraphqlClient,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => RowsChange<Row>,
  onChange: (change: RowsChange<Row>) => void = () => undefined,
): Watch<Row> {
  const rows = new Map<string, Row>()
  const arrivals: Arrival<Row>[] = []
  const waiting = new Set<() => void>()
  const subscription = client.subscribe(document, variables, {
    next(data) {
      const change = pick(data)
      arrivals.push({ change, at: new Date() })
      if (change.replaces) rows.clear()
      for (const row of change.changed) rows.set(row.id, row)
      for (const id of change.removed) rows.delete(id)
      for (const check of waiting) check()
      onChange(change)
    },
  })
  return {
    rows,
    arrivals,
    until(what, condition, within = 60_000) {
      return new Promise((resolve, reject) => {
        const settle = () => {
          clearTimeout(deadline)
          waiting.delete(check)
        }
        const check = () => {
          const found = condition([...rows.values()])
          if (found === undefined || found === false) return
          settle()
          resolve(found)
        }
        const deadline = setTimeout(() => {
          settle()
          reject(
            new NotSeenError(
              `${what} was not seen within ${within} ms; the rows are\n${JSON.stringify([...rows.values()], null, 2)}`,
            ),
          )
        }, within)
        waiting.add(check)
        check()
      })
    },
    close: () => subscription.close(),
  }
}
