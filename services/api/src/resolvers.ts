import type { DataKeys } from '@sightline/data-keys/data-keys'
import type { MutationResolvers, Resolvers } from '../generated/resolvers.ts'
import { agentQueries } from './agents/queries.ts'
import { assignmentQueries } from './assignments/queries.ts'
import { cameraQueries } from './cameras/queries.ts'
import { peopleQueries } from './people/queries.ts'
import type { PictureAddresses } from './pictures/addresses.ts'
import type { Follow } from './reading/follow.ts'
import { scalars } from './scalars.ts'
import { sightingQueries } from './sightings/queries.ts'
import { siteQueries } from './sites/queries.ts'
import { streamQueries } from './streams/queries.ts'
import { tenantQueries } from './tenants/queries.ts'

/** All resolvers: what each concept reads, and the commands. */
export function createResolvers(deps: {
  mutations: MutationResolvers
  follow: Follow
  dataKeys: Pick<DataKeys, 'read'>
  addresses: Pick<PictureAddresses, 'signAddress'>
  now: () => Date
}): Resolvers {
  const parts: Resolvers[] = [
    tenantQueries,
    siteQueries,
    agentQueries(deps),
    cameraQueries(deps),
    streamQueries(deps),
    peopleQueries(deps),
    sightingQueries(deps),
    assignmentQueries(deps),
  ]
  const Query = Object.assign({}, ...parts.map(part => part.Query))
  const Subscription = Object.assign({}, ...parts.map(part => part.Subscription))
  return Object.assign({}, ...parts, scalars, { Query, Subscription, Mutation: deps.mutations })
}
