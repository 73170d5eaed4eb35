import { type SiteRow, sitePage, sitesByIds } from '@sightline/projections/sites/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import { soughtSite } from '../access/scoped.ts'
import { agentOrder } from '../agents/queries.ts'
import { cameraOrder } from '../cameras/queries.ts'
import { byName, connection } from '../connection.ts'

const siteOrder = byName<SiteRow>(site => site.name)

/** What is read of sites. */
export const siteQueries = {
  Query: {
    sites: (_parent, args, context) =>
      connection(context, { query: 'sites', filter: {} }, siteOrder, args, 50, page =>
        context.read(sql => sitePage(sql, { ...page, scope: context.scope })),
      ),
    site: async (_parent, { id }, context) =>
      (await context.read(sql => sitesByIds(sql, [soughtSite(context, id)])))[0] ?? null,
  },
  Site: {
    cameras: (site, args, context) =>
      connection(
        context,
        { query: 'Site.cameras', filter: { siteId: site.id } },
        cameraOrder,
        args,
        50,
        page => context.loaders.camerasOfSite.load({ ownerId: site.id, ...page }),
      ),
    agents: (site, args, context) =>
      connection(context, { query: 'Site.agents', filter: { siteId: site.id } }, agentOrder, args, 50, page =>
        context.loaders.agentsOfSite.load({ ownerId: site.id, ...page }),
      ),
  },
} satisfies Resolvers
