import { ownTenant, type TenantRow, type TenantSettingsRow } from '@sightline/projections/tenants/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import type { RequestContext } from '../context.ts'

/** What is read of the caller's own tenant. */
export const tenantQueries = {
  Query: {
    tenant: async (_parent, _args, context) => (await context.read(ownTenant)) ?? null,
  },
  Tenant: {
    suspended: async (tenant, _args, context) => (await settingsFor(context, tenant))?.suspended ?? null,
    allowList: async (tenant, _args, context) => (await settingsFor(context, tenant))?.addresses ?? null,
    quota: async (tenant, _args, context) => {
      const settings = await settingsFor(context, tenant)
      return settings && { cameras: settings.cameraQuota, people: settings.personQuota }
    },
  },
} satisfies Resolvers

/** What is set about the tenant is for its administrators. */
async function settingsFor(context: RequestContext, tenant: TenantRow): Promise<TenantSettingsRow | null> {
  if (context.rights?.role !== 'tenant_admin') return null
  return context.loaders.tenantSettings.load(tenant.id)
}
