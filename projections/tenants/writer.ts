import type { Projection } from '../projection.ts'
import { tenantSettings, tenants } from './table.ts'

export const tenantsProjection: Projection = {
  model: 'tenants',
  tables: [tenants, tenantSettings],
  handles: {
    TenantCreated: (event, id, rows) => {
      rows.put(tenants, id, { name: event.data.name })
      rows.put(tenantSettings, id, { suspended: false, addresses: [], cameraQuota: null, personQuota: null })
    },
    TenantSuspended: (_event, id, rows) => rows.set(tenantSettings, id, { suspended: true }),
    TenantResumed: (_event, id, rows) => rows.set(tenantSettings, id, { suspended: false }),
    AllowListSet: (event, id, rows) => rows.set(tenantSettings, id, { addresses: event.data.addresses }),
    QuotaSet: (event, id, rows) =>
      rows.set(tenantSettings, id, { cameraQuota: event.data.cameras, personQuota: event.data.people }),
  },
}
