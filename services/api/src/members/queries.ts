import {
  allMembers,
  type GrantRow,
  type MemberRow,
  memberPage,
  membersByIds,
  membersChangedAfter,
} from '@sightline/projections/members/reader'
import type { Resolvers, Role } from '../../generated/resolvers.ts'
import { byName, connection } from '../connection.ts'
import { loadPresent } from '../loaders.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'

/** Members are listed by address, the erased ones first. */
const memberOrder = byName<MemberRow>(member => member.sortEmail)

/** A role as the schema has it. */
export function roleAsShown(role: MemberRow['role']): Role {
  return role.toUpperCase() as Role
}

/** Grants that count at `now`: one that has ended counts no longer, whether or not that was told yet. */
export function standing(grants: readonly GrantRow[], now: Date): GrantRow[] {
  return grants.filter(({ endsAt }) => endsAt === null || endsAt > now)
}

/** What is read of members and their grants. */
export function memberQueries({ follow, now }: { follow: Follow; now: () => Date }) {
  return {
    Query: {
      members: (_parent, args, context) =>
        connection(context, { query: 'members', filter: {} }, memberOrder, args, 50, page =>
          context.read(sql => memberPage(sql, page)),
        ),
      member: async (_parent, { id }, context) =>
        (await context.read(sql => membersByIds(sql, [id])))[0] ?? null,
    },
    Member: {
      role: member => roleAsShown(member.role),
      grants: async (member, _args, { loaders }) =>
        standing(await loaders.grantsOfMember.load(member.id), now()),
    },
    Grant: {
      sites: (grant, _args, { loaders }) => loadPresent(loaders.site, grant.siteIds),
      cameras: (grant, _args, { loaders }) => loadPresent(loaders.camera, grant.cameraIds),
    },
    Subscription: {
      membersChanged: {
        subscribe: (_parent, _args, context) =>
          follow(context, {
            of: ['members'],
            models: ['members'],
            everything: allMembers,
            changedAfter: (sql, position) => membersChangedAfter(sql, { position }),
          }),
        resolve: (change: Delivery<MemberRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
