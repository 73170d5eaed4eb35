import type { Projection } from '../projection.ts'
import { liveStreams, streamSessions } from './table.ts'

export const streamsProjection: Projection = {
  model: 'streams',
  tables: [streamSessions, liveStreams],
  handles: {
    StreamStarted: (event, cameraId, rows) =>
      rows.put(streamSessions, event.data.streamId, {
        cameraId,
        session: event.revision,
        wanted: true,
        wantedSince: event.metadata.occurredAt,
        startedPosition: event.position,
      }),
    StreamStopped: (event, _cameraId, rows) =>
      rows.set(streamSessions, event.data.streamId, {
        wanted: false,
        wantedSince: event.metadata.occurredAt,
      }),
    StreamClaimed: (event, id, rows) => {
      const { cameraId, siteId, session, nodeId } = event.data
      rows.put(liveStreams, id, {
        cameraId,
        siteId,
        session,
        epoch: event.revision,
        nodeId,
        status: 'CONNECTING',
        reason: null,
        detail: '',
        statusSince: event.metadata.occurredAt,
        video: null,
      })
    },
    StreamWentLive: (event, id, rows) =>
      rows.set(liveStreams, id, {
        status: 'LIVE',
        reason: null,
        detail: '',
        statusSince: event.metadata.occurredAt,
        video: event.data.video,
      }),
    StreamReconnecting: (event, id, rows) =>
      rows.set(liveStreams, id, {
        status: 'RECONNECTING',
        reason: event.data.reason,
        detail: event.data.detail,
        statusSince: event.metadata.occurredAt,
      }),
    StreamFailed: (event, id, rows) =>
      rows.set(liveStreams, id, {
        status: 'FAILED',
        reason: event.data.reason,
        detail: event.data.detail,
        statusSince: event.metadata.occurredAt,
      }),
    StreamNodeLost: (event, id, rows) =>
      rows.set(liveStreams, id, {
        status: 'RECONNECTING',
        reason: 'NODE_LOST',
        detail: '',
        nodeId: null,
        statusSince: event.metadata.occurredAt,
      }),
    StreamEnded: (event, id, rows) =>
      rows.set(liveStreams, id, {
        status: 'OFFLINE',
        reason: event.data.reason,
        detail: '',
        nodeId: null,
        statusSince: event.metadata.occurredAt,
      }),
  },
}
