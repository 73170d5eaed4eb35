import { createHash } from 'node:crypto'
import type { ReaderRole } from '@sightline/database/roles'
import { type TableName, tableOf } from './tables.ts'

/** The tenant of rows that belong to none: nobody's token says it, and no tenant can have it. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000'

/** What every row has beside its own columns. */
export interface RowBase {
  tenantId: string
  id: string
  /** Log position of the event that last changed it. */
  position: bigint
  removed: boolean
}

/** A row's own columns as they are written: instants as the events have them (RFC 3339). */
export type Written<Row> = { [Column in Exclude<keyof Row, keyof RowBase>]: AsWritten<Row[Column]> }
type AsWritten<Value> = Value extends Date ? string : Value

/**
 * What rows narrow by for whoever doesn't see the whole tenant (`api_scoped`). Such a reader is set to sites and to
 * cameras, and sees a row whose site or whose camera is among them.
 *
 * - `{ site, camera }`: the property that says it; `id` where the row is that site or that camera itself, `none` where
 *   no camera is concerned
 * - `{ sites: 'siteIds' }`: the row belongs to several sites, and to none of them alone: whoever sees one of them sees
 *   it. One without sites belongs to the whole tenant and is seen by whoever sees any site or camera of it
 * - `tenant-wide`: nothing: each of its readers sees all rows of the tenant
 */
export type Scope = 'tenant-wide' | SiteAndCamera | { readonly sites: 'siteIds' }
interface SiteAndCamera {
  readonly site: 'siteId' | 'id'
  readonly camera: 'cameraId' | 'id' | 'none'
}

/** The scopes that a row's properties allow. */
type ScopeOf<Row> =
  | 'tenant-wide'
  | {
      site: 'siteId' extends keyof Row ? 'siteId' : 'id'
      camera: 'cameraId' extends keyof Row ? 'cameraId' : 'id' | 'none'
    }
  | ('siteIds' extends keyof Row ? { sites: 'siteIds' } : never)

/** A read model's table: its columns (SQL type and constraint by the name that rows give them) and who reads it. */
export interface Table<Row extends RowBase = RowBase, Derived extends PropertyKey = PropertyKey> {
  readonly name: TableName
  /** `read.cameras_v1` */
  readonly sqlName: string
  readonly columns: Readonly<Record<string, string>>
  readonly scope: Scope
  /**
   * Columns that no event of the row's own carries, as SQL over the written row `r`. It may look at rows whose events
   * always come before: what others hold would depend on where a batch ends.
   */
  readonly derived: Readonly<Record<string, string>>
  /** What makes the table with its rights. */
  readonly ddl: string
  /** What makes each index, by its name. They can be made once the rows are there, which is faster. */
  readonly indexes: ReadonlyMap<string, string>
  /** Tells tables of different shapes apart. */
  readonly fingerprint: string
  /** Never there: carry the types. */
  readonly row?: Row
  readonly derives?: Derived
}

/** `siteId` is the column `site_id`. */
export function columnName(property: string): string {
  return property.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

const TENANT_ONLY = "tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)"

const SITES = "nullif(current_setting('app.sites', true), '')::uuid[]"
const CAMERAS = "nullif(current_setting('app.cameras', true), '')::uuid[]"

/** Never a bare setting, a function or a subquery over the row: those are evaluated again for each row. */
const IN_SCOPE = `site_id in (select unnest(${SITES})) or camera_id in (select unnest(${CAMERAS}))`
const SITES_IN_SCOPE = `site_ids = '{}' and (select cardinality(${SITES}) > 0 or cardinality(${CAMERAS}) > 0)
  or site_ids && (select ${SITES})`

/** Readers to whom a table's policy shows the rows of all tenants. */
const seesAllTenants: ReadonlySet<ReaderRole> = new Set(['api_machine', 'api_system'])

/** Columns that the policies need beside the row's own. */
function scopeColumns(scope: Scope): string[] {
  if (scope === 'tenant-wide' || 'sites' in scope) return []
  const generated = 'uuid not null generated always as (id) stored'
  return [
    ...(scope.site === 'id' ? [`site_id ${generated}`] : []),
    ...(scope.camera === 'id' ? [`camera_id ${generated}`] : []),
    ...(scope.camera === 'none' ? ['camera_id uuid'] : []),
  ]
}

function policies(sqlName: string, scope: Scope, readers: readonly ReaderRole[]): string[] {
  const statements = readers.flatMap(role => [
    `grant select on ${sqlName} to ${role}`,
    `create policy ${role} on ${sqlName} for select to ${role}
      using (${seesAllTenants.has(role) ? 'true' : TENANT_ONLY})`,
  ])
  if (scope !== 'tenant-wide' && readers.includes('api_scoped')) {
    statements.push(`create policy api_scoped_scope on ${sqlName} as restrictive for select to api_scoped
      using (${'sites' in scope ? SITES_IN_SCOPE : IN_SCOPE})`)
  }
  return statements
}

/**
 * Defines a table. `tenant_id`, `id`, `position` and `removed` are added; the key is (tenant_id, id).
 *
 * @param definition.scope what its rows narrow by, or that they don't
 * @param definition.readers `api_tenant` sees its tenant's rows, `api_scoped` those of them that are in its scope,
 *   `api_machine` and `api_system` those of all tenants
 * @param definition.indexes what to index, as SQL; each begins with `tenant_id` unless its readers look across tenants
 */
export function defineTable<Row extends RowBase, Derived extends keyof Written<Row> = never>(definition: {
  name: TableName
  columns: Record<keyof Written<Row>, string>
  derived?: Record<Derived, string>
  scope: ScopeOf<Row>
  readers: readonly ReaderRole[]
  indexes: readonly string[]
}): Table<Row, Derived> {
  const { name, scope, readers } = definition
  const columns = definition.columns as Record<string, string>
  const sqlName = tableOf(name)
  const lines = [
    ...Object.entries(columns).map(([property, type]) => `${columnName(property)} ${type}`),
    ...scopeColumns(scope),
  ]
  const statements = [
    `create table ${sqlName} (tenant_id uuid not null, id uuid not null, ${lines.join(', ')},
      position bigint not null, removed boolean not null default false, primary key (tenant_id, id))`,
    `alter table ${sqlName} enable row level security, force row level security`,
    `create policy projector on ${sqlName} to projector using (true)`,
    ...policies(sqlName, scope, readers),
  ]
  const ddl = statements.join(';\n')
  const indexes = new Map(
    definition.indexes.map((index, number) => {
      const indexName = `${sqlName.slice('read.'.length)}_${number}`
      return [indexName, `create index ${indexName} on ${sqlName} ${index}`]
    }),
  )
  const fingerprint = createHash('sha256')
    .update([ddl, ...indexes.values()].join(';\n'))
    .digest('hex')
  return {
    name,
    sqlName,
    columns,
    scope,
    derived: (definition.derived ?? {}) as Record<string, string>,
    ddl,
    indexes,
    fingerprint,
  }
}

/**
 * The columns of a row under the names that readers give them, for a select list.
 * @param as what is the row's position, and when it counts as removed, where that isn't its own, as SQL
 */
export function selectList(
  table: Table,
  alias: string,
  as: { position?: string; removed?: string } = {},
): string {
  const own = ['tenantId', 'id', ...Object.keys(table.columns)].map(
    property => `${alias}.${columnName(property)} as "${property}"`,
  )
  const { position = `${alias}.position`, removed = `${alias}.removed` } = as
  return [...own, `${position} as position`, `${removed} as removed`].join(', ')
}
