import type { DataKeys } from '@sightline/data-keys/data-keys'
import { openSealed } from '@sightline/event-log/sealed'
import {
  allCameras,
  type CameraRow,
  cameraPage,
  camerasByIds,
  camerasChangedAfter,
} from '@sightline/projections/cameras/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import { sought, soughtSiteOfCameras } from '../access/scoped.ts'
import { byName, connection } from '../connection.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'
import { sightingOrder } from '../sightings/queries.ts'

/** Cameras are listed by name. */
export const cameraOrder = byName<CameraRow>(camera => camera.name)

/** What is read of cameras. */
export function cameraQueries({ follow, dataKeys }: { follow: Follow; dataKeys: Pick<DataKeys, 'read'> }) {
  return {
    Query: {
      cameras: (_parent, { siteId, ...args }, context) =>
        connection(context, { query: 'cameras', filter: { siteId } }, cameraOrder, args, 50, page =>
          context.read(sql =>
            cameraPage(sql, {
              siteId: siteId && soughtSiteOfCameras(context, siteId),
              ...page,
              scope: context.scope,
            }),
          ),
        ),
      camera: async (_parent, { id }, context) =>
        (await context.read(sql => camerasByIds(sql, [sought(context, 'camera', id)])))[0] ?? null,
    },
    Camera: {
      async host(camera) {
        const address = await openSealed(dataKeys, camera.tenantId, camera.address)
        return address === 'erased' ? null : new URL(address.toString()).host
      },
      site: (camera, _args, { loaders }) => loaders.site.load(camera.siteId),
      stream: (camera, _args, { loaders }) => loaders.newestStreamOfCamera.load(camera.id),
      sightings: (camera, args, context) =>
        connection(
          context,
          { query: 'Camera.sightings', filter: { cameraId: camera.id } },
          sightingOrder,
          args,
          20,
          page => context.loaders.sightingsOfCamera.load({ ownerId: camera.id, ...page }),
        ),
    },
    Subscription: {
      camerasChanged: {
        subscribe(_parent, { siteId }, context) {
          const soughtSiteId = siteId && soughtSiteOfCameras(context, siteId)
          return follow(context, {
            of: ['cameras', siteId],
            models: ['cameras', 'streams'],
            everything: sql => allCameras(sql, { siteId: soughtSiteId, scope: context.scope }),
            changedAfter: (sql, position) => camerasChangedAfter(sql, { position, siteId: soughtSiteId }),
          })
        },
        resolve: (change: Delivery<CameraRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
