import type { NameKey, Page, PageRequest, TimeKey } from '@sightline/projections/page'
import { GraphQLError } from 'graphql'
import type { RequestContext } from './context.ts'
import { limits } from './operations/limits.ts'
import type { CursorKey, CursorOf } from './reading/positions.ts'

/** How rows are ordered: what a cursor holds of the last row. */
interface Order<Row, Key> {
  keyOf(row: Row): Key
  toCursor(key: Key): CursorKey
  fromCursor(cursor: CursorKey): Key
}

/** By name, then id. */
export function byName<Row extends { id: string }>(nameOf: (row: Row) => string): Order<Row, NameKey> {
  return {
    keyOf: row => ({ name: nameOf(row), id: row.id }),
    toCursor: ({ name, id }) => [name, id],
    fromCursor: ([name, id]) => ({ name: String(name), id: String(id) }),
  }
}

/** By time, newest first, then id. */
export function byTime<Row extends { id: string }>(timeOf: (row: Row) => Date): Order<Row, TimeKey> {
  return {
    keyOf: row => ({ at: timeOf(row), id: row.id }),
    toCursor: ({ at, id }) => [at.getTime(), id],
    fromCursor: ([at, id]) => ({ at: new Date(Number(at)), id: String(id) }),
  }
}

/** A Relay-style connection, as the schema's `…Connection` types have it. */
export interface Connection<Row> {
  edges: { cursor: string; node: Row }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
}

/**
 * Reads one page and makes it a connection.
 *
 * @param of which list it is: its cursors belong to it, to its filter and to the caller's tenant
 * @throws GraphQLError BAD_USER_INPUT for a page that is too large or none, CURSOR_NOT_VALID
 */
export async function connection<Row, Key>(
  context: Pick<RequestContext, 'cursors'>,
  of: CursorOf,
  order: Order<Row, Key>,
  args: { first?: number | null; after?: string | null },
  defaultFirst: number,
  pageOf: (request: PageRequest<Key>) => Promise<Page<Row>>,
): Promise<Connection<Row>> {
  const first = args.first ?? defaultFirst
  if (first < 0 || first > limits.page) {
    throw new GraphQLError(`first must be from 0 to ${limits.page}`, {
      extensions: { code: 'BAD_USER_INPUT' },
    })
  }
  const after = args.after ? order.fromCursor(context.cursors.decode(of, args.after)) : null
  const { rows, hasNextPage } = await pageOf({ first, after })
  const edges = rows.map(node => ({
    cursor: context.cursors.encode(of, order.toCursor(order.keyOf(node))),
    node,
  }))
  return { edges, pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null } }
}
