import type { TenantEvent } from '@sightline/contracts/tenants'

/** A tenant as its stream tells it. */
export type TenantState = { status: 'absent' } | { status: 'created'; name: string }

export const noTenant: TenantState = { status: 'absent' }

export function evolveTenant(_state: TenantState, event: TenantEvent): TenantState {
  switch (event.type) {
    case 'TenantCreated':
      return { status: 'created', name: event.data.name }
  }
}
