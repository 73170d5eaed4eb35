import pg from 'pg'
import { classify } from './faults.ts'
import type { Role } from './roles.ts'
import { type Sql, statementName } from './sql.ts'

/** Where the database is. */
export interface Address {
  host: string
  port: number
  database: string
}

/** What of a logger is used here. */
export interface ConnectionLogger {
  warn(fields: object, message: string): void
}

const INT8 = 20
const INT8_ARRAY = 1016
const parseInt8Array = pg.types.getTypeParser(INT8_ARRAY as number) as (text: string) => (string | null)[]

/** Columns of 64 bits come as bigint: positions don't fit a number. */
const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') => {
    if (format !== 'binary' && oid === INT8) return BigInt
    if (format !== 'binary' && oid === INT8_ARRAY) {
      return (text: string) => parseInt8Array(text).map(item => (item === null ? null : BigInt(item)))
    }
    return pg.types.getTypeParser(oid, format)
  }) as typeof pg.types.getTypeParser,
}

/** A server that hangs is given up after this long, ms. */
const ANSWER_WITHIN_MS = 30_000
const CONNECT_WITHIN_MS = 5_000

/** How a role connects; for the pools and for connections of their own. */
export function clientConfig(address: Address, role: Role, password: string): pg.ClientConfig {
  return {
    ...address,
    user: role,
    password,
    application_name: `sightline ${role}`,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    types: typeParsers,
  }
}

/** Connections of one role. */
export interface RolePool {
  /**
   * One transaction: `begin` opens it, `first` runs before everything else. A connection whose transaction failed is destroyed,
   * never used again.
   * @throws DatabaseUnavailableError, TransactionConflictError, or what `use` throws
   */
  transaction<T>(begin: string, options: TransactionOptions, use: (sql: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

interface TransactionOptions {
  first?: { text: string; values: unknown[] }
  /** How long each statement may take, ms. */
  answerWithinMs?: number | undefined
}

/** Opens no connection before the first transaction. @param options.max connections at most */
export function createRolePool(
  address: Address,
  role: Role,
  password: string,
  options: { max: number; logger: ConnectionLogger },
): RolePool {
  const pool = new pg.Pool({
    ...clientConfig(address, role, password),
    query_timeout: ANSWER_WITHIN_MS,
    idle_in_transaction_session_timeout: ANSWER_WITHIN_MS,
    max: options.max,
  })
  // An idle connection that dies is only taken out of the pool; unheard, the event would end the process.
  pool.on('error', error => {
    options.logger.warn({ role, fault: error.message }, 'an idle database connection was lost')
  })
  // While a connection is checked out the pool doesn't listen to it, from the very moment in which it is ready: the
  // bytes that say so may already end it.
  pool.on('connect', client => void client.on('error', () => {}))
  return {
    async transaction(begin, { first, answerWithinMs = ANSWER_WITHIN_MS }, use) {
      const client = await pool.connect().catch(error => {
        throw classify(error)
      })
      let open = true
      const sql: Sql = async <Row extends object>(text: string, values: readonly unknown[] = []) => {
        if (!open) throw new Error('the transaction has ended')
        const name = statementName(text)
        try {
          return (await client.query<Row>(statement(text, values, answerWithinMs))).rows
        } catch (error) {
          throw classify(error, name)
        }
      }
      const finish = (failed: boolean) => {
        open = false
        client.release(failed)
      }
      try {
        const begun = client.query(begin)
        await Promise.all([begun, first && client.query(first.text, first.values)])
        const result = await use(sql)
        const end = await client.query('commit')
        // A statement that failed and was swallowed turns the commit into a rollback.
        if (end.command !== 'COMMIT') throw new Error('the transaction was rolled back at its commit')
        finish(false)
        return result
      } catch (error) {
        finish(true)
        throw classify(error)
      }
    },
    close: () => pool.end(),
  }
}

/** The driver gives up waiting after `query_timeout`, which its types don't know for a single statement. */
function statement(text: string, values: readonly unknown[], answerWithinMs: number): pg.QueryConfig {
  const config: pg.QueryConfig & { query_timeout: number } = {
    text,
    values: values as unknown[],
    query_timeout: answerWithinMs,
  }
  return config
}
