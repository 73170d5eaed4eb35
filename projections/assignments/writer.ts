import type { Projection } from '../projection.ts'
import { assignmentCameras, claims, wantedStreams } from './table.ts'

export const assignmentsProjection: Projection = {
  model: 'assignments',
  tables: [assignmentCameras, wantedStreams, claims],
  handles: {
    CameraRegistered: (event, id, rows) => {
      const { siteId, framesPerSecond, reencode, address } = event.data
      rows.put(assignmentCameras, id, { siteId, framesPerSecond, reencode, address })
    },
    StreamStarted: (event, cameraId, rows) =>
      rows.put(wantedStreams, event.data.streamId, { cameraId, session: event.revision }),
    StreamStopped: (event, _cameraId, rows) =>
      rows.set(wantedStreams, event.data.streamId, { removed: true }),
    StreamClaimed: (event, id, rows) =>
      rows.put(claims, id, { epoch: event.revision, nodeId: event.data.nodeId, status: 'CONNECTING' }),
    StreamWentLive: (_event, id, rows) => rows.set(claims, id, { status: 'LIVE' }),
    StreamReconnecting: (_event, id, rows) => rows.set(claims, id, { status: 'RECONNECTING' }),
    StreamFailed: (_event, id, rows) => rows.set(claims, id, { status: 'FAILED' }),
    StreamNodeLost: (_event, id, rows) => rows.set(claims, id, { status: 'RECONNECTING', nodeId: null }),
    StreamEnded: (_event, id, rows) => rows.set(claims, id, { status: 'OFFLINE', nodeId: null }),
  },
}
