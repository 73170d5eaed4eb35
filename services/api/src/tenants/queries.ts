import { ownTenant } from '@sightline/projections/tenants/reader'
import type { Resolvers } from '../../generated/resolvers.ts'

/** What is read of the caller's own tenant. */
export const tenantQueries = {
  Query: {
    tenant: async (_parent, _args, context) => (await context.read(ownTenant)) ?? null,
  },
} satisfies Resolvers
