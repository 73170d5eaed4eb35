import { useCallback, useEffect, useRef, useState } from 'react'
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql'
import { type Fault, faultOf } from './faults.ts'

/** A message of a subscription that shows rows: with `replaces` it is everything, otherwise what changed. */
export interface RowsChange<Row> {
  position: string
  replaces: boolean
  changed: readonly Row[]
  removed: readonly string[]
}

/** What a list shows. */
export type LiveRows<Row> =
  | { phase: 'loading' }
  | { phase: 'failed'; fault: Fault; retry: () => void }
  | { phase: 'live'; rows: readonly Row[]; position: string }

/** Puts one message into what is held: changed rows keep their places, new rows go to the end. */
export function fold<Row extends { id: string }>(
  held: readonly Row[],
  change: RowsChange<Row>,
): readonly Row[] {
  if (change.replaces) return change.changed
  const changed = new Map(change.changed.map(row => [row.id, row]))
  const removed = new Set(change.removed)
  const kept = held.filter(row => !removed.has(row.id)).map(row => changed.get(row.id) ?? row)
  const known = new Set(kept.map(row => row.id))
  return [...kept, ...change.changed.filter(row => !known.has(row.id))]
}

/**
 * Holds the rows of a subscription. Rows stay shown while the connection is away; the message that replaces
 * them comes when it is back. What fails for good is told with a way to try again. Where it ends because of other
 * rights, it begins again with the connection that comes then.
 * @param options.pause asks for nothing: for what one may not see
 */
export function useLiveRows<Row extends { id: string }, Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  pick: (data: Data) => RowsChange<Row>,
  { pause = false }: { pause?: boolean } = {},
): LiveRows<Row> {
  const client = useClient()
  const [state, setState] = useState<LiveRows<Row>>({ phase: 'loading' })
  const [attempt, setAttempt] = useState(0)
  const retry = useCallback(() => setAttempt(count => count + 1), [])
  const variablesKey = JSON.stringify(variables)
  const latest = useRef({ pick, variables })
  latest.current = { pick, variables }

  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the variables' content, an attempt for anew
  useEffect(() => {
    setState({ phase: 'loading' })
    if (pause) return
    const { unsubscribe } = client.subscription(document, latest.current.variables).subscribe(result => {
      if (result.error) {
        const [first] = result.error.graphQLErrors
        if (first?.extensions.code === 'RIGHTS_CHANGED') setState({ phase: 'loading' })
        else setState({ phase: 'failed', fault: faultOf(result.error), retry })
        return
      }
      if (!result.data) return
      const change = latest.current.pick(result.data)
      setState(held => ({
        phase: 'live',
        rows: fold(held.phase === 'live' ? held.rows : [], change),
        position: change.position,
      }))
    })
    return unsubscribe
  }, [client, document, variablesKey, attempt, pause])

  return state
}
