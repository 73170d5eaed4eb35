import { defineTable, type RowBase } from '../table.ts'

/** An organisation; its id is its tenant id. */
export interface TenantRow extends RowBase {
  name: string
}

export const tenants = defineTable<TenantRow>({
  name: 'tenants',
  columns: { name: 'text not null' },
  // Every member knows the name of the tenant.
  scope: 'tenant-wide',
  readers: ['api_tenant', 'api_scoped'],
  indexes: [],
})
