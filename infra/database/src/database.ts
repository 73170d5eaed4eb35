import { type HeldLock, takeLock } from './advisory-lock.ts'
import { classifyForReader } from './faults.ts'
import { type Listening, listen } from './listening.ts'
import { type Address, type ConnectionLogger, createRolePool, type RolePool } from './pools.ts'
import type { OpsRole, ReadPrincipal, ReadScope, Role } from './roles.ts'
import type { Sql } from './sql.ts'

/** The doors to PostgreSQL: every statement of the product passes one of them. */
export interface Database {
  /**
   * Reads `read` under the rights of a principal: one REPEATABLE READ, READ ONLY transaction, so that all
   * statements see one state.
   * @throws DatabaseUnavailableError (ReadModelMissingError before the projector ran for the first time), TransactionConflictError
   */
  asPrincipal<T>(principal: ReadPrincipal, use: (read: Sql) => Promise<T>): Promise<T>
  /**
   * Reads and writes `ops` in one transaction. With a tenant only its rows exist; with null the tables that serve
   * all tenants (`tablesWithoutTenant`) show all of theirs, and the others none.
   * @throws DatabaseUnavailableError, TransactionConflictError
   */
  inOps<T>(role: OpsRole, tenantId: string | null, use: (sql: Sql) => Promise<T>): Promise<T>
  /**
   * Writes `read` in one transaction that doesn't wait for the disk: rows and checkpoint roll back together.
   * @param options.answerWithinMs how long each statement may take: 30 s, and longer for whoever builds an index
   * @throws DatabaseUnavailableError, TransactionConflictError
   */
  asProjector<T>(use: (sql: Sql) => Promise<T>, options?: { answerWithinMs?: number }): Promise<T>
  /**
   * Takes the lock of this name (of the database, whoever asks) on a connection of its own, as the projector's role.
   * @returns undefined where somebody else holds it
   * @throws DatabaseUnavailableError
   */
  tryLock(name: string): Promise<HeldLock | undefined>
  /**
   * Listens to a channel on a connection of its own that is renewed for ever. Notifications are hints: some may be
   * lost around a renewal, which `onReconnect` tells.
   * Resolves when it listens for the first time.
   */
  listen(channel: string, onNotify: (payload: string) => void, onReconnect: () => void): Promise<Listening>
  /** Ends all connections; transactions that run are waited for. */
  close(): Promise<void>
}

/** Sets the tenant for one transaction; empty is none. */
function setTenant(tenantId: string) {
  const text = "/* setTenant */ select set_config('app.tenant_id', $1, true)"
  return { name: 'setTenant', text, values: [tenantId] }
}

/** The same, and the sites and cameras, of which a scoped reader sees nothing where there are none. */
function setScope(tenantId: string, { siteIds, cameraIds }: ReadScope) {
  const text = `/* setScope */ select set_config('app.tenant_id', $1, true), set_config('app.sites', $2, true),
    set_config('app.cameras', $3, true)`
  return { name: 'setScope', text, values: [tenantId, uuidArray(siteIds), uuidArray(cameraIds)] }
}

/** PostgreSQL's literal of the array. */
function uuidArray(ids: readonly string[]): string {
  return `{${ids.join(',')}}`
}

/** The role that a principal reads as, and what its transaction is set to first. */
function readerOf(principal: ReadPrincipal) {
  if (principal.kind === 'machine') return { role: 'api_machine', first: setTenant('') } as const
  if (principal.kind === 'system') return { role: 'api_system', first: setTenant('') } as const
  const { tenantId, scope } = principal
  if (!scope) return { role: 'api_tenant', first: setTenant(tenantId) } as const
  return { role: 'api_scoped', first: setScope(tenantId, scope) } as const
}

/**
 * Opens the doors that there are passwords for; a door whose role has none throws.
 * Nothing is connected before it is used.
 *
 * @param options.max connections of each role, 10 by default
 * @param options.connectWithinMs how long a transaction may wait for a connection, 5 s by default
 */
export function createDatabase(options: {
  connection: Address
  roles: Partial<Record<Role, string>>
  logger: ConnectionLogger
  max?: number
  connectWithinMs?: number
}): Database {
  const { connection, logger, max = 10, connectWithinMs } = options
  const pools = new Map<Role, RolePool>()
  const listeners = new Set<Listening>()
  const locks = new Set<HeldLock>()
  let closed = false

  const passwordOf = (role: Role): string => {
    const password = options.roles[role]
    if (password === undefined) throw new Error(`this process has no right to be ${role}`)
    return password
  }
  const poolOf = (role: Role): RolePool => {
    if (closed) throw new Error('the database is closed')
    let pool = pools.get(role)
    if (!pool) {
      pool = createRolePool(connection, role, passwordOf(role), { max, connectWithinMs, logger })
      pools.set(role, pool)
    }
    return pool
  }

  return {
    async asPrincipal(principal, use) {
      const { role, first } = readerOf(principal)
      const begin = 'begin isolation level repeatable read read only'
      try {
        return await poolOf(role).transaction(begin, { first }, use)
      } catch (error) {
        throw classifyForReader(error)
      }
    },
    async inOps(role, tenantId, use) {
      return poolOf(role).transaction('begin', { first: setTenant(tenantId ?? '') }, use)
    },
    async asProjector(use, options = {}) {
      return poolOf('projector').transaction('begin; set local synchronous_commit = off', options, use)
    },
    async tryLock(name) {
      const lock = await takeLock(connection, 'projector', passwordOf('projector'), name)
      if (!lock) return undefined
      locks.add(lock)
      lock.lost.addEventListener('abort', () => locks.delete(lock))
      return lock
    },
    async listen(channel, onNotify, onReconnect) {
      const listening = await listen(
        { address: connection, role: 'api_tenant', password: passwordOf('api_tenant'), logger },
        channel,
        { onNotify, onReconnect },
      )
      listeners.add(listening)
      return {
        close() {
          listeners.delete(listening)
          return listening.close()
        },
      }
    },
    async close() {
      closed = true
      await Promise.all([
        ...Array.from(pools.values(), pool => pool.close()),
        ...Array.from(listeners, listening => listening.close()),
        ...Array.from(locks, lock => lock.release()),
      ])
    },
  }
}
