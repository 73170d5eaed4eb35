/**
 * Runs one statement of the door's transaction and gives its rows: `bigint` columns as bigint, `timestamptz` as
 * Date, `jsonb` parsed. The text names itself, a comment with its name before the rest; values are always parameters.
 */
export type Sql = <Row extends object>(text: string, values?: readonly unknown[]) => Promise<Row[]>

/** The name that a statement gives itself. @throws TypeError where it gives none. */
export function statementName(text: string): string {
  const name = /^\s*\/\*\s*([A-Za-z][\w.-]*)\s*\*\//.exec(text)?.[1]
  if (name === undefined) {
    throw new TypeError(`a statement must begin with its name in a comment: ${text.trim().slice(0, 60)}`)
  }
  return name
}
