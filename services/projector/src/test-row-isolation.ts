import { createDatabase, type Database } from '@sightline/database/database'
import { type Address, createRolePool, type RolePool } from '@sightline/database/pools'
import type { ReadScope, RolePasswords } from '@sightline/database/roles'
import type { Sql } from '@sightline/database/sql'
import { tableOf } from '@sightline/projections/tables'
import { insertInto, type PlantedRow, plantRows, rowAt, world } from './test-planted-rows.ts'

/** The roles as which rows are reached by somebody's wish: all but the one that computes them. */
export const askingRoles = [
  'api_tenant',
  'api_scoped',
  'api_machine',
  'api_system',
  'ops_api',
  'ops_keys',
  'ops_admin',
] as const
export type AskingRole = (typeof askingRoles)[number]

/**
 * Which rows of a table a role sees.
 *
 * - `tenant`: those of the tenant that is set
 * - `scope`: those of them that are in the sites and cameras that are set
 * - `tenant if set`: those of the tenant that is set; of all where none is
 * - `all`: whatever is set
 */
type Sees = 'tenant' | 'scope' | 'tenant if set' | 'all'

/** What a table shows to whom; a role that isn't named may not select from it. */
interface TableRow {
  sees: Partial<Record<AskingRole, Sees>>
  /** What some columns must be in a row. */
  values?: Record<string, unknown>
  /** The same in a row of no tenant, where there may be one. */
  valuesWithoutTenant?: Record<string, unknown>
}

const ofTenants: TableRow = { sees: { api_tenant: 'tenant' } }
const ofScopes: TableRow = { sees: { api_tenant: 'tenant', api_scoped: 'scope' } }
const ofMachines: TableRow = { sees: { api_machine: 'all' } }
const ofSystem: TableRow = { sees: { api_system: 'all' } }
const tenantIfSet: TableRow = { sees: { ops_api: 'tenant if set' } }
const ofAll: TableRow = { sees: { ops_api: 'all' } }

/** The isolation table of rows. A table of `read` or `ops` without its row here fails the tests. */
export const isolationTable: Readonly<Record<string, TableRow>> = {
  'read.checkpoint': {
    sees: { api_tenant: 'all', api_scoped: 'all', api_machine: 'all', api_system: 'all' },
    values: { one: true },
  },
  [tableOf('tenants')]: { sees: { api_tenant: 'tenant', api_scoped: 'tenant' } },
  [tableOf('tenant_settings')]: ofTenants,
  [tableOf('sites')]: ofScopes,
  [tableOf('agents')]: ofScopes,
  [tableOf('cameras')]: ofScopes,
  [tableOf('stream_sessions')]: ofScopes,
  [tableOf('streams')]: ofScopes,
  [tableOf('people')]: ofScopes,
  [tableOf('pictures')]: ofScopes,
  [tableOf('picture_results')]: ofScopes,
  [tableOf('sightings')]: ofScopes,
  [tableOf('members')]: ofTenants,
  [tableOf('grants')]: ofTenants,
  [tableOf('api_keys')]: ofTenants,
  [tableOf('sessions')]: ofTenants,
  [tableOf('assignments_cameras')]: ofMachines,
  [tableOf('assignments_wanted')]: ofMachines,
  [tableOf('assignments_claims')]: ofMachines,
  [tableOf('tenant_records')]: ofSystem,
  [tableOf('tenant_records_counted')]: ofSystem,
  'ops.migrations': { sees: {} },
  'ops.data_keys': {
    sees: { ops_keys: 'tenant', ops_admin: 'all' },
    values: { subject: 'person', wrapped: Buffer.from('wrapped') },
  },
  'ops.signing_keys': {
    sees: { ops_keys: 'all', ops_admin: 'all' },
    values: { kind: 'access', wrapped: Buffer.from('wrapped') },
  },
  'ops.open_pairings': ofAll,
  'ops.agent_credentials': tenantIfSet,
  'ops.agent_presence': tenantIfSet,
  'ops.leases': tenantIfSet,
  'ops.picture_uploads': tenantIfSet,
  'ops.rate_limits': ofAll,
  'ops.users': ofAll,
  'ops.api_keys': { ...tenantIfSet, values: { kind: 'agent' }, valuesWithoutTenant: { kind: 'worker' } },
  'ops.quota_places': { ...tenantIfSet, values: { kind: 'camera' } },
  'ops.grant_ends': tenantIfSet,
  'ops.sessions': tenantIfSet,
  'ops.sign_in_links': ofAll,
}

