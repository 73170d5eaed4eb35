import type { MutationResolvers, QueryResolvers, SubscriptionResolvers } from '../../generated/resolvers.ts'
import type { AnyRole, Rights } from './rights.ts'

/**
 * How far a role carries an action.
 * - `in scope`: also for members whose role counts in some sites and for some cameras alone, within these
 * - `everywhere`: only where the role counts in the whole tenant; others may not, whatever it is about
 */
export type Reach = 'in scope' | 'everywhere'

/** Who may do something: the roles, `anonymous` for strangers without a token, and how far each carries. */
export type Permission = Readonly<Partial<Record<AnyRole | 'anonymous', Reach>>>

type RootFields<Fields> = Readonly<Record<Exclude<keyof Required<Fields>, '__isTypeOf'>, Permission>>

const reads = {
  viewer: 'in scope',
  operator: 'in scope',
  site_manager: 'in scope',
  tenant_admin: 'in scope',
} as const satisfies Permission

const operates = {
  operator: 'in scope',
  site_manager: 'in scope',
  tenant_admin: 'in scope',
} as const satisfies Permission

const managesSites = { site_manager: 'in scope', tenant_admin: 'in scope' } as const satisfies Permission

const managesTenantWide = {
  site_manager: 'everywhere',
  tenant_admin: 'everywhere',
} as const satisfies Permission

const administers = { tenant_admin: 'everywhere' } as const satisfies Permission

const runsSystem = { system_admin: 'everywhere' } as const satisfies Permission
const isNode = { media_node: 'everywhere' } as const satisfies Permission
const isAgent = { agent: 'everywhere' } as const satisfies Permission

const issuesKeys = { ...administers, ...runsSystem } as const satisfies Permission
const signedIn = { ...reads, ...runsSystem } as const satisfies Permission

const anyone = {
  anonymous: 'everywhere',
  ...reads,
  ...runsSystem,
  ...isNode,
  ...isAgent,
  worker: 'everywhere',
} as const satisfies Permission

/**
 * Who may ask for what: one row for each field of the roots and for each route, asked by all of them and by nothing
 * else. A field without a row doesn't compile, a route without one fails the tests. What somebody then sees or
 * touches is their tenant's, and within their scope; anything else is answered as if it were absent.
 *
 * `PERMISSIONS.md` shows it to people: `node services/api/src/access/write-permissions-page.ts`.
 */
export const permissions: {
  query: RootFields<QueryResolvers>
  mutation: RootFields<MutationResolvers>
  subscription: RootFields<SubscriptionResolvers>
  route: Readonly<Record<string, Permission>>
} = {
  query: {
    agent: reads,
    agents: reads,
    apiKeys: issuesKeys,
    camera: reads,
    cameras: reads,
    member: administers,
    members: administers,
    myself: signedIn,
    people: operates,
    person: operates,
    rightsInForce: signedIn,
    sessions: signedIn,
    sighting: reads,
    sightings: reads,
    site: reads,
    sites: reads,
    stream: reads,
    tenant: reads,
    tenantRecord: runsSystem,
    tenantRecords: runsSystem,
  },
  mutation: {
    addMember: { ...administers, ...runsSystem },
    addPersonPicture: managesSites,
    changeRole: administers,
    claimStream: isNode,
    createSite: managesTenantWide,
    createTenant: runsSystem,
    endSession: signedIn,
    enrolPerson: managesSites,
    grantScope: administers,
    heartbeat: isAgent,
    issueApiKey: issuesKeys,
    lookUpPairing: managesSites,
    pairAgent: managesSites,
    registerCamera: managesSites,
    removeMember: administers,
    renewLease: isNode,
    reportStreamEnded: isNode,
    reportStreamFailed: isNode,
    reportStreamLive: isNode,
    reportStreamReconnecting: isNode,
    requestPairing: anyone,
    resumeTenant: runsSystem,
    revokeApiKey: issuesKeys,
    revokeGrant: administers,
    rotateApiKey: issuesKeys,
    setAllowList: administers,
    setQuota: runsSystem,
    startStream: operates,
    stopStream: operates,
    suspendTenant: runsSystem,
    unpairAgent: managesSites,
  },
  subscription: {
    agentsChanged: reads,
    assignmentsChanged: isNode,
    camerasChanged: reads,
    membersChanged: administers,
    peopleChanged: operates,
    sightings: reads,
    streamChanged: reads,
    tenantRecordsChanged: runsSystem,
  },
  route: {
    'get /health/alive': anyone,
    'get /health/ready': anyone,
    'post /graphql': anyone,
    'all /graphql': anyone,
    'post /agent/token': anyone,
    'post /oauth/token': anyone,
    'post /session/start': anyone,
    'post /session/refresh': anyone,
    'post /session/end': anyone,
    'get /.well-known/jwks.json': anyone,
    'put /people/:personId/pictures/:pictureId': managesSites,
    'get /pictures/:token': operates,
    'get /crops/:token': reads,
    'get /assets/:name': anyone,
    'get /{*path}': anyone,
  },
}

/** What stands in the table: a root of operations, or the routes over plain HTTP. */
export type ActionKind = keyof typeof permissions

/** Roles that the principals of each kind can have, whatever the state says of them. */
const rolesOfKind: Readonly<Record<string, readonly (AnyRole | 'anonymous')[]>> = {
  anonymous: ['anonymous'],
  person: ['viewer', 'operator', 'site_manager', 'tenant_admin'],
  system: ['system_admin'],
  agent: ['agent'],
  media_node: ['media_node'],
  worker: ['worker'],
}

/**
 * Whether these rights carry an action; of what the table doesn't know nobody may.
 * @param rights of whoever asks; undefined for strangers
 */
export function mayDo(rights: Rights | undefined, kind: ActionKind, action: string): boolean {
  const row = rowOf(kind, action)
  const reach = row?.[rights?.role ?? 'anonymous']
  return reach === 'in scope' || (reach === 'everywhere' && (!rights || rights.scope.kind === 'tenant'))
}

const roots = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const

/** The fields of the roots that these rights carry, by their coordinates in the schema: `Mutation.addMember`. */
export function actionsOf(rights: Rights | undefined): string[] {
  return (['query', 'mutation', 'subscription'] as const).flatMap(kind =>
    Object.keys(permissions[kind])
      .filter(action => mayDo(rights, kind, action))
      .map(action => `${roots[kind]}.${action}`),
  )
}

/** Whether anybody of this kind of principal can ever do it: what is known before their rights are. */
export function isForKind(principal: string, kind: ActionKind, action: string): boolean {
  const row = rowOf(kind, action)
  return row !== undefined && (rolesOfKind[principal] ?? []).some(role => row[role] !== undefined)
}

function rowOf(kind: ActionKind, action: string): Permission | undefined {
  if (action === '__typename') return anyone
  // The schema is no secret, but strangers have no business with it.
  if (kind === 'query' && (action === '__schema' || action === '__type')) return anybodyKnown
  const rows: Readonly<Record<string, Permission>> = permissions[kind]
  return Object.hasOwn(rows, action) ? rows[action] : undefined
}

const { anonymous: _strangers, ...anybodyKnown } = anyone
