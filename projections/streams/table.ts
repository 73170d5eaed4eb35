import type { FailureReason, ReconnectReason, VideoFormat } from '@sightline/contracts/streams'
import { defineTable, type RowBase } from '../table.ts'
import { tableOf } from '../tables.ts'

/** How a session fares; OFFLINE before the first claim and after its end. */
export type StreamStatus = 'OFFLINE' | 'CONNECTING' | 'LIVE' | 'RECONNECTING' | 'FAILED'
/** Why a session is not live. */
export type StreamReason = ReconnectReason | FailureReason | 'STOPPED'

/** A live session as its camera wants it, from the camera's stream of events. */
export interface StreamSessionRow extends RowBase {
  cameraId: string
  siteId: string
  /** The revision of StreamStarted in the camera's stream. */
  session: number
  wanted: boolean
  wantedSince: Date
  /** Log position of StreamStarted. */
  startedPosition: bigint
}

/** The camera's event doesn't say its site; the camera's row does. */
const siteOfCamera = `(select c.site_id from ${tableOf('cameras')} c where c.tenant_id = r."tenantId" and c.id = r."cameraId")`

export const streamSessions = defineTable<StreamSessionRow, 'siteId'>({
  name: 'stream_sessions',
  columns: {
    cameraId: 'uuid not null',
    siteId: 'uuid not null',
    session: 'integer not null',
    wanted: 'boolean not null',
    wantedSince: 'timestamptz not null',
    startedPosition: 'bigint not null',
  },
  derived: { siteId: siteOfCamera },
  scope: { site: 'siteId', camera: 'cameraId' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: ['(tenant_id, camera_id, session)', '(tenant_id, position)', '(tenant_id, started_position)'],
})

/** What happened to a session, from the session's own stream of events; there from the first claim on. */
export interface LiveStreamRow extends RowBase {
  cameraId: string
  siteId: string
  /** The revision of StreamStarted in the camera's stream: a camera's newest session has the highest. */
  session: number
  /** The revision of the newest StreamClaimed. */
  epoch: number
  /** Null while no node holds it. */
  nodeId: string | null
  status: StreamStatus
  reason: StreamReason | null
  detail: string
  statusSince: Date
  /** Null before the video is known. */
  video: VideoFormat | null
}

export const liveStreams = defineTable<LiveStreamRow>({
  name: 'streams',
  columns: {
    cameraId: 'uuid not null',
    siteId: 'uuid not null',
    session: 'integer not null',
    epoch: 'integer not null',
    nodeId: 'uuid',
    status: 'text not null',
    reason: 'text',
    detail: 'text not null',
    statusSince: 'timestamptz not null',
    video: 'jsonb',
  },
  scope: { site: 'siteId', camera: 'cameraId' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: ['(tenant_id, camera_id)', '(tenant_id, position)'],
})