const [mine, other] = world.tenants as [string, string]
const [firstSite, , thirdSite] = world.sites
const [, secondCamera, thirdCamera] = world.cameras

/** Who looks: what the transaction is set to. `unset` has never heard of any setting, as a new connection's first. */
interface Looking {
  tenant: string | null
  scope: ReadScope | null
  unset?: true
}

const inScope = (siteIds: readonly string[], cameraIds: readonly string[]): ReadScope => ({
  siteIds,
  cameraIds,
})
const own = inScope([firstSite], [secondCamera])

/** The columns of the isolation table. Each expects exactly the rows that are to be seen, so the positive as well. */
export const lookings: Readonly<Record<string, Looking>> = {
  own: { tenant: mine, scope: own },
  'other tenant': { tenant: other, scope: own },
  'no tenant': { tenant: null, scope: own },
  'no setting': { tenant: null, scope: null, unset: true },
  'no scope': { tenant: mine, scope: null },
  'empty scope': { tenant: mine, scope: inScope([], []) },
  'other site': { tenant: mine, scope: inScope([thirdSite], []) },
  'other camera': { tenant: mine, scope: inScope([], [thirdCamera]) },
}

/** Looks at every row of planted tables as any role. */
export interface Isolation {
  /** The cells of a table that don't show what they should, one sentence each, over roles and what they are set to. */
  faultsOf(table: string, roles?: readonly AskingRole[]): Promise<string[]>
  close(): Promise<void>
}

/** Plants rows into every table of the isolation table. The database is migrated and has the read models' tables. */
export async function plantIsolation(options: {
  connection: Address
  passwords: RolePasswords
  owner: RolePool
}): Promise<Isolation> {
  const { connection, passwords, owner } = options
  const logger = { warn() {} }
  const database = createDatabase({ connection, roles: passwords, logger, max: 2 })
  const asOwner = <T>(use: (sql: Sql) => Promise<T>) => owner.transaction('begin', {}, use)
  /** Connections on which nothing was ever set. */
  const settingless = new Map(
    askingRoles.map(role => [role, createRolePool(connection, role, passwords[role], { max: 1, logger })]),
  )
  const planted = new Map<string, PlantedRow[]>()
  for (const [table, { values, valuesWithoutTenant = values }] of Object.entries(isolationTable)) {
    if (table === 'ops.migrations') continue
    planted.set(
      table,
      await asOwner(sql => plantRows(sql, table, tenant => (tenant === null ? valuesWithoutTenant : values))),
    )
  }

  /** A transaction of a role by the product's own door, or by one that sets nothing. */
  async function look<T>(role: AskingRole, looking: Looking, use: (sql: Sql) => Promise<T>): Promise<T> {
    if (looking.unset) return settingless.get(role)!.transaction('begin', {}, use)
    return throughDoor(database, role, looking, use)
  }

  async function faultsOfReading(table: string, role: AskingRole): Promise<string[]> {
    const sees = isolationTable[table]!.sees[role]
    const faults: string[] = []
    for (const [name, looking] of Object.entries(lookings)) {
      const seen = await look(role, looking, sql =>
        sql<{ at: string }>(`/* look */ select ctid::text as at from ${table}`),
      )
        .then(rows => rows.map(({ at }) => at).sort())
        .catch((error: Error) => (/permission denied/.test(error.message) ? 'denied' : error.message))
      const rows = planted.get(table) ?? []
      const expected = sees
        ? rows
            .filter(row => isSeen(sees, row, looking, role))
            .map(({ at }) => at)
            .sort()
        : 'denied'
      if (String(seen) !== String(expected))
        faults.push(`${table}, ${role}, ${name}: ${seen} instead of ${expected}`)
    }
    return faults
  }

  /** Whoever may write sees and writes the same rows, and none for another tenant. */
  async function faultsOfWriting(table: string, role: AskingRole): Promise<string[]> {
    const { sees, values } = isolationTable[table]!
    if (sees[role] !== 'tenant' && sees[role] !== 'tenant if set') return []
    const rights = await asOwner(sql =>
      sql<{ inserts: boolean; deletes: boolean }>(
        `/* rights */ select has_table_privilege($1, $2, 'INSERT') as inserts, has_table_privilege($1, $2, 'DELETE') as deletes`,
        [role, table],
      ),
    )
    const faults: string[] = []
    if (rights[0]!.deletes) {
      const gone = await takenBack<{ at: string }>(undo =>
        look(role, lookings.own!, async sql =>
          undo(await sql(`/* deleteAll */ delete from ${table} returning ctid::text as at`)),
        ),
      )
      const expected = planted.get(table)!.filter(({ tenant }) => tenant === mine)
      if (gone.length !== expected.length) faults.push(`${table}, ${role}: deletes ${gone.length} rows`)
    }
    if (rights[0]!.inserts) {
      for (const [tenant, may] of [
        [mine, true],
        [other, false],
      ] as const) {
        const row = await asOwner(sql =>
          rowAt(sql, table, { tenant, site: null, camera: null, sites: null }, values),
        )
        const refused = await takenBack<string>(undo =>
          look(role, lookings.own!, async sql => {
            await sql(insertInto(table, row), Object.values(row)).catch((error: Error) =>
              undo([error.message]),
            )
            undo([])
          }),
        )
        if (may !== (refused.length === 0))
          faults.push(`${table}, ${role}: ${may ? refused : 'writes for another tenant'}`)
      }
    }
    return faults
  }

  return {
    async faultsOf(table, roles = askingRoles) {
      const faults: string[] = []
      for (const role of roles) {
        faults.push(...(await faultsOfReading(table, role)), ...(await faultsOfWriting(table, role)))
      }
      return faults
    },
    async close() {
      await Promise.all([database.close(), ...Array.from(settingless.values(), pool => pool.close())])
    },
  }
}

