import { defineTable, type RowBase } from '../table.ts'

/** A person who was enrolled. */
export interface PersonRow extends RowBase {
  /** Null once the person was erased. */
  name: string | null
  /** The name, or nothing: an index on an expression is not used behind row level security. */
  sortName: string
  /** Where the person is expected; none is everywhere. */
  siteIds: string[]
  /** The person's data key. */
  keyId: string
  enrolledAt: Date
}

export const people = defineTable<PersonRow>({
  name: 'people',
  columns: {
    name: 'text',
    sortName: 'text not null',
    siteIds: 'uuid[] not null',
    keyId: 'uuid not null',
    enrolledAt: 'timestamptz not null',
  },
  scope: { sites: 'siteIds' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: ['(tenant_id, sort_name, id)', '(tenant_id, position)'],
})
