import { addressList } from '@sightline/contracts/networks'
import { tenantStreamName } from '@sightline/contracts/stream-names'
import { displayName, quota, type TenantEvent } from '@sightline/contracts/tenants'
import { words } from '@sightline/contracts/texts'
import type { Database } from '@sightline/database/database'
import { type CommandContext, executeCommand, type Rejected } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import { NO_TENANT } from '@sightline/projections/table'
import type { MutationResolvers, RejectionCode } from '../../generated/resolvers.ts'
import { allowedAddresses } from '../access/addresses.ts'
import { commandResult, rejection } from '../command-result.ts'
import { requirePrincipal } from '../context.ts'
import { newId, parseInput } from '../input.ts'
import { takePlacesOf } from '../quotas/places.ts'
import { createTenant, resumeTenant, setAllowList, setQuota, suspendTenant } from './decisions.ts'
import { evolveTenant, noTenant, type TenantState } from './state.ts'

/** Commands about tenants, by system administrators; of its list of networks by its own. */
export function tenantMutations(deps: {
  eventLog: EventLog
  database: Pick<Database, 'asPrincipal' | 'inOps'>
  now: () => Date
}) {
  const { eventLog, database, now } = deps

  function command(
    tenantId: string,
    context: CommandContext,
    decide: (tenant: TenantState) => TenantEvent[] | Rejected<RejectionCode>,
    expectNew = false,
  ) {
    return executeCommand(eventLog, {
      stream: tenantStreamName(tenantId),
      expectNew,
      initial: noTenant,
      evolve: evolveTenant,
      decide,
      context: { ...context, tenantId },
    })
  }

  return {
    async createTenant(_parent, { input }, context) {
      requirePrincipal(context, 'system')
      const name = parseInput(displayName, input.name)
      const tenantId = input.tenantId ?? newId(input.commandId, 'tenant')
      // It stands for what belongs to no tenant.
      if (tenantId === NO_TENANT) return rejection('ID_IN_USE', 'No tenant can have this id.')
      const outcome = await command(
        tenantId,
        context.command(input.commandId),
        tenant => createTenant(tenant, { name }),
        true,
      )
      return commandResult(context, tenantId, outcome)
    },

    async suspendTenant(_parent, { input }, context) {
      requirePrincipal(context, 'system')
      const { tenantId } = input
      const reason = parseInput(words(200), input.reason)
      const outcome = await command(tenantId, context.command(input.commandId), tenant =>
        suspendTenant(tenant, { reason }),
      )
      return commandResult(context, tenantId, outcome)
    },

    async resumeTenant(_parent, { input }, context) {
      requirePrincipal(context, 'system')
      const { tenantId } = input
      const outcome = await command(tenantId, context.command(input.commandId), resumeTenant)
      return commandResult(context, tenantId, outcome)
    },

    async setQuota(_parent, { input }, context) {
      requirePrincipal(context, 'system')
      const { tenantId } = input
      const cameras = parseInput(quota.nullable(), input.cameras ?? null)
      const people = parseInput(quota.nullable(), input.people ?? null)
      // What was there before places were counted has none yet.
      await takePlacesOf(database, tenantId, now())
      const outcome = await command(tenantId, context.command(input.commandId), tenant =>
        setQuota(tenant, { cameras, people }),
      )
      return commandResult(context, tenantId, outcome)
    },

    async setAllowList(_parent, { input }, context) {
      const { tenantId } = requirePrincipal(context, 'person')
      const addresses = parseInput(addressList, input.addresses)
      const allowed = allowedAddresses(addresses)
      if (allowed && !allowed.has(context.remoteAddress)) {
        return rejection('WOULD_LOCK_OUT', 'Your own address is not in the list: you would not be heard.')
      }
      const outcome = await command(tenantId, context.command(input.commandId), tenant =>
        setAllowList(tenant, { addresses }),
      )
      return commandResult(context, tenantId, outcome)
    },
  } satisfies MutationResolvers
}
