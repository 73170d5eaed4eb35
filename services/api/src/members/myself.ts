import { role as roleSchema } from '@sightline/contracts/members'
import type { Database } from '@sightline/database/database'
import { grantsOfMembers, membersByIds } from '@sightline/projections/members/reader'
import { ownTenant, ownTenantSettings } from '@sightline/projections/tenants/reader'
import type { OwnTenant, Resolvers } from '../../generated/resolvers.ts'
import { actionsOf } from '../access/permissions.ts'
import { requirePrincipal } from '../context.ts'
import type { PlacesOf } from '../tokens/sessions.ts'
import { roleAsShown, standing } from './queries.ts'

/** Of whom somebody asks who they are, so many tenants are read at most. */
const MAX_TENANTS = 100

/**
 * Who one is. It is read with the rights of the tenants that one is a member of, and of one's own rows alone: whoever's
 * rights are narrowed has no right to the members of the tenant.
 *
 * @param deps.placesOf tells the tenants that a user is a member of
 */
export function myselfQueries(deps: {
  database: Pick<Database, 'asPrincipal'>
  placesOf: PlacesOf
  now: () => Date
}) {
  const { database, placesOf, now } = deps

  async function membershipIn(tenantId: string, userId: string): Promise<OwnTenant | undefined> {
    return database.asPrincipal({ kind: 'tenant', tenantId }, async read => {
      const tenant = await ownTenant(read)
      const [member] = await membersByIds(read, [userId])
      const settings = await ownTenantSettings(read)
      if (!tenant || !member || settings?.suspended) return undefined
      return { __typename: 'OwnTenant', id: tenant.id, name: tenant.name, role: roleAsShown(member.role) }
    })
  }

  return {
    Query: {
      myself: async (_parent, _args, context) => {
        const principal = requirePrincipal(context, 'person', 'system')
        const { id, sessionId } = principal
        const { tenantIds, systemAdministrator } = await placesOf(id)
        const tenants: OwnTenant[] = []
        for (const tenantId of tenantIds.slice(0, MAX_TENANTS)) {
          const membership = await membershipIn(tenantId, id)
          if (membership) tenants.push(membership)
        }
        tenants.sort((one, other) => one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1))
        const all = { id, systemAdministrator, tenants, may: actionsOf(context.rights) }
        if (principal.kind === 'system') {
          return {
            ...all,
            tenant: null,
            email: null,
            role: null,
            everywhere: true,
            grants: [],
            sessionId,
          }
        }
        const { tenantId } = principal
        const own = await database.asPrincipal({ kind: 'tenant', tenantId }, async read => ({
          tenant: await ownTenant(read),
          member: (await membersByIds(read, [id]))[0],
          grants: await grantsOfMembers(read, [id]),
        }))
        const role = roleSchema.safeParse(context.rights?.role)
        return {
          ...all,
          tenant: own.tenant ?? null,
          email: own.member?.email ?? null,
          role: role.success ? roleAsShown(role.data) : null,
          everywhere: context.rights?.scope.kind === 'tenant',
          grants: standing(own.grants, now()),
          sessionId,
        }
      },
    },
  } satisfies Resolvers
}
