import type { EventType, SightlineEvent } from '@sightline/contracts/events'
import type { MachineKind } from '@sightline/contracts/machines'
import type { Role } from '@sightline/contracts/members'
import { parseStreamName } from '@sightline/contracts/stream-names'
import type { Recorded } from '@sightline/event-log/recorded-event'
import { type AllowedAddresses, allowedAddresses } from './addresses.ts'
import type { Rights } from './rights.ts'

/** The types of events that say who may what. */
export const accessEventTypes = [
  'TenantCreated',
  'TenantSuspended',
  'TenantResumed',
  'AllowListSet',
  'MemberAdded',
  'MemberRoleChanged',
  'MemberRemoved',
  'ScopeGranted',
  'GrantRevoked',
  'GrantEnded',
  'SessionStarted',
  'SessionEnded',
  'SystemAdministratorAppointed',
  'SystemAdministratorDismissed',
  'ApiKeyIssued',
  'ApiKeyRevoked',
  'AgentPaired',
  'AgentUnpaired',
  'SiteCreated',
  'CameraRegistered',
  'StreamClaimed',
  'StreamNodeLost',
  'StreamEnded',
] as const satisfies EventType[]

/** An event that says who may what. */
export type AccessEvent = Extract<SightlineEvent, { type: (typeof accessEventTypes)[number] }>

/** As the log tells it. */
export type RecordedAccessEvent = Recorded<AccessEvent>

/** What a member of a tenant may see and do, some of it for a time. `endsAt` in ms since 1970, Infinity for no end. */
export interface Grant {
  readonly siteIds: readonly string[]
  readonly cameraIds: readonly string[]
  readonly endsAt: number
}

/** A member of a tenant. */
export interface MemberAccess {
  role: Role
  everywhere: boolean
  /** Undefined while there was none: most members are everywhere. */
  grants: Map<string, Grant> | undefined
  /** What the grants come to, as computed last: from a moment on, until the first of them ends. */
  narrowed: { readonly rights: Rights; readonly from: number; readonly until: number } | undefined
}

/** A key of a machine that was issued and not revoked. `expiresAt` in ms since 1970, Infinity for no end. */
export interface MachineKey {
  readonly kind: MachineKind
  readonly expiresAt: number
  /** Undefined for anywhere. */
  readonly allowed: AllowedAddresses | undefined
}

/** A machine by its keys. */
export interface MachineAccess {
  readonly keys: Map<string, MachineKey>
}

/** A tenant and who and what is in it. */
export interface TenantAccess {
  readonly tenantId: string
  created: boolean
  suspended: boolean
  /** Where its members may come from; undefined for anywhere. */
  allowed: AllowedAddresses | undefined
  readonly members: Map<string, MemberAccess>
  readonly agents: Map<string, MachineAccess>
  readonly sites: Set<string>
  /** The site of each camera. */
  readonly cameras: Map<string, string>
  /** The site at which each agent was paired last. */
  readonly agentSites: Map<string, string>
  /** Live sessions that a node holds, by their ids. */
  readonly held: Map<string, HeldStream>
  /** Position of the newest event that changed somebody's rights in it; what sessions remember holds until the next one. */
  changedAt: bigint
}

/** A live session in the hands of a media node. */
export interface HeldStream {
  readonly cameraId: string
  readonly nodeId: string
  /** The revision of its newest StreamClaimed. */
  readonly epoch: number
}

/** A user's session. `expiresAt` in ms since 1970. */
export interface SessionAccess {
  readonly userId: string
  /** Null for a system administrator's. */
  readonly tenant: TenantAccess | null
  readonly expiresAt: number
  ended: boolean
  /** What its user may, as computed last: from a moment on, as long as nobody's rights in the tenant have changed. */
  known: { readonly rights: Rights; readonly from: number; readonly until: number } | undefined
  /** The tenant's `changedAt` of then. */
  knownAt: bigint
}

/**
 * Who may what, as the log says up to a position. The same events make the same state; nothing of the clock is in
 * it but ends, which whoever decides compares with now.
 */
export interface AccessState {
  readonly tenants: Map<string, TenantAccess>
  /** The tenants that a user is a member of. */
  readonly memberships: Map<string, Set<string>>
  /** By their ids; those that ended stay until no token of theirs can count any more. */
  readonly sessions: Map<string, SessionAccess>
  /** By the user's id. */
  readonly systemAdministrators: Set<string>
  /** Media nodes and workers, which serve all tenants. */
  readonly machines: Map<string, MachineAccess>
}

