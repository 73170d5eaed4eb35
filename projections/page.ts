import type { ReadScope } from '@sightline/database/roles'

/** Where a page of rows that are ordered by name goes on: after this row. */
export interface NameKey {
  name: string
  id: string
}

/** Where a page of rows that are ordered by time, newest first, goes on: after this row. */
export interface TimeKey {
  /** Whole milliseconds. */
  at: Date
  id: string
}

/** Which page of a list. */
export interface PageRequest<Key> {
  /** How many rows at most. */
  first: number
  /** The key of the last row that the page before had. */
  after?: Key | null | undefined
}

/** For whom a list is read. */
export interface ListedFor {
  /**
   * What the reader sees, where that isn't the whole tenant, for an index to find it. The rows are the same without it:
   * it is the transaction's role that shows no others.
   */
  scope?: ReadScope | undefined
}

/** Rows of a list, and whether it goes on after them. */
export interface Page<Row> {
  rows: Row[]
  hasNextPage: boolean
}

/** Makes a page of rows that were read with one more than asked for. */
export function pageOf<Row>(rows: Row[], first: number): Page<Row> {
  return { rows: rows.slice(0, first), hasNextPage: rows.length > first }
}

/** A page for each of `owners`, of rows that were read with one more than asked for an owner; none is an empty page. */
export function pagesByOwner<Row>(
  rows: readonly Row[],
  owners: readonly string[],
  ownerOf: (row: Row) => string,
  first: number,
): Map<string, Page<Row>> {
  const byOwner = new Map<string, Row[]>(owners.map(owner => [owner, []]))
  for (const row of rows) byOwner.get(ownerOf(row))?.push(row)
  return new Map(Array.from(byOwner, ([owner, own]) => [owner, pageOf(own, first)]))
}
