import type { SiteEvent } from '@sightline/contracts/sites'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { SiteState } from './state.ts'

/** Creates a site; one of the same name under the same id is there already. */
export function createSite(site: SiteState, input: { name: string }): SiteEvent[] | Rejected<RejectionCode> {
  if (site.status === 'absent') return [{ type: 'SiteCreated', data: { name: input.name } }]
  if (site.name === input.name) return []
  return rejected('ID_IN_USE', 'Another site has this id.')
}