/** Whose rights an event may have changed: everybody's of a tenant, or those of one user or machine. */
export type Touched = { readonly tenantId: string } | { readonly subjectId: string } | undefined

/** A token lives for a day at most, and with its session at most: after that nobody can show it. */
const FORGET_AFTER_MS = 86_400_000

/** Before anything happened. */
export function emptyAccessState(): AccessState {
  return {
    tenants: new Map(),
    memberships: new Map(),
    sessions: new Map(),
    systemAdministrators: new Set(),
    machines: new Map(),
  }
}

/**
 * Takes the next event of the log into the state, in place: copies of all members with each event would cost more
 * than the fold.
 * @returns whose rights it may have changed; undefined where nobody's
 */
export function applyAccessEvent(state: AccessState, event: RecordedAccessEvent): Touched {
  const stream = parseStreamName(event.stream)
  const tenantId = stream?.tenantId ? whole(stream.tenantId) : null
  const id = whole(stream?.id ?? '')
  if (tenantId !== null) {
    const tenant = tenantOf(state, tenantId)
    const touched = applyToTenant(tenant, event, tenantId, id)
    noteMembership(state, tenantId, event)
    if (touched) tenant.changedAt = event.position
    return touched
  }
  switch (event.type) {
    case 'SessionStarted': {
      const { sessionId, tenantId: ofTenant, expiresAt } = event.data
      state.sessions.set(sessionId, {
        userId: id,
        tenant: ofTenant === null ? null : tenantOf(state, ofTenant),
        expiresAt: Date.parse(expiresAt),
        ended: false,
        known: undefined,
        knownAt: -1n,
      })
      return { subjectId: id }
    }
    case 'SessionEnded': {
      const session = state.sessions.get(event.data.sessionId)
      if (session?.userId !== id) return undefined
      session.ended = true
      return { subjectId: id }
    }
    case 'SystemAdministratorAppointed':
      state.systemAdministrators.add(event.data.userId)
      return { subjectId: event.data.userId }
    case 'SystemAdministratorDismissed':
      state.systemAdministrators.delete(event.data.userId)
      return { subjectId: event.data.userId }
    case 'ApiKeyIssued':
    case 'ApiKeyRevoked':
      applyToMachine(machineOf(state.machines, id), event)
      return { subjectId: id }
    default:
      return undefined
  }
}

function noteMembership({ memberships }: AccessState, tenantId: string, event: RecordedAccessEvent): void {
  if (event.type === 'MemberAdded') {
    const { userId } = event.data
    const tenantIds = memberships.get(userId)
    if (tenantIds) tenantIds.add(tenantId)
    else memberships.set(userId, new Set([tenantId]))
  } else if (event.type === 'MemberRemoved') {
    const { userId } = event.data
    const tenantIds = memberships.get(userId)
    tenantIds?.delete(tenantId)
    if (tenantIds?.size === 0) memberships.delete(userId)
  }
}

/**
 * A text of its own. Cut out of another it would keep that one in memory, and comparing it would take ten times as long.
 */
