import { streamName } from '@sightline/contracts/stream-names'
import { displayName } from '@sightline/contracts/tenants'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers } from '../../generated/resolvers.ts'
import { commandResult } from '../command-result.ts'
import { requirePrincipal } from '../context.ts'
import { newId, parseInput } from '../input.ts'
import { createSite } from './decisions.ts'
import { evolveSite, noSite } from './state.ts'

/** Commands about sites, by people. */
export function siteMutations(deps: { eventLog: EventLog }) {
  return {
    async createSite(_parent, { input }, context) {
      const { tenantId } = requirePrincipal(context, 'person')
      const name = parseInput(displayName, input.name)
      const siteId = input.siteId ?? newId(input.commandId, 'site')
      const outcome = await executeCommand(deps.eventLog, {
        stream: streamName('site', tenantId, siteId),
        expectNew: true,
        initial: noSite,
        evolve: evolveSite,
        decide: site => createSite(site, { name }),
        context: context.command(input.commandId),
      })
      return commandResult(context, siteId, outcome)
    },
  } satisfies MutationResolvers
}
