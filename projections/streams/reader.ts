import type { Sql } from '@sightline/database/sql'
import { type LiveStreamRow, liveStreams, streamSessions } from './table.ts'

/** One live session of a camera: what the camera wants and what happened. `position` is the newer of both. */
export interface StreamRow extends Omit<LiveStreamRow, 'epoch'> {
  wanted: boolean
  /** The revision of the newest StreamClaimed; null before the first. */
  epoch: number | null
}

/** A session that nobody has claimed yet is offline. */
const columns = `w.tenant_id as "tenantId", w.id, w.camera_id as "cameraId", w.site_id as "siteId", w.session,
  w.wanted, l.epoch, l.node_id as "nodeId", coalesce(l.status, 'OFFLINE') as status,
  case when l.id is not null then l.reason when not w.wanted then 'STOPPED' end as reason,
  coalesce(l.detail, '') as detail, coalesce(l.status_since, w.wanted_since) as "statusSince", l.video`

const from = `from ${streamSessions.sqlName} w
  left join ${liveStreams.sqlName} l on l.tenant_id = w.tenant_id and l.id = w.id`

const select = `select ${columns}, greatest(w.position, l.position) as position, w.removed ${from}`

/** Sessions by their ids, in no order; absent ones are left out. */
export function streamsByIds(read: Sql, ids: readonly string[]): Promise<StreamRow[]> {
  return read<StreamRow>(`/* streamsByIds */ ${select} where w.id = any($1::uuid[]) and not w.removed`, [ids])
}

/** The newest session of each of these cameras that ever had one. */
export function newestStreamsOfCameras(read: Sql, cameraIds: readonly string[]): Promise<StreamRow[]> {
  return read<StreamRow>(
    `/* newestStreamsOfCameras */ select newest.* from unnest($1::uuid[]) as camera (id) cross join lateral (
       ${select} where w.camera_id = camera.id and not w.removed order by w.session desc limit 1) newest`,
    [cameraIds],
  )
}

/**
 * What a holder of a camera's newest session must hear after a position: the newest session where it changed, and
 * as removed those that a newer one has replaced since.
 */
export function streamsOfCameraChangedAfter(
  read: Sql,
  { position, cameraId }: { position: bigint; cameraId: string },
): Promise<StreamRow[]> {
  const changed = 'greatest(w.position, l.position, next.started_position)'
  return read<StreamRow>(
    `/* streamsOfCameraChangedAfter */
     select ${columns}, ${changed} as position, w.removed or next.started_position is not null as removed
     ${from} left join lateral (
       select n.started_position from ${streamSessions.sqlName} n
       where n.tenant_id = w.tenant_id and n.camera_id = w.camera_id and n.session > w.session
       order by n.session limit 1) next on true
     where w.camera_id = $1 and ${changed} > $2
     order by ${changed}`,
    [cameraId, position],
  )
}