function whole(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

function applyToTenant(
  tenant: TenantAccess,
  event: RecordedAccessEvent,
  tenantId: string,
  id: string,
): Touched {
  switch (event.type) {
    case 'TenantCreated':
      tenant.created = true
      return undefined
    case 'TenantSuspended':
      tenant.suspended = true
      return { tenantId }
    case 'TenantResumed':
      tenant.suspended = false
      return { tenantId }
    case 'AllowListSet':
      tenant.allowed = allowedAddresses(event.data.addresses)
      return { tenantId }
    case 'MemberAdded': {
      const { userId, role, everywhere } = event.data
      tenant.members.set(userId, { role, everywhere, grants: undefined, narrowed: undefined })
      return { subjectId: userId }
    }
    case 'MemberRemoved':
      tenant.members.delete(event.data.userId)
      return { subjectId: event.data.userId }
    case 'MemberRoleChanged':
    case 'ScopeGranted':
    case 'GrantRevoked':
    case 'GrantEnded': {
      const { userId } = event.data
      const member = tenant.members.get(userId)
      if (!member) return undefined
      applyToMember(member, event)
      return { subjectId: userId }
    }
    case 'AgentPaired': {
      const key: MachineKey = { kind: 'agent', expiresAt: Number.POSITIVE_INFINITY, allowed: undefined }
      machineOf(tenant.agents, id).keys.set(event.data.credentialId, key)
      tenant.agentSites.set(id, event.data.siteId)
      return { subjectId: id }
    }
    case 'AgentUnpaired':
      machineOf(tenant.agents, id).keys.delete(event.data.credentialId)
      return { subjectId: id }
    case 'ApiKeyIssued':
    case 'ApiKeyRevoked':
      applyToMachine(machineOf(tenant.agents, id), event)
      return { subjectId: id }
    case 'SiteCreated':
      tenant.sites.add(id)
      return undefined
    case 'CameraRegistered':
      tenant.cameras.set(id, event.data.siteId)
      return undefined
    case 'StreamClaimed': {
      const { cameraId, nodeId } = event.data
      tenant.held.set(id, { cameraId, nodeId, epoch: event.revision })
      return undefined
    }
    case 'StreamNodeLost':
    case 'StreamEnded':
      tenant.held.delete(id)
      return undefined
    default:
      return undefined
  }
}

type MemberEvent = Extract<
  AccessEvent,
  { type: 'MemberRoleChanged' | 'ScopeGranted' | 'GrantRevoked' | 'GrantEnded' }
>

function applyToMember(member: MemberAccess, event: MemberEvent): void {
  switch (event.type) {
    case 'MemberRoleChanged':
      member.role = event.data.role
      member.everywhere = event.data.everywhere
      break
    case 'ScopeGranted': {
      const { grantId, siteIds, cameraIds, endsAt } = event.data
      const end = endsAt === null ? Number.POSITIVE_INFINITY : Date.parse(endsAt)
      member.grants ??= new Map()
      member.grants.set(grantId, { siteIds, cameraIds, endsAt: end })
      break
    }
    case 'GrantRevoked':
    case 'GrantEnded':
      member.grants?.delete(event.data.grantId)
  }
  // It ends now; the object stays, so that rights which come out the same are the same.
  if (member.narrowed) member.narrowed = { ...member.narrowed, until: 0 }
}

function applyToMachine(
  machine: MachineAccess,
  event: Extract<AccessEvent, { type: 'ApiKeyIssued' | 'ApiKeyRevoked' }>,
): void {
  if (event.type === 'ApiKeyRevoked') {
    machine.keys.delete(event.data.keyId)
    return
  }
  const { keyId, kind, expiresAt, addresses } = event.data
  machine.keys.set(keyId, { kind, expiresAt: Date.parse(expiresAt), allowed: allowedAddresses(addresses) })
}

/**
 * Lets go of sessions that ended so long ago that no token of theirs can count any more.
 * @param now ms since 1970
 */
export function forgetEndedSessions(state: AccessState, now: number): void {
  for (const [sessionId, { expiresAt }] of state.sessions) {
    if (expiresAt + FORGET_AFTER_MS <= now) state.sessions.delete(sessionId)
  }
}

function tenantOf({ tenants }: AccessState, tenantId: string): TenantAccess {
  let tenant = tenants.get(tenantId)
  if (!tenant) {
    tenant = {
      tenantId,
      created: false,
      suspended: false,
      allowed: undefined,
      members: new Map(),
      agents: new Map(),
      sites: new Set(),
      cameras: new Map(),
      agentSites: new Map(),
      held: new Map(),
      changedAt: -1n,
    }
    tenants.set(tenantId, tenant)
  }
  return tenant
}

function machineOf(machines: Map<string, MachineAccess>, id: string): MachineAccess {
  let machine = machines.get(id)
  if (!machine) {
    machine = { keys: new Map() }
    machines.set(id, machine)
  }
  return machine
}

/** Where a user may be: the system, and the tenants that they are a member of and that aren't suspended. */
export function placesOf(
  state: AccessState,
  userId: string,
): { systemAdministrator: boolean; tenantIds: string[] } {
  const tenantIds = [...(state.memberships.get(userId) ?? [])]
  return {
    systemAdministrator: state.systemAdministrators.has(userId),
    tenantIds: tenantIds.filter(tenantId => !state.tenants.get(tenantId)?.suspended),
  }
}
