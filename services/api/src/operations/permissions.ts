import type { MutationResolvers, QueryResolvers, SubscriptionResolvers } from '../../generated/resolvers.ts'
import type { Principal } from '../context.ts'

type Kind = Principal['kind']
type Permissions<Fields> = Readonly<Record<Exclude<keyof Required<Fields>, '__isTypeOf'>, readonly Kind[]>>

const person = ['person'] as const
const mediaNode = ['media_node'] as const

/**
 * Which kinds of principal may ask for each field of the roots. It is total: a field without a row doesn't compile.
 * What they see there is their tenant's alone.
 */
export const permissions: {
  query: Permissions<QueryResolvers>
  mutation: Permissions<MutationResolvers>
  subscription: Permissions<SubscriptionResolvers>
} = {
  query: {
    agent: person,
    agents: person,
    apiKeys: ['person', 'system'],
    camera: person,
    cameras: person,
    member: person,
    members: person,
    myself: ['person', 'system'],
    people: person,
    person,
    sessions: ['person', 'system'],
    sighting: person,
    sightings: person,
    site: person,
    sites: person,
    stream: person,
    tenant: person,
  },
  mutation: {
    addMember: ['person', 'system'],
    addPersonPicture: person,
    changeRole: person,
    claimStream: mediaNode,
    createSite: person,
    createTenant: ['system'],
    endSession: ['person', 'system'],
    enrolPerson: person,
    grantScope: person,
    heartbeat: ['agent'],
    issueApiKey: ['person', 'system'],
    lookUpPairing: person,
    pairAgent: person,
    registerCamera: person,
    removeMember: person,
    renewLease: mediaNode,
    reportStreamEnded: mediaNode,
    reportStreamFailed: mediaNode,
    reportStreamLive: mediaNode,
    reportStreamReconnecting: mediaNode,
    requestPairing: ['anonymous', 'person', 'system', 'agent', 'media_node', 'worker'],
    resumeTenant: ['system'],
    revokeApiKey: ['person', 'system'],
    revokeGrant: person,
    rotateApiKey: ['person', 'system'],
    setAllowList: person,
    setQuota: ['system'],
    startStream: person,
    stopStream: person,
    suspendTenant: ['system'],
  },
  subscription: {
    agentsChanged: person,
    assignmentsChanged: mediaNode,
    camerasChanged: person,
    membersChanged: person,
    peopleChanged: person,
    sightings: person,
    streamChanged: person,
  },
}

/** Whether a kind of principal may ask for a field of a root; of what the table doesn't know nobody may. */
export function mayAsk(kind: Kind, operation: 'query' | 'mutation' | 'subscription', field: string): boolean {
  if (field === '__typename') return true
  // The schema is no secret, but strangers have no business with it.
  if (field === '__schema' || field === '__type') return kind !== 'anonymous'
  const kinds = (permissions[operation] as Readonly<Record<string, readonly Kind[]>>)[field]
  return kinds?.includes(kind) ?? false
}
