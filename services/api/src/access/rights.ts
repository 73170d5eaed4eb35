import type { Role } from '@sightline/contracts/members'
import type { Principal } from '../context.ts'
import type { AccessState, MachineAccess, MemberAccess, SessionAccess, TenantAccess } from './state.ts'

/** What a machine is: nobody gives it another role. */
export type MachineRole = 'agent' | 'media_node' | 'worker'

/** Every role that somebody can have: a member's in their tenant, the system's administrator, a machine's. */
export type AnyRole = Role | 'system_admin' | MachineRole

/**
 * Where a role counts: in all that it is about, or in some sites and for some cameras alone. The ids are sorted and
 * each stands once, so that equal scopes are equal texts.
 */
export type Scope =
  | { readonly kind: 'tenant' }
  | { readonly kind: 'narrowed'; readonly siteIds: readonly string[]; readonly cameraIds: readonly string[] }

/** What a principal may at a moment: the permission table says what the role means. */
export interface Rights {
  readonly role: AnyRole
  readonly scope: Scope
}

/** Who asks: anybody but strangers. */
export type KnownPrincipal = Exclude<Principal, { kind: 'anonymous' }>

/** Somebody with a token that counts, as the token says, and where they come from. */
export interface Caller {
  readonly principal: KnownPrincipal
  /** The session that the token belongs to; null where it has none. */
  readonly sessionId: string | null
  /** The API key that the token was given for; null where there is none. */
  readonly keyId: string | null
  /** An IPv4 or IPv6 address, or NOWHERE; null where it is not to be judged. */
  readonly address: string | null
}

/**
 * What the state says of a principal.
 * - `rights`: they have these, and by the clock alone not beyond `until` (ms since 1970; Infinity for no end)
 * - `none`: `token` where the session or key that the token was given for counts no longer, `rights` where there is
 *   no membership, appointment or pairing that counts, `address` where they may not come from where they come
 */
export type Standing =
  | { readonly rights: Rights; readonly until: number }
  | { readonly none: 'token' | 'rights' | 'address' }

const wholeTenant: Scope = Object.freeze({ kind: 'tenant' })

const roles: readonly AnyRole[] = [
  'tenant_admin',
  'site_manager',
  'operator',
  'viewer',
  'system_admin',
  'agent',
  'media_node',
  'worker',
]

interface Held {
  readonly rights: Rights
  readonly until: number
}

/** Each role without a bound: made once, for it is what nearly everybody has. */
const everywhere = Object.fromEntries(
  roles.map(role => [role, { rights: { role, scope: wholeTenant }, until: Number.POSITIVE_INFINITY }]),
) as Readonly<Record<AnyRole, Held>>

const noToken: Standing = { none: 'token' }
const noRights: Standing = { none: 'rights' }
const wrongAddress: Standing = { none: 'address' }

/** What a principal may now, wherever they come from; undefined for nothing at all. */
export function rightsOf(state: AccessState, principal: KnownPrincipal, now: Date): Rights | undefined {
  const sessionId = 'sessionId' in principal ? principal.sessionId : null
  const standing = standingOf(state, { principal, sessionId, keyId: null, address: null }, now.getTime())
  return 'rights' in standing ? standing.rights : undefined
}

/**
 * What the state says of somebody.
 * @param now ms since 1970
 */
export function standingOf(state: AccessState, caller: Caller, now: number): Standing {
  const { principal, address } = caller
  switch (principal.kind) {
    case 'person': {
      const session = sessionOf(state, caller)
      if (session && !isOf(session, principal.id, principal.tenantId)) return noToken
      const known = session && knownOf(session, now)
      if (session && !known && session.expiresAt <= now) return noToken
      const tenant = session?.tenant ?? state.tenants.get(principal.tenantId)
      if (!tenant || tenant.suspended) return noRights
      const held = known ?? heldBy(tenant, principal.id, session, now)
      if (!held) return noRights
      if (address !== null && tenant.allowed && !tenant.allowed.has(address)) return wrongAddress
      return held
    }
    case 'system': {
      const session = sessionOf(state, caller)
      if (session && (!isOf(session, principal.id, null) || session.expiresAt <= now)) return noToken
      if (!state.systemAdministrators.has(principal.id)) return noRights
      const { system_admin } = everywhere
      return session ? { rights: system_admin.rights, until: session.expiresAt } : system_admin
    }
    case 'agent': {
      const tenant = state.tenants.get(principal.tenantId)
      if (!tenant || tenant.suspended) return noRights
      return machineStanding(tenant.agents.get(principal.id), principal.kind, caller, now)
    }
    case 'media_node':
    case 'worker':
      return machineStanding(state.machines.get(principal.id), principal.kind, caller, now)
  }
}

/** The caller's session; undefined where they have none, or one that the state doesn't know. */
function sessionOf(state: AccessState, { sessionId }: Caller): SessionAccess | undefined {
  return sessionId === null ? undefined : state.sessions.get(sessionId)
}

/** Whether a session is this user's in this tenant and hasn't been ended. */
function isOf(session: SessionAccess, userId: string, tenantId: string | null): boolean {
  return session.userId === userId && (session.tenant?.tenantId ?? null) === tenantId && !session.ended
}

