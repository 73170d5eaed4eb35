import type { Projection } from '../projection.ts'
import { cameras } from './table.ts'

export const camerasProjection: Projection = {
  model: 'cameras',
  tables: [cameras],
  handles: {
    CameraRegistered: (event, id, rows) => {
      const { siteId, name, framesPerSecond, reencode, address } = event.data
      const registeredAt = event.metadata.occurredAt
      rows.put(cameras, id, {
        siteId,
        name,
        framesPerSecond,
        reencode,
        address,
        registeredAt,
        streamId: null,
        wanted: false,
      })
    },
    StreamStarted: (event, id, rows) =>
      rows.set(cameras, id, { streamId: event.data.streamId, wanted: true }),
    StreamStopped: (event, id, rows) =>
      rows.set(cameras, id, { streamId: event.data.streamId, wanted: false }),
  },
}
