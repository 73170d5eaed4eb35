import { defineTable, type RowBase } from '../table.ts'

/** An organisation; its id is its tenant id. */
export interface TenantRow extends RowBase {
  name: string
}

export const tenants = defineTable<TenantRow>({
  name: 'tenants',
  columns: { name: 'text not null' },
  readers: ['api_tenant'],
  indexes: [],
})
