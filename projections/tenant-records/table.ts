import { defineTable, type RowBase } from '../table.ts'

/** A tenant as the system's administrators see it; its id is its tenant id. No tenant reads it. */
export interface TenantRecordRow extends RowBase {
  name: string
  createdAt: Date
  /** Null while it is active, as is the reason. */
  suspendedAt: Date | null
  suspensionReason: string | null
  /** Networks from which its members are heard; none means from anywhere. */
  addresses: string[]
  /** How many it may have; null for as many as it likes. */
  cameraQuota: number | null
  personQuota: number | null
}

export const tenantRecords = defineTable<TenantRecordRow>({
  name: 'tenant_records',
  columns: {
    name: 'text not null',
    createdAt: 'timestamptz not null',
    suspendedAt: 'timestamptz',
    suspensionReason: 'text',
    addresses: 'text[] not null',
    cameraQuota: 'integer',
    personQuota: 'integer',
  },
  scope: 'tenant-wide',
  readers: ['api_system'],
  indexes: ['(name, id)', '(position)'],
})

/** A camera or a person that counts against its tenant's quota: that it is there, and nothing of what it is. */
export interface CountedRow extends RowBase {
  kind: 'camera' | 'person'
}

export const counted = defineTable<CountedRow>({
  name: 'tenant_records_counted',
  columns: { kind: 'text not null' },
  scope: 'tenant-wide',
  readers: ['api_system'],
  indexes: ['(tenant_id, kind, removed, position)', '(position)'],
})
