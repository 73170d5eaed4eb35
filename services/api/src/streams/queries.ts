import {
  newestStreamsOfCameras,
  type StreamRow,
  streamsByIds,
  streamsOfCameraChangedAfter,
} from '@sightline/projections/streams/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import { sought } from '../access/scoped.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'

/**
 * The smallest face that recognition finds in video of a size, px high: what the detector sees is the picture
 * fitted into 320x240, where a face needs 20 px; and 40 px are needed in any case to tell people apart.
 */
export function smallestFace(video: { width: number; height: number }): number {
  const scale = Math.min(320 / video.width, 240 / video.height)
  return Math.ceil(Math.max(40, 20 / scale))
}

/** What is read of live sessions. */
export function streamQueries({ follow }: { follow: Follow }) {
  return {
    Query: {
      stream: async (_parent, { id }, context) =>
        (await context.read(sql => streamsByIds(sql, [id])))[0] ?? null,
    },
    Stream: {
      smallestFace: ({ video }) => (video ? smallestFace(video) : null),
    },
    Subscription: {
      streamChanged: {
        subscribe(_parent, { cameraId }, context) {
          const soughtCameraId = sought(context, 'camera', cameraId)
          return follow(context, {
            of: ['streams of', cameraId],
            models: ['streams'],
            everything: sql => newestStreamsOfCameras(sql, [soughtCameraId]),
            changedAfter: (sql, position) =>
              streamsOfCameraChangedAfter(sql, { position, cameraId: soughtCameraId }),
          })
        },
        resolve: (change: Delivery<StreamRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
