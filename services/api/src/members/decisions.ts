import type { MemberEvent, Role } from '@sightline/contracts/members'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { Grant, MembersState } from './state.ts'

type Decision = MemberEvent[] | Rejected<RejectionCode>

/** So many grants of one member may stand at a time. */
export const MAX_GRANTS = 100

/**
 * Who commands: a user, who must administer the tenant at the very revision at which it is decided, or null for whoever
 * stands above the tenants.
 */
export type Commander = string | null

/** A role, and whether it counts in the whole tenant. An administrator's does always. */
export interface RoleAndReach {
  role: Role
  everywhere: boolean
}

/** Adds a user to the tenant. `keyId` is the user's data key in the tenant. */
export function addMember(
  state: MembersState,
  input: RoleAndReach & { userId: string; keyId: string; email: string; by: Commander },
): Decision {
  const refused = refusedTo(state, input.by)
  if (refused) return refused
  const { userId, keyId, email, role, everywhere } = input
  const member = state.members.get(userId)
  if (member?.role === role && member.everywhere === everywhere) return []
  if (member) return rejected('ALREADY_MEMBER', 'This user is a member already: change their role.')
  return [{ type: 'MemberAdded', data: { userId, keyId, email, role, everywhere } }]
}

/** Gives a member another role or reach. One whose role counts everywhere needs no grants: they are revoked. */
export function changeRole(
  state: MembersState,
  input: RoleAndReach & { userId: string; by: Commander },
): Decision {
  const refused = refusedTo(state, input.by)
  if (refused) return refused
  const { userId, role, everywhere } = input
  const member = state.members.get(userId)
  if (!member) return noSuchMember()
  if (member.role === role && member.everywhere === everywhere) return []
  if (role !== 'tenant_admin' && isLastAdmin(state, userId)) return lastAdmin()
  return [
    ...(everywhere ? revocations(state, userId) : []),
    { type: 'MemberRoleChanged', data: { userId, role, everywhere } },
  ]
}

/** Lets a member's role count in some sites and for some cameras more. */
export function grantScope(
  state: MembersState,
  input: Grant & { grantId: string; userId: string; by: Commander; now: Date },
): Decision {
  const refused = refusedTo(state, input.by)
  if (refused) return refused
  const { grantId, userId, endsAt, now } = input
  const siteIds = distinct(input.siteIds)
  const cameraIds = distinct(input.cameraIds)
  const member = state.members.get(userId)
  if (!member) return noSuchMember()
  const standing = member.grants.get(grantId)
  if (standing) {
    const same =
      standing.endsAt === endsAt &&
      sameIds(standing.siteIds, siteIds) &&
      sameIds(standing.cameraIds, cameraIds)
    return same ? [] : rejected('ID_IN_USE', 'Another grant has this id.')
  }
  if (state.holders.has(grantId)) return rejected('ID_IN_USE', 'Another grant has this id.')
  if (member.everywhere) {
    return rejected('GRANT_NOT_NEEDED', "This member's role counts in the whole tenant: narrow it first.")
  }
  if (endsAt !== null && Date.parse(endsAt) <= now.getTime()) {
    return rejected('EXPIRY_NOT_ACCEPTED', 'The grant would have ended before it began.')
  }
  if (member.grants.size >= MAX_GRANTS) {
    return rejected('TOO_MANY_GRANTS', `A member has at most ${MAX_GRANTS} grants: revoke some.`)
  }
  return [{ type: 'ScopeGranted', data: { grantId, userId, siteIds, cameraIds, endsAt } }]
}

/** Takes a grant away; one that has ended is away already. */
export function revokeGrant(state: MembersState, input: { grantId: string; by: Commander }): Decision {
  const refused = refusedTo(state, input.by)
  if (refused) return refused
  const { grantId } = input
  const userId = state.holders.get(grantId)
  if (userId === undefined) return rejected('NOT_FOUND', 'There is no such grant.')
  if (!state.members.get(userId)?.grants.has(grantId)) return []
  return [{ type: 'GrantRevoked', data: { grantId, userId } }]
}

/** Removes a member with their grants. The last administrator stays. */
export function removeMember(state: MembersState, input: { userId: string; by: Commander }): Decision {
  const refused = refusedTo(state, input.by)
  if (refused) return refused
  const { userId } = input
  if (!state.members.has(userId)) return noSuchMember()
  if (isLastAdmin(state, userId)) return lastAdmin()
  return [...revocations(state, userId), { type: 'MemberRemoved', data: { userId } }]
}

/** Ends every grant whose time has passed at `now`. */
export function endGrants(state: MembersState, now: Date): MemberEvent[] {
  const ended: MemberEvent[] = []
  for (const [userId, { grants }] of state.members) {
    for (const [grantId, { endsAt }] of grants) {
      if (endsAt !== null && Date.parse(endsAt) <= now.getTime()) {
        ended.push({ type: 'GrantEnded', data: { grantId, userId } })
      }
    }
  }
  return ended
}

/** Two who remove each other at once are decided one after the other: the second is no administrator any more. */
function refusedTo(state: MembersState, by: Commander): Rejected<RejectionCode> | undefined {
  if (by === null || state.members.get(by)?.role === 'tenant_admin') return undefined
  return rejected('RIGHTS_CHANGED', 'You do not administer this tenant any more.')
}

function isLastAdmin(state: MembersState, userId: string): boolean {
  if (state.members.get(userId)?.role !== 'tenant_admin') return false
  for (const [other, { role }] of state.members) {
    if (other !== userId && role === 'tenant_admin') return false
  }
  return true
}

function revocations(state: MembersState, userId: string): MemberEvent[] {
  return [...(state.members.get(userId)?.grants.keys() ?? [])].map(grantId => ({
    type: 'GrantRevoked',
    data: { grantId, userId },
  }))
}

function noSuchMember() {
  return rejected('NOT_FOUND', 'There is no such member.')
}

function lastAdmin() {
  return rejected(
    'LAST_ADMIN',
    'Somebody must administer the tenant: make another member an administrator first.',
  )
}

function distinct(ids: readonly string[]): string[] {
  return [...new Set(ids)].sort()
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index])
}
