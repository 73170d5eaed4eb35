import { createHash } from 'node:crypto'
import type { ReaderRole } from '@sightline/database/roles'
import { type TableName, tableOf } from './tables.ts'

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

/** A read model's table: its columns (SQL type and constraint by the name that rows give them) and who reads it. */
export interface Table<Row extends RowBase = RowBase, Derived extends PropertyKey = PropertyKey> {
  readonly name: TableName
  /** `read.cameras_v1` */
  readonly sqlName: string
  readonly columns: Readonly<Record<string, string>>
  /** Columns that no event of the row's own carries, as SQL over the written row `r`. */
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

/**
 * Defines a table. `tenant_id`, `id`, `position` and `removed` are added; the key is (tenant_id, id).
 *
 * @param definition.readers `api_tenant` sees its tenant's rows, `api_machine` those of all
 * @param definition.indexes what to index, as SQL; each begins with `tenant_id` unless machines look across tenants
 */
export function defineTable<Row extends RowBase, Derived extends keyof Written<Row> = never>(definition: {
  name: TableName
  columns: Record<keyof Written<Row>, string>
  derived?: Record<Derived, string>
  readers: readonly ReaderRole[]
  indexes: readonly string[]
}): Table<Row, Derived> {
  const { name, readers } = definition
  const columns = definition.columns as Record<string, string>
  const sqlName = tableOf(name)
  const lines = Object.entries(columns).map(([property, type]) => `${columnName(property)} ${type}`)
  const statements = [
    `create table ${sqlName} (tenant_id uuid not null, id uuid not null, ${lines.join(', ')},
      position bigint not null, removed boolean not null default false, primary key (tenant_id, id))`,
    `alter table ${sqlName} enable row level security, force row level security`,
    `create policy projector on ${sqlName} to projector using (true)`,
    ...readers.flatMap(role => [
      `grant select on ${sqlName} to ${role}`,
      `create policy ${role} on ${sqlName} for select to ${role}
        using (${role === 'api_tenant' ? TENANT_ONLY : 'true'})`,
    ]),
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
