import type { MachineKind } from '@sightline/contracts/machines'
import { defineTable, type RowBase } from '../table.ts'

/** A machine's key, without what is secret of it. One of a machine that serves all tenants stands under `NO_TENANT`. */
export interface ApiKeyRow extends RowBase {
  kind: MachineKind
  subjectId: string
  name: string
  /** Networks from which it counts; none means from anywhere. */
  addresses: string[]
  issuedAt: Date
  expiresAt: Date
  revokedAt: Date | null
}

export const apiKeys = defineTable<ApiKeyRow>({
  name: 'api_keys',
  columns: {
    kind: 'text not null',
    subjectId: 'uuid not null',
    name: 'text not null',
    addresses: 'text[] not null',
    issuedAt: 'timestamptz not null',
    expiresAt: 'timestamptz not null',
    revokedAt: 'timestamptz',
  },
  scope: 'tenant-wide',
  // Keys are not for those whose rights are narrowed.
  readers: ['api_tenant'],
  indexes: ['(tenant_id, issued_at desc, id)', '(tenant_id, subject_id, issued_at desc, id)'],
})
