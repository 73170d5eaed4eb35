import { defineTable, type RowBase } from '../table.ts'

/** A user's session in the tenant; a system administrator's is nobody's who reads. */
export interface SessionRow extends RowBase {
  userId: string
  startedAt: Date
  expiresAt: Date
  /** Null while nobody ended it; it may have expired all the same. */
  endedAt: Date | null
}

export const sessions = defineTable<SessionRow>({
  name: 'sessions',
  columns: {
    userId: 'uuid not null',
    startedAt: 'timestamptz not null',
    expiresAt: 'timestamptz not null',
    endedAt: 'timestamptz',
  },
  scope: 'tenant-wide',
  readers: ['api_tenant'],
  indexes: ['(tenant_id, user_id, started_at desc, id)'],
})
