import type { Sql } from '@sightline/database/sql'
import { selectList } from '../table.ts'
import { type TenantRow, tenants } from './table.ts'

export type { TenantRow } from './table.ts'

/** The reader's own tenant. */
export async function ownTenant(read: Sql): Promise<TenantRow | undefined> {
  const rows = await read<TenantRow>(
    `/* ownTenant */ select ${selectList(tenants, 't')} from ${tenants.sqlName} t where not t.removed`,
  )
  return rows[0]
}
