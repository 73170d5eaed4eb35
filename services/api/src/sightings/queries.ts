import {
  type SightingFilter,
  type SightingRow,
  sightingPage,
  sightingsByIds,
  sightingsChangedAfter,
} from '@sightline/projections/sightings/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import { sought, soughtSiteOfCameras } from '../access/scoped.ts'
import { byTime, connection } from '../connection.ts'
import type { RequestContext } from '../context.ts'
import { askedBy, type PictureAddresses } from '../pictures/addresses.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'

/** Sightings are listed by when they began, newest first. */
export const sightingOrder = byTime<SightingRow>(sighting => sighting.firstSeenAt)

/** What a subscription begins with. */
const NEWEST = 50

/** What one message tells at most; the next one goes on. */
const CHANGES_AT_ONCE = 200

/** Recognition stores crops in this format. */
const CROP_TYPE = 'image/jpeg'

/** What to look for, where something is asked for that the caller may not see. */
function soughtFilter(
  context: RequestContext,
  { cameraId, siteId, personId }: SightingFilter,
): SightingFilter {
  return {
    cameraId: cameraId && sought(context, 'camera', cameraId),
    siteId: siteId && soughtSiteOfCameras(context, siteId),
    personId,
  }
}

/** What is read of sightings. */
export function sightingQueries({
  follow,
  addresses,
  now,
}: {
  follow: Follow
  addresses: Pick<PictureAddresses, 'signAddress'>
  now: () => Date
}) {
  return {
    Query: {
      sightings(_parent, { cameraId, siteId, personId, ...args }, context) {
        const filter = { cameraId, siteId, personId }
        const soughtBy = soughtFilter(context, filter)
        return connection(context, { query: 'sightings', filter }, sightingOrder, args, 50, page =>
          context.read(sql => sightingPage(sql, { ...soughtBy, ...page, scope: context.scope })),
        )
      },
      sighting: async (_parent, { id }, context) =>
        (await context.read(sql => sightingsByIds(sql, [id])))[0] ?? null,
    },
    Sighting: {
      camera: (sighting, _args, { loaders }) => loaders.camera.load(sighting.cameraId),
      site: (sighting, _args, { loaders }) => loaders.site.load(sighting.siteId),
      person: (sighting, _args, { loaders }) =>
        sighting.personId === null ? null : loaders.person.load(sighting.personId),
      cropUrl: ({ tenantId, siteId, cameraId, crop }, _args, { principal }) =>
        addresses.signAddress({
          kind: 'crop',
          tenantId,
          ...askedBy(principal),
          siteIds: [siteId],
          cameraId,
          objectKey: crop.objectKey,
          keyId: crop.keyId,
          contentType: CROP_TYPE,
          now: now(),
        }),
    },
    SightingCandidate: {
      person: (candidate, _args, { loaders }) => loaders.person.load(candidate.personId),
    },
    Subscription: {
      sightings: {
        subscribe(_parent, { cameraId, siteId, personId, after }, context) {
          const soughtBy = soughtFilter(context, { cameraId, siteId, personId })
          return follow(context, {
            of: ['sightings', cameraId, siteId, personId],
            models: ['sightings'],
            everything: async sql =>
              (await sightingPage(sql, { ...soughtBy, first: NEWEST, scope: context.scope })).rows,
            changedAfter: (sql, position) =>
              sightingsChangedAfter(sql, { position, ...soughtBy, limit: CHANGES_AT_ONCE }),
            limit: CHANGES_AT_ONCE,
            ...(after ? { after: context.position.decode(after) } : {}),
          })
        },
        resolve: (change: Delivery<SightingRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
