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

/** What is set about a tenant, for its administrators; the id is the tenant's. */
export interface TenantSettingsRow extends RowBase {
  suspended: boolean
  /** Networks from which its members are heard; none means from anywhere. */
  addresses: string[]
  /** How many it may have; null for as many as it likes. */
  cameraQuota: number | null
  personQuota: number | null
}

export const tenantSettings = defineTable<TenantSettingsRow>({
  name: 'tenant_settings',
  columns: {
    suspended: 'boolean not null',
    addresses: 'text[] not null',
    cameraQuota: 'integer',
    personQuota: 'integer',
  },
  scope: 'tenant-wide',
  readers: ['api_tenant'],
  indexes: [],
})
