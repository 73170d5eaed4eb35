import { defineTable, type RowBase } from '../table.ts'

export interface PersonRow extends RowBase {
  /** Null once the person was erased. */
  name: string | null
  /** The person's data key. */
  keyId: string
  enrolledAt: Date
}

export const people = defineTable<PersonRow>({
  name: 'people',
  columns: { name: 'text', keyId: 'uuid not null', enrolledAt: 'timestamptz not null' },
  readers: ['api_tenant'],
  indexes: ["(tenant_id, coalesce(name, ''), id)", '(tenant_id, position)'],
})
