import type { Sql } from '@sightline/database/sql'
import { selectList } from '../table.ts'
import { type TenantRow, type TenantSettingsRow, tenantSettings, tenants } from './table.ts'

export type { TenantRow, TenantSettingsRow } from './table.ts'

/** The reader's own tenant. */
export async function ownTenant(read: Sql): Promise<TenantRow | undefined> {
  const rows = await read<TenantRow>(
    `/* ownTenant */ select ${selectList(tenants, 't')} from ${tenants.sqlName} t where not t.removed`,
  )
  return rows[0]
}

/** What is set about the reader's own tenant. */
export async function ownTenantSettings(read: Sql): Promise<TenantSettingsRow | undefined> {
  const rows = await read<TenantSettingsRow>(
    `/* ownTenantSettings */ select ${selectList(tenantSettings, 't')} from ${tenantSettings.sqlName} t
     where not t.removed`,
  )
  return rows[0]
}
