import type { TenantEvent } from '@sightline/contracts/tenants'

/** A tenant as its stream tells it. */
export type TenantState = { status: 'absent' } | { status: 'created'; name: string }

/** A tenant that was not created. */
export const noTenant: TenantState = { status: 'absent' }

/** What an event makes of the state. */
export function evolveTenant(_state: TenantState, event: TenantEvent): TenantState {
  switch (event.type) {
    case 'TenantCreated':
      return { status: 'created', name: event.data.name }
  }
}
