import type { Resolvers } from '../../generated/resolvers.ts'
import { tenantOf } from '../context.ts'
import type { AccessFollower } from './follower.ts'

/** What is told of the rights that are in force. */
export function accessQueries({ follower }: { follower: Pick<AccessFollower, 'position' | 'current'> }) {
  return {
    Query: {
      rightsInForce(_parent, _args, { principal, position }) {
        const { tenants } = follower.current()
        const changedAt = tenants.get(tenantOf(principal) ?? '')?.changedAt ?? -1n
        return {
          position: position.encode(follower.position),
          changedAt: changedAt < 0n ? null : position.encode(changedAt),
        }
      },
    },
  } satisfies Resolvers
}
