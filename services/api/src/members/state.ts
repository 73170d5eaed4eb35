import type { MemberEvent, Role } from '@sightline/contracts/members'

/** Where a member's role counts until `endsAt` (RFC 3339); null for no end. */
export interface Grant {
  siteIds: readonly string[]
  cameraIds: readonly string[]
  endsAt: string | null
}

/** A member of a tenant. */
export interface Member {
  role: Role
  /** Whether the role counts in the whole tenant; if not, only where grants that stand say. */
  everywhere: boolean
  /** Those that were neither revoked nor ended, by id. */
  grants: ReadonlyMap<string, Grant>
}

/** The members of one tenant, as the tenant's stream of members tells it. */
export interface MembersState {
  /** By their users' ids. */
  members: ReadonlyMap<string, Member>
  /** The user that each grant was ever given to: the id of one that has ended can't begin again. */
  holders: ReadonlyMap<string, string>
}

/** A tenant without members. */
export const noMembers: MembersState = { members: new Map(), holders: new Map() }

/**
 * What an event makes of the state. A tenant may have ten thousand members, so a state that events have made is changed
 * in place and handed on: whoever folds keeps only the last one.
 */
export function evolveMembers(state: MembersState, event: MemberEvent): MembersState {
  const next = state === noMembers ? { members: new Map(), holders: new Map() } : state
  const members = next.members as Map<string, Member>
  const { userId } = event.data
  if (event.type === 'MemberAdded') {
    const { role, everywhere } = event.data
    members.set(userId, { role, everywhere, grants: new Map() })
    return next
  }
  const member = members.get(userId)
  if (!member) return next
  switch (event.type) {
    case 'MemberRoleChanged': {
      const { role, everywhere } = event.data
      members.set(userId, { ...member, role, everywhere })
      break
    }
    case 'ScopeGranted': {
      const { grantId, siteIds, cameraIds, endsAt } = event.data
      const grants = new Map(member.grants).set(grantId, { siteIds, cameraIds, endsAt })
      members.set(userId, { ...member, grants })
      const holders = next.holders as Map<string, string>
      holders.set(grantId, userId)
      break
    }
    case 'GrantRevoked':
    case 'GrantEnded': {
      const grants = new Map(member.grants)
      grants.delete(event.data.grantId)
      members.set(userId, { ...member, grants })
      break
    }
    case 'MemberRemoved':
      members.delete(userId)
  }
  return next
}
