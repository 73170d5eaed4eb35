import type { TenantEvent } from '@sightline/contracts/tenants'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { TenantState } from './state.ts'

/** Creates a tenant; one of the same name under the same id is there already. */
export function createTenant(
  tenant: TenantState,
  input: { name: string },
): TenantEvent[] | Rejected<RejectionCode> {
  if (tenant.status === 'absent') return [{ type: 'TenantCreated', data: { name: input.name } }]
  if (tenant.name === input.name) return []
  return rejected('ID_IN_USE', 'Another tenant has this id.')
}
