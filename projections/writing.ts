import type { Sql } from '@sightline/database/sql'
import { type Changes, EventNotApplicableError, type RowChange } from './folding.ts'
import { columnName, type Table } from './table.ts'

/** Writes what a batch of events does, a few statements for each table. @throws EventNotApplicableError for a row that should be there and isn't */
export async function writeChanges(sql: Sql, changes: Changes, tables: readonly Table[]): Promise<void> {
  for (const table of tables) {
    const rows = changes.byTable.get(table)
    if (!rows) continue
    const whole: RowChange[] = []
    const parts = new Map<string, RowChange[]>()
    for (const change of rows.values()) {
      if (change.whole) {
        whole.push(change)
        continue
      }
      const shape = Object.keys(change.columns).join()
      const alike = parts.get(shape)
      if (alike) alike.push(change)
      else parts.set(shape, [change])
    }
    if (whole.length > 0) await sql(upsertOf(table), [asJson(whole)])
    for (const alike of parts.values()) await update(sql, table, alike)
  }
}

async function update(sql: Sql, table: Table, alike: readonly RowChange[]): Promise<void> {
  const done = await sql<{ tenant_id: string; id: string }>(updateOf(table, Object.keys(alike[0]!.columns)), [
    asJson(alike),
  ])
  if (done.length === alike.length) return
  const there = new Set(done.map(row => row.tenant_id + row.id))
  const first = alike
    .filter(change => !there.has(change.tenantId + change.id))
    .sort((one, other) => (one.event.position < other.event.position ? -1 : 1))[0]!
  throw new EventNotApplicableError(first.event, `${table.name} has no row that it could change`)
}

/** One text for all rows: the driver has nothing to quote, and Postgres takes it apart itself. */
function asJson(changes: readonly RowChange[]): string {
  return JSON.stringify(
    changes.map(({ tenantId, id, columns, event }) => ({
      ...columns,
      tenantId,
      id,
      position: event.position,
    })),
    (_key, value) => (typeof value === 'bigint' ? String(value) : value),
  )
}

const baseColumns = { tenantId: 'uuid', id: 'uuid', position: 'bigint', removed: 'boolean' }

function recordset(table: Table, properties: readonly string[]): string {
  const types: Record<string, string> = { ...table.columns, ...baseColumns }
  const columns = properties.map(property => `"${property}" ${types[property]!.replace(/ not null$/, '')}`)
  return `json_to_recordset($1::json) as r (${columns.join(', ')})`
}

const upserts = new Map<Table, string>()

function upsertOf(table: Table): string {
  let text = upserts.get(table)
  if (text === undefined) {
    const written = Object.keys({ ...baseColumns, ...table.columns })
    const given = written.filter(property => !(property in table.derived))
    const values = written.map(property => table.derived[property] ?? `r."${property}"`)
    const columns = written.map(columnName)
    text = `/* upsert_${table.name} */ insert into ${table.sqlName} (${columns.join(', ')})
      select ${values.join(', ')} from ${recordset(table, given)}
      on conflict (tenant_id, id) do update set
      ${columns.map(column => `${column} = excluded.${column}`).join(', ')}`
    upserts.set(table, text)
  }
  return text
}

function updateOf(table: Table, changed: readonly string[]): string {
  const assignments = ['position', ...changed].map(property => `${columnName(property)} = r."${property}"`)
  return `/* update_${table.name} */ update ${table.sqlName} t set ${assignments.join(', ')}
    from ${recordset(table, ['tenantId', 'id', 'position', ...changed])}
    where t.tenant_id = r."tenantId" and t.id = r.id returning t.tenant_id, t.id`
}
