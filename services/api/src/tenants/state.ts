import type { TenantEvent } from '@sightline/contracts/tenants'

/** How much a tenant may have; null for as much as it likes. */
export interface Quota {
  cameras: number | null
  people: number | null
}

/** A tenant as its stream tells it. */
export type TenantState =
  | { status: 'absent' }
  | {
      status: 'active' | 'suspended'
      name: string
      /** Networks from which its members are heard; none means from anywhere. */
      addresses: readonly string[]
      quota: Quota
    }

/** A tenant that was not created. */
export const noTenant: TenantState = { status: 'absent' }

/** What an event makes of the state. */
export function evolveTenant(state: TenantState, event: TenantEvent): TenantState {
  if (event.type === 'TenantCreated') {
    return {
      status: 'active',
      name: event.data.name,
      addresses: [],
      quota: { cameras: null, people: null },
    }
  }
  if (state.status === 'absent') return state
  switch (event.type) {
    case 'TenantSuspended':
      return { ...state, status: 'suspended' }
    case 'TenantResumed':
      return { ...state, status: 'active' }
    case 'AllowListSet':
      return { ...state, addresses: event.data.addresses }
    case 'QuotaSet':
      return { ...state, quota: event.data }
  }
}
