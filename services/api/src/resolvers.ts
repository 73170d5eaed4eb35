import type { DataKeys } from '@sightline/data-keys/data-keys'
import type { Database } from '@sightline/database/database'
import type { MutationResolvers, Resolvers } from '../generated/resolvers.ts'
import type { AccessFollower } from './access/follower.ts'
import { accessQueries } from './access/queries.ts'
import { agentQueries } from './agents/queries.ts'
import { apiKeyQueries } from './api-keys/queries.ts'
import { assignmentQueries } from './assignments/queries.ts'
import { cameraQueries } from './cameras/queries.ts'
import { myselfQueries } from './members/myself.ts'
import { memberQueries } from './members/queries.ts'
import { peopleQueries } from './people/queries.ts'
import type { PictureAddresses } from './pictures/addresses.ts'
import type { Follow } from './reading/follow.ts'
import { scalars } from './scalars.ts'
import { sessionQueries } from './sessions/queries.ts'
import { sightingQueries } from './sightings/queries.ts'
import { siteQueries } from './sites/queries.ts'
import { streamQueries } from './streams/queries.ts'
import { tenantQueries } from './tenants/queries.ts'
import { tenantRecordQueries } from './tenants/records.ts'
import { placesIn } from './users/places.ts'

/** All resolvers: what each concept reads, and the commands. */
export function createResolvers(deps: {
  mutations: MutationResolvers
  follow: Follow
  follower: AccessFollower
  database: Pick<Database, 'asPrincipal' | 'inOps'>
  dataKeys: Pick<DataKeys, 'read'>
  addresses: Pick<PictureAddresses, 'signAddress'>
  now: () => Date
}): Resolvers {
  const parts: Resolvers[] = [
    tenantQueries,
    tenantRecordQueries(deps),
    accessQueries(deps),
    memberQueries(deps),
    myselfQueries({ ...deps, placesOf: userId => placesIn(deps.follower.current(), userId) }),
    apiKeyQueries(deps),
    sessionQueries(deps),
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
