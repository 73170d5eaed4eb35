import { graphql } from '../generated/gql.ts'
import type { MembersChangedSubscription } from '../generated/graphql.ts'

export const membersChanged = graphql(`
  subscription MembersChanged {
    membersChanged {
      position
      replaces
      changed {
        id
        email
        role
        everywhere
        addedAt
        grants {
          id
          sites {
            id
            name
          }
          cameras {
            id
            name
          }
          endsAt
        }
      }
      removed
    }
  }
`)

/** A member with the sites and cameras in which their role counts. */
export type Member = MembersChangedSubscription['membersChanged']['changed'][number]

/** Sites and cameras in which a member's role counts. */
export type Grant = Member['grants'][number]

/** What a member is called. */
export function memberName({ email }: { email: string | null }): string {
  return email ?? 'Erased user'
}

/** Where a grant lets a role count, in words. */
export function placesOf({ sites, cameras }: Pick<Grant, 'sites' | 'cameras'>): string {
  const names = [...sites, ...cameras].map(({ name }) => name)
  return names.length > 0 ? names.join(', ') : 'What is not there any more'
}

/** Members by their addresses. */
export function byAddress(one: Member, other: Member): number {
  return memberName(one).localeCompare(memberName(other)) || one.id.localeCompare(other.id)
}
