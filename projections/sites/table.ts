import { defineTable, type RowBase } from '../table.ts'

/** A place that has cameras and agents. */
export interface SiteRow extends RowBase {
  name: string
}

export const sites = defineTable<SiteRow>({
  name: 'sites',
  columns: { name: 'text not null' },
  readers: ['api_tenant'],
  indexes: ['(tenant_id, name, id)', '(tenant_id, position)'],
})
