import { graphql } from '../generated/gql.ts'
import type { TenantRecordsChangedSubscription } from '../generated/graphql.ts'
import { type LiveRows, useLiveRows } from '../live/live-rows.ts'

const tenantRecordsChanged = graphql(`
  subscription TenantRecordsChanged {
    tenantRecordsChanged {
      position
      replaces
      changed {
        id
        name
        createdAt
        suspension {
          since
          reason
        }
        allowList
        quota {
          cameras
          people
        }
        use {
          cameras
          people
        }
      }
      removed
    }
  }
`)

/** A tenant as a system administrator sees it. */
export type TenantRecord = TenantRecordsChangedSubscription['tenantRecordsChanged']['changed'][number]

/** All tenants, as they are. */
export function useTenantRecords(): LiveRows<TenantRecord> {
  return useLiveRows(tenantRecordsChanged, {}, data => data.tenantRecordsChanged)
}

/** Tenants whose name has all the words that were typed, or whose id was, by name. */
export function tenantsFound(tenants: readonly TenantRecord[], typed: string): TenantRecord[] {
  const wanted = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return tenants
    .filter(({ id, name }) => {
      const text = `${name.toLocaleLowerCase()} ${id}`
      return wanted.every(word => text.includes(word))
    })
    .toSorted((one, other) => one.name.localeCompare(other.name) || one.id.localeCompare(other.id))
}

/** How many there are and may be, in words: `3 of 50`, or `3` without a limit. */
export function countInWords(count: number, limit: number | null): string {
  return limit === null ? count.toLocaleString() : `${count.toLocaleString()} of ${limit.toLocaleString()}`
}
