import type { Projection } from '../projection.ts'
import { counted, tenantRecords } from './table.ts'

/** What the system's administrators see has tables of its own, so that they need no right to the tenants'. */
export const tenantRecordsProjection: Projection = {
  model: 'tenant_records',
  tables: [tenantRecords, counted],
  handles: {
    TenantCreated: (event, id, rows) =>
      rows.put(tenantRecords, id, {
        name: event.data.name,
        createdAt: event.metadata.occurredAt,
        suspendedAt: null,
        suspensionReason: null,
        addresses: [],
        cameraQuota: null,
        personQuota: null,
      }),
    TenantSuspended: (event, id, rows) =>
      rows.set(tenantRecords, id, {
        suspendedAt: event.metadata.occurredAt,
        suspensionReason: event.data.reason,
      }),
    TenantResumed: (_event, id, rows) =>
      rows.set(tenantRecords, id, { suspendedAt: null, suspensionReason: null }),
    AllowListSet: (event, id, rows) => rows.set(tenantRecords, id, { addresses: event.data.addresses }),
    QuotaSet: (event, id, rows) =>
      rows.set(tenantRecords, id, { cameraQuota: event.data.cameras, personQuota: event.data.people }),
    CameraRegistered: (_event, id, rows) => rows.put(counted, id, { kind: 'camera' }),
    PersonEnrolled: (_event, id, rows) => rows.put(counted, id, { kind: 'person' }),
  },
}
