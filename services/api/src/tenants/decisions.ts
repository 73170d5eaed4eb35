import type { TenantEvent } from '@sightline/contracts/tenants'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { Quota, TenantState } from './state.ts'

type Decision = TenantEvent[] | Rejected<RejectionCode>

/** Creates a tenant; one of the same name under the same id is there already. */
export function createTenant(tenant: TenantState, input: { name: string }): Decision {
  if (tenant.status === 'absent') return [{ type: 'TenantCreated', data: { name: input.name } }]
  if (tenant.name === input.name) return []
  return rejected('ID_IN_USE', 'Another tenant has this id.')
}

/** Suspends a tenant: nobody of it does or sees anything until it is resumed. */
export function suspendTenant(tenant: TenantState, input: { reason: string }): Decision {
  if (tenant.status === 'absent') return noSuchTenant()
  if (tenant.status === 'suspended') return []
  return [{ type: 'TenantSuspended', data: { reason: input.reason } }]
}

/** Makes a suspended tenant what it was before. */
export function resumeTenant(tenant: TenantState): Decision {
  if (tenant.status === 'absent') return noSuchTenant()
  return tenant.status === 'active' ? [] : [{ type: 'TenantResumed', data: {} }]
}

/** Says from where the tenant's members are heard. @param input.addresses networks; none means from anywhere */
export function setAllowList(tenant: TenantState, input: { addresses: readonly string[] }): Decision {
  if (tenant.status === 'absent') return noSuchTenant()
  const addresses = [...new Set(input.addresses)]
  const same =
    addresses.length === tenant.addresses.length &&
    addresses.every(address => tenant.addresses.includes(address))
  return same ? [] : [{ type: 'AllowListSet', data: { addresses } }]
}

/** Says how much the tenant may have. What it has already stays. */
export function setQuota(tenant: TenantState, { cameras, people }: Quota): Decision {
  if (tenant.status === 'absent') return noSuchTenant()
  if (tenant.quota.cameras === cameras && tenant.quota.people === people) return []
  return [{ type: 'QuotaSet', data: { cameras, people } }]
}

function noSuchTenant() {
  return rejected('NOT_FOUND', 'There is no such tenant.')
}
