import { useCallback, useEffect, useRef, useState } from 'react'
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql'
import { faultOf } from './faults.ts'
import type { LiveRows } from './live-rows.ts'

/** One page of a list. */
export interface PageOf<Row> {
  edges: readonly { node: Row }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/** A list that is asked for page after page, and anew after a command. */
export interface Pages<Row> {
  rows: LiveRows<Row>
  /** Asks for the next page; undefined where there is none. */
  more: (() => void) | undefined
  loadingMore: boolean
  /** Asks for all of it anew, as it is at a position that a command answered, or later. */
  refresh(atLeast?: string): void
}

/** Where a page begins. */
interface Place {
  after?: string | null
  atLeast?: string | null
}

/**
 * Holds a list that no subscription tells of. Rows stay shown while it is asked for anew after a command.
 * @param variables beside the place, which the query's `$after` and `$atLeast` take
 */
export function usePages<Row, Data, Variables extends AnyVariables & Place>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, keyof Place>,
  pick: (data: Data) => PageOf<Row>,
): Pages<Row> {
  const client = useClient()
  const [asked, setAsked] = useState<{ atLeast: string | null; count: number }>({ atLeast: null, count: 0 })
  const [rows, setRows] = useState<LiveRows<Row>>({ phase: 'loading' })
  const [next, setNext] = useState<string | null>(null)
  const [loadingMore, setLoadingMore] = useState(false)
  const refresh = useCallback(
    (atLeast?: string) => setAsked(({ count }) => ({ atLeast: atLeast ?? null, count: count + 1 })),
    [],
  )
  const key = JSON.stringify(variables)
  const latest = useRef({ variables, pick })
  latest.current = { variables, pick }
  const shown = useRef({ client, key })

  const ask = useCallback(
    (place: Place) =>
      client
        .query(document, { ...latest.current.variables, ...place } as unknown as Variables, {
          requestPolicy: 'network-only',
        })
        .toPromise(),
    [client, document],
  )

  useEffect(() => {
    let current = true
    // What was read under other rights, or of somebody else, isn't shown any longer.
    if (shown.current.client !== client || shown.current.key !== key) setRows({ phase: 'loading' })
    shown.current = { client, key }
    void ask({ after: null, atLeast: asked.atLeast }).then(({ data, error }) => {
      if (!current) return
      if (error) {
        const retry = () => {
          setRows({ phase: 'loading' })
          refresh(asked.atLeast ?? undefined)
        }
        setRows({ phase: 'failed', fault: faultOf(error), retry })
      } else if (data) {
        const page = latest.current.pick(data)
        setRows({ phase: 'live', rows: page.edges.map(({ node }) => node), position: asked.atLeast ?? '' })
        setNext(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null)
      }
    })
    return () => {
      current = false
    }
  }, [ask, asked, client, key, refresh])

  const more = async () => {
    setLoadingMore(true)
    const { data, error } = await ask({ after: next, atLeast: asked.atLeast })
    setLoadingMore(false)
    if (error) setRows({ phase: 'failed', fault: faultOf(error), retry: () => refresh() })
    else if (data) {
      const page = latest.current.pick(data)
      const nodes = page.edges.map(({ node }) => node)
      setRows(held => (held.phase === 'live' ? { ...held, rows: [...held.rows, ...nodes] } : held))
      setNext(page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null)
    }
  }
  return { rows, more: next === null ? undefined : () => void more(), loadingMore, refresh }
}
