import type { MachineKind } from '@sightline/contracts/machines'
import { defineTable, type RowBase } from '../table.ts'

/** A machine's key, without what is secret of it. A machine that serves all tenants has `NO_TENANT`. */
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

const columns = {
  kind: 'text not null',
  subjectId: 'uuid not null',
  name: 'text not null',
  addresses: 'text[] not null',
  issuedAt: 'timestamptz not null',
  expiresAt: 'timestamptz not null',
  revokedAt: 'timestamptz',
}
const indexes = ['(tenant_id, issued_at desc, id)', '(tenant_id, subject_id, issued_at desc, id)']

/** Keys of the tenants' agents. */
export const apiKeys = defineTable<ApiKeyRow>({
  name: 'api_keys',
  columns,
  scope: 'tenant-wide',
  // Keys are not for those whose rights are narrowed.
  readers: ['api_tenant'],
  indexes,
})

/** Keys of machines that serve all tenants. */
export const machineKeys = defineTable<ApiKeyRow>({
  name: 'machine_keys',
  columns,
  scope: 'tenant-wide',
  readers: ['api_machine'],
  indexes,
})
