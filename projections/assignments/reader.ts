import type { EncryptedValue } from '@sightline/contracts/encryption'
import type { Sql } from '@sightline/database/sql'
import type { StreamStatus } from '../streams/table.ts'
import type { RowBase } from '../table.ts'
import { assignmentCameras, claims, wantedStreams } from './table.ts'

/** A session that a camera of any tenant wants; its id is the stream's. For machines. */
export interface AssignmentRow extends RowBase {
  cameraId: string
  siteId: string
  /** The revision of StreamStarted in the camera's stream. */
  session: number
  framesPerSecond: number
  reencode: boolean
  /** The RTSP address with its credentials, sealed under the camera's key. */
  address: EncryptedValue
  status: StreamStatus
  /** The node that holds it; null while it may be claimed. */
  nodeId: string | null
  /** The newest claim's; null before the first. */
  epoch: number | null
}

const position = 'greatest(w.position, c.position, k.position)'
const select = `select w.tenant_id as "tenantId", w.id, w.camera_id as "cameraId", c.site_id as "siteId", w.session,
    c.frames_per_second as "framesPerSecond", c.reencode, c.address, coalesce(k.status, 'OFFLINE') as status,
    k.node_id as "nodeId", k.epoch, ${position} as position, w.removed
  from ${wantedStreams.sqlName} w
  join ${assignmentCameras.sqlName} c on c.tenant_id = w.tenant_id and c.id = w.camera_id
  left join ${claims.sqlName} k on k.tenant_id = w.tenant_id and k.id = w.id`

/** Every session that is wanted: what a subscription starts with. */
export function allAssignments(read: Sql): Promise<AssignmentRow[]> {
  return read<AssignmentRow>(`/* allAssignments */ ${select} where not w.removed order by w.tenant_id, w.id`)
}

/**
 * Sessions that changed in anything after a position, in the order of the change; those that are no longer wanted
 * as removed, once.
 */
export function assignmentsChangedAfter(read: Sql, after: { position: bigint }): Promise<AssignmentRow[]> {
  return read<AssignmentRow>(
    `/* assignmentsChangedAfter */ ${select}
     where (w.tenant_id, w.id) in (
         select tenant_id, id from ${wantedStreams.sqlName} where position > $1
         union all select tenant_id, id from ${claims.sqlName} where position > $1
         union all select v.tenant_id, v.id from ${wantedStreams.sqlName} v
           join ${assignmentCameras.sqlName} m on m.tenant_id = v.tenant_id and m.id = v.camera_id
           where m.position > $1 and not v.removed)
       and (w.position > $1 or not w.removed)
     order by ${position}`,
    [after.position],
  )
}
