import pg from 'pg'

/** PostgreSQL can't be reached, goes down or lacks a resource: the same again later may succeed. */
export class DatabaseUnavailableError extends Error {
  override name = 'DatabaseUnavailableError'
}

/** A read model's table isn't there: the projector has not made it yet. */
export class ReadModelMissingError extends DatabaseUnavailableError {
  override name = 'ReadModelMissingError'
}

/** The transaction lost against another one (deadlock or serialisation): the same again may succeed at once. */
export class TransactionConflictError extends Error {
  override name = 'TransactionConflictError'
}

/** Whether doing the same again may succeed although nobody mended anything. */
export function isTransient(error: unknown): boolean {
  return error instanceof DatabaseUnavailableError || error instanceof TransactionConflictError
}

const UNDEFINED_TABLE = '42P01'
const conflicts = new Set(['40001', '40P01'])

/** Connection (08), resources (53), operator intervention (57P0x), system errors (58). */
const unavailable = /^(08|53|58)|^57P0/

const network = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

/** What the driver says in words only, when a connection ends or doesn't answer. */
const connectionMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|timeout expired|Client has encountered a connection error|Client was closed|Connection ended)/

/** The typed fault behind a driver's error; any other error as it is. `query` is the name of the statement. */
export function classify(error: unknown, query?: string): unknown {
  if (!(error instanceof Error) || isTransient(error)) return error
  const at = query === undefined ? '' : ` in ${query}`
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? ''
    if (conflicts.has(code))
      return new TransactionConflictError(`transaction conflict${at} (${code})`, { cause: error })
    if (unavailable.test(code))
      return new DatabaseUnavailableError(`database unavailable${at} (${code})`, { cause: error })
    return error
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  if ((code !== undefined && network.has(code)) || connectionMessages.test(error.message)) {
    return new DatabaseUnavailableError(`database unavailable${at} (${code ?? error.message})`, {
      cause: error,
    })
  }
  return error
}

/** The same for who reads `read`: the projector makes its tables, and may not have started yet. */
export function classifyForReader(error: unknown): unknown {
  if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) {
    return new ReadModelMissingError('the read models are not there yet', { cause: error })
  }
  return classify(error)
}