/** What a session's user holds, as computed last, where nothing has changed since then. */
function knownOf({ known, knownAt, tenant }: SessionAccess, now: number): Held | undefined {
  return known && knownAt === tenant?.changedAt && known.from <= now && now < known.until ? known : undefined
}

/**
 * What a user holds in a tenant, as long as their session lasts. The session remembers it: looking for one of many
 * members costs more than all the rest.
 */
function heldBy(
  tenant: TenantAccess,
  userId: string,
  session: SessionAccess | undefined,
  now: number,
): Held | undefined {
  const member = tenant.members.get(userId)
  if (!member) return undefined
  const held = memberRights(member, now)
  if (!session) return held
  session.known = { rights: held.rights, from: now, until: Math.min(session.expiresAt, held.until) }
  session.knownAt = tenant.changedAt
  return session.known
}

/** What a member's role and the grants that stand say. The state remembers it until a grant ends. */
function memberRights(member: MemberAccess, now: number): Held {
  if (member.everywhere) return everywhere[member.role]
  const { narrowed } = member
  if (narrowed && narrowed.from <= now && now < narrowed.until) return narrowed
  let until = Number.POSITIVE_INFINITY
  const siteIds = new Set<string>()
  const cameraIds = new Set<string>()
  for (const grant of member.grants?.values() ?? []) {
    if (grant.endsAt <= now) continue
    until = Math.min(until, grant.endsAt)
    for (const id of grant.siteIds) siteIds.add(id)
    for (const id of grant.cameraIds) cameraIds.add(id)
  }
  const scope: Scope = {
    kind: 'narrowed',
    siteIds: [...siteIds].sort(),
    cameraIds: [...cameraIds].sort(),
  }
  const before = narrowed?.rights
  const unchanged = before?.role === member.role && isSameScope(before.scope, scope)
  member.narrowed = { rights: unchanged ? before : { role: member.role, scope }, from: now, until }
  return member.narrowed
}

function machineStanding(
  machine: MachineAccess | undefined,
  kind: MachineRole,
  { keyId, address }: Caller,
  now: number,
): Standing {
  if (!machine) return noRights
  // A token that names no key counts as long as the machine has one.
  const keys =
    keyId === null ? machine.keys.values() : [machine.keys.get(keyId)].filter(key => key !== undefined)
  let until = 0
  let elsewhere = false
  for (const key of keys) {
    if (key.kind !== kind || key.expiresAt <= now) continue
    if (address !== null && key.allowed && !key.allowed.has(address)) elsewhere = true
    else until = Math.max(until, key.expiresAt)
  }
  if (until > 0) return { rights: everywhere[kind].rights, until }
  return elsewhere ? wrongAddress : noToken
}

/** Whether two rights are the same in every respect. */
export function isSameRights(one: Rights | undefined, other: Rights | undefined): boolean {
  if (one === other) return true
  if (!one || !other) return false
  return one.role === other.role && isSameScope(one.scope, other.scope)
}

function isSameScope(one: Scope, other: Scope): boolean {
  if (one === other) return true
  if (one.kind === 'tenant' || other.kind === 'tenant') return one.kind === other.kind
  return sameIds(one.siteIds, other.siteIds) && sameIds(one.cameraIds, other.cameraIds)
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index])
}

/** Something that stands at a site, and what camera it is or is of. */
export interface Placed {
  siteId: string
  cameraId?: string
}

type Narrowed = Extract<Scope, { kind: 'narrowed' }>

const sets = new WeakMap<Narrowed, { sites: ReadonlySet<string>; cameras: ReadonlySet<string> }>()

function setsOf(scope: Narrowed) {
  let known = sets.get(scope)
  if (!known) {
    known = { sites: new Set(scope.siteIds), cameras: new Set(scope.cameraIds) }
    sets.set(scope, known)
  }
  return known
}

/** Whether something is where the rights count. What isn't must look to the caller as if it were absent. */
export function inScope({ scope }: Pick<Rights, 'scope'>, { siteId, cameraId }: Placed): boolean {
  if (scope.kind === 'tenant') return true
  const { sites, cameras } = setsOf(scope)
  return sites.has(siteId) || (cameraId !== undefined && cameras.has(cameraId))
}

/**
 * Whether something that belongs to several sites, a person or their picture, is seen with these rights: whoever sees
 * one of its sites does, and what belongs to none everybody who sees anything.
 */
export function seesAnyOf({ scope }: Pick<Rights, 'scope'>, siteIds: readonly string[]): boolean {
  if (scope.kind === 'tenant') return true
  if (siteIds.length === 0) return scope.siteIds.length + scope.cameraIds.length > 0
  const { sites } = setsOf(scope)
  return siteIds.some(id => sites.has(id))
}

/** Whether something that belongs to several sites may be changed with these rights: what belongs to none is the whole tenant's. */
export function managesAnyOf({ scope }: Pick<Rights, 'scope'>, siteIds: readonly string[]): boolean {
  if (scope.kind === 'tenant') return true
  const { sites } = setsOf(scope)
  return siteIds.some(id => sites.has(id))
}

/** Whether the role counts everywhere in what it is about. */
export function isEverywhere({ scope }: Pick<Rights, 'scope'>): boolean {
  return scope.kind === 'tenant'
}
