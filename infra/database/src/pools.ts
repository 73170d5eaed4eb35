import pg from 'pg'
import { classify } from './faults.ts'
import { type Role, readerRoles } from './roles.ts'
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
   * One transaction: `begin` opens it, `first` runs before everything else; both are sent at once. Who writes is
   * answered when it is committed, who only reads before its end. A connection whose transaction failed is destroyed,
   * never used again.
   * @throws DatabaseUnavailableError, TransactionConflictError, or what `use` throws
   */
  transaction<T>(begin: string, options: TransactionOptions, use: (sql: Sql) => Promise<T>): Promise<T>
  close(): Promise<void>
}

interface TransactionOptions {
  first?: { name: string; text: string; values: unknown[] }
  /** How long each statement may take, ms. */
  answerWithinMs?: number | undefined
}

/**
 * Opens no connection before the first transaction.
 *
 * What a role that only reads asks first is sent with what opens the transaction, and the server keeps each of its
 * statements parsed, by connection: a short read spends most of its time on waiting and on that. Were the transaction
 * not opened, the statement would stand alone and its rows would go to nobody. Whoever writes waits until it is open.
 *
 * @param options.max connections at most
 * @param options.connectWithinMs how long a transaction may wait for a connection, 5 s by default
 */
export function createRolePool(
  address: Address,
  role: Role,
  password: string,
  options: { max: number; connectWithinMs?: number | undefined; logger: ConnectionLogger },
): RolePool {
  const onlyReads = (readerRoles as readonly Role[]).includes(role)
  const names = new Map<string, string>()
  const pool = new pg.Pool({
    ...clientConfig(address, role, password),
    connectionTimeoutMillis: options.connectWithinMs ?? CONNECT_WITHIN_MS,
    // Statements are sent without waiting for the answers to those before them.
    pipeline: true,
    // What is kept parsed is planned for its values each time: which index serves depends on them.
    ...(onlyReads && { options: '-c plan_cache_mode=force_custom_plan' }),
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
  /** What the server keeps a statement as. Texts are the program's own, so there are few. */
  function keptAs(text: string, name: string): string {
    let kept = names.get(text)
    if (kept === undefined) {
      kept = `${name.slice(0, 40)} ${names.size}`
      names.set(text, kept)
    }
    return kept
  }

  return {
    async transaction<T>(
      begin: string,
      { first, answerWithinMs = ANSWER_WITHIN_MS }: TransactionOptions,
      use: (sql: Sql) => Promise<T>,
    ) {
      const client = await pool.connect().catch(error => {
        throw classify(error)
      })
      let open = true
      const opened = Promise.all([client.query(begin), first && client.query(first)])
      // Heard below; where `use` fails first, nobody asks any more.
      opened.catch(() => {})
      const sql: Sql = async <Row extends object>(text: string, values: readonly unknown[] = []) => {
        if (!open) throw new Error('the transaction has ended')
        const name = statementName(text)
        try {
          const asked = statement(text, values, answerWithinMs)
          if (onlyReads) asked.name = keptAs(text, name)
          const answer = client.query<Row>(asked)
          // Heard below, unless the transaction could not be opened: then that is what is told.
          answer.catch(() => {})
          await opened
          return (await answer).rows
        } catch (error) {
          throw classify(error, name)
        }
      }
      let result: T
      try {
        if (!onlyReads) await opened
        result = await use(sql)
        await opened
        const ended = client.query('commit')
        // What was read stands, however its transaction ends: only what is sent behind it on the connection waits.
        if (onlyReads) ended.catch(() => {})
        // A statement that failed and was swallowed turns the commit into a rollback.
        else if ((await ended).command !== 'COMMIT')
          throw new Error('the transaction was rolled back at its commit')
      } catch (error) {
        open = false
        client.release(true)
        throw classify(error)
      }
      open = false
      client.release()
      return result
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
