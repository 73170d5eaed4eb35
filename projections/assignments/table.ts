import type { EncryptedValue } from '@sightline/contracts/encryption'
import type { StreamStatus } from '../streams/table.ts'
import { defineTable, type RowBase } from '../table.ts'

/** What a node must know of a camera; from the camera's stream of events. */
export interface AssignmentCameraRow extends RowBase {
  siteId: string
  framesPerSecond: number
  reencode: boolean
  /** The RTSP address with its credentials, sealed under the camera's key. */
  address: EncryptedValue
}

export const assignmentCameras = defineTable<AssignmentCameraRow>({
  name: 'assignments_cameras',
  columns: {
    siteId: 'uuid not null',
    framesPerSecond: 'integer not null',
    reencode: 'boolean not null',
    address: 'jsonb not null',
  },
  scope: 'tenant-wide',
  readers: ['api_machine'],
  indexes: ['(position)'],
})

/** A session that a camera wants, removed once it is stopped; from the camera's stream of events. */
export interface WantedStreamRow extends RowBase {
  cameraId: string
  /** The revision of StreamStarted in the camera's stream. */
  session: number
}

export const wantedStreams = defineTable<WantedStreamRow>({
  name: 'assignments_wanted',
  columns: { cameraId: 'uuid not null', session: 'integer not null' },
  scope: 'tenant-wide',
  readers: ['api_machine'],
  indexes: ['(position)', '(tenant_id, camera_id) where not removed', '(tenant_id, id) where not removed'],
})

/** Who holds a session and how it fares; from the session's own stream of events. */
export interface ClaimRow extends RowBase {
  epoch: number
  /** Null while no node holds it. */
  nodeId: string | null
  status: StreamStatus
}

export const claims = defineTable<ClaimRow>({
  name: 'assignments_claims',
  columns: { epoch: 'integer not null', nodeId: 'uuid', status: 'text not null' },
  scope: 'tenant-wide',
  readers: ['api_machine'],
  indexes: ['(position)'],
})
