import type { Projection } from '../projection.ts'
import { tenants } from './table.ts'

export const tenantsProjection: Projection = {
  model: 'tenants',
  tables: [tenants],
  handles: {
    TenantCreated: (event, id, rows) => rows.put(tenants, id, { name: event.data.name }),
  },
}
