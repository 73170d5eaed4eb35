import { tenantStreamName } from '@sightline/contracts/stream-names'
import { displayName } from '@sightline/contracts/tenants'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers } from '../../generated/resolvers.ts'
import { commandResult } from '../command-result.ts'
import { requirePrincipal } from '../context.ts'
import { newId, parseInput } from '../input.ts'
import { createTenant } from './decisions.ts'
import { evolveTenant, noTenant } from './state.ts'

/** Commands about tenants, by system tokens. */
export function tenantMutations(deps: { eventLog: EventLog }) {
  return {
    async createTenant(_parent, { input }, context) {
      requirePrincipal(context, 'system')
      const name = parseInput(displayName, input.name)
      const tenantId = input.tenantId ?? newId(input.commandId, 'tenant')
      const outcome = await executeCommand(deps.eventLog, {
        stream: tenantStreamName(tenantId),
        expectNew: true,
        initial: noTenant,
        evolve: evolveTenant,
        decide: tenant => createTenant(tenant, { name }),
        context: { ...context.command(input.commandId), tenantId },
      })
      return commandResult(context, tenantId, outcome)
    },
  } satisfies MutationResolvers
}
