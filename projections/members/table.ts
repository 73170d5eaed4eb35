import type { Role } from '@sightline/contracts/members'
import { defineTable, type RowBase } from '../table.ts'

/** A member of the tenant; the id is the user's. */
export interface MemberRow extends RowBase {
  /** Null once the user was erased. */
  email: string | null
  /** The address, or nothing: an index on an expression is not used behind row level security. */
  sortEmail: string
  role: Role
  /** Whether the role counts in the whole tenant, or only where grants say. */
  everywhere: boolean
  addedAt: Date
}

export const members = defineTable<MemberRow>({
  name: 'members',
  columns: {
    email: 'text',
    sortEmail: 'text not null',
    role: 'text not null',
    everywhere: 'boolean not null',
    addedAt: 'timestamptz not null',
  },
  scope: 'tenant-wide',
  // Who else is a member is not for those whose rights are narrowed.
  readers: ['api_tenant'],
  indexes: ['(tenant_id, sort_email, id)', '(tenant_id, position)'],
})

/** Sites and cameras in which a member's role counts; removed once it was revoked or ended. */
export interface GrantRow extends RowBase {
  userId: string
  siteIds: string[]
  cameraIds: string[]
  grantedAt: Date
  /** Null for no end. From then on it counts for nothing, whether or not it is removed yet. */
  endsAt: Date | null
}

export const grants = defineTable<GrantRow>({
  name: 'grants',
  columns: {
    userId: 'uuid not null',
    siteIds: 'uuid[] not null',
    cameraIds: 'uuid[] not null',
    grantedAt: 'timestamptz not null',
    endsAt: 'timestamptz',
  },
  scope: 'tenant-wide',
  readers: ['api_tenant'],
  indexes: ['(tenant_id, user_id, position)', '(tenant_id, position)'],
})