function isSeen(sees: Sees, row: PlantedRow, { tenant, scope }: Looking, role: AskingRole): boolean {
  if (sees === 'all') return true
  if (sees === 'tenant if set' && tenant === null) return true
  if (row.tenant !== tenant) return false
  if (sees !== 'scope' || role !== 'api_scoped') return true
  const { siteIds, cameraIds } = scope ?? inScope([], [])
  if (row.sites) {
    if (row.sites.length === 0) return siteIds.length + cameraIds.length > 0
    return row.sites.some(site => siteIds.includes(site))
  }
  return siteIds.includes(row.site ?? '') || cameraIds.includes(row.camera ?? '')
}

/** What the door of a role sets; a reader's scope of none is the setting's absence, which no door leaves. */
async function throughDoor<T>(
  database: Database,
  role: AskingRole,
  { tenant, scope }: Looking,
  use: (sql: Sql) => Promise<T>,
): Promise<T> {
  if (role === 'api_machine') return database.asPrincipal({ kind: 'machine' }, use)
  if (role === 'api_system') return database.asPrincipal({ kind: 'system' }, use)
  if (role === 'ops_api' || role === 'ops_keys' || role === 'ops_admin')
    return database.inOps(role, tenant, use)
  const tenantId = tenant ?? ''
  if (role === 'api_tenant') return database.asPrincipal({ kind: 'tenant', tenantId }, use)
  if (scope) return database.asPrincipal({ kind: 'tenant', tenantId, scope }, use)
  return database.asPrincipal({ kind: 'tenant', tenantId, scope: inScope([], []) }, async read => {
    await read(
      "/* forgetScope */ select set_config(name, '', true) from unnest(array['app.sites', 'app.cameras']) name",
    )
    return use(read)
  })
}

/** Runs what ends by calling `undo`, which rolls its transaction back, and gives what `undo` was given. */
async function takenBack<Row>(run: (undo: (rows: Row[]) => never) => Promise<unknown>): Promise<Row[]> {
  let rows: Row[] = []
  const tookBack = new Error('taken back')
  await run(seen => {
    rows = seen
    throw tookBack
  }).catch(error => {
    if (error !== tookBack) throw error
  })
  return rows
}
