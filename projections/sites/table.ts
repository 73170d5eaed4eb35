import { defineTable, type RowBase } from '../table.ts'

/** A place that has cameras and agents. */
export interface SiteRow extends RowBase {
  name: string
}

export const sites = defineTable<SiteRow>({
  name: 'sites',
  columns: { name: 'text not null' },
  scope: { site: 'id', camera: 'none' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: ['(tenant_id, name, id)', '(tenant_id, position)'],
})
