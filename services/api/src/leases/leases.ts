import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'

/** A node's lease of a session. `epoch` is null while the outcome of its claim is not noted, or once it was lost. */
export interface Lease {
  tenantId: string
  streamId: string
  cameraId: string
  nodeId: string
  epoch: number | null
}

/** Which session a lease is of. */
export type LeasedStream = Pick<Lease, 'tenantId' | 'streamId' | 'nodeId'>

type Ops = Pick<Database, 'inOps'>

/**
 * Takes the lease that a claim is about to need, before its event is appended: should the process die in
 * between, the sweeper finds the lease. One that the node has already is renewed and keeps its epoch.
 */
export async function takeLease(
  database: Ops,
  lease: LeasedStream & { cameraId: string; expiresAt: Date },
): Promise<void> {
  await database.inOps('ops_api', lease.tenantId, sql =>
    sql(
      `/* takeLease */ insert into ops.leases (tenant_id, stream_id, camera_id, node_id, epoch, expires_at)
       values ($1, $2, $3, $4, null, $5)
       on conflict (tenant_id, stream_id, node_id) do update set expires_at = excluded.expires_at`,
      [lease.tenantId, lease.streamId, lease.cameraId, lease.nodeId, lease.expiresAt],
    ),
  )
}

/** Notes the epoch that a claim was given; a lease that ran out in the meantime is taken anew. */
export async function noteEpoch(
  database: Ops,
  lease: LeasedStream & { cameraId: string; epoch: number; expiresAt: Date },
): Promise<void> {
  await database.inOps('ops_api', lease.tenantId, sql =>
    sql(
      `/* noteLeaseEpoch */ insert into ops.leases (tenant_id, stream_id, camera_id, node_id, epoch, expires_at)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (tenant_id, stream_id, node_id) do update
       set epoch = excluded.epoch, expires_at = excluded.expires_at
       where leases.epoch is null or leases.epoch <= excluded.epoch`,
      [lease.tenantId, lease.streamId, lease.cameraId, lease.nodeId, lease.epoch, lease.expiresAt],
    ),
  )
}

/** Gives up a lease whose claim was refused. */
export async function dropUnusedLease(database: Ops, lease: LeasedStream): Promise<void> {
  await database.inOps('ops_api', lease.tenantId, sql =>
    sql(
      `/* dropUnusedLease */ delete from ops.leases
       where tenant_id = $1 and stream_id = $2 and node_id = $3 and epoch is null`,
      [lease.tenantId, lease.streamId, lease.nodeId],
    ),
  )
}

/** Renews a lease of exactly this epoch; false where there is none any more. */
export async function renewLease(
  database: Ops,
  lease: LeasedStream & { epoch: number; expiresAt: Date },
): Promise<boolean> {
  const rows = await database.inOps('ops_api', lease.tenantId, sql =>
    sql(
      `/* renewLease */ update ops.leases set expires_at = $5
       where tenant_id = $1 and stream_id = $2 and node_id = $3 and epoch = $4
       returning stream_id`,
      [lease.tenantId, lease.streamId, lease.nodeId, lease.epoch, lease.expiresAt],
    ),
  )
  return rows.length === 1
}

/** Removes the lease of a session that has ended, unless its node claimed it again. */
export async function dropLease(database: Ops, lease: LeasedStream & { epoch: number }): Promise<void> {
  await database.inOps('ops_api', lease.tenantId, sql =>
    sql(
      `/* dropLease */ delete from ops.leases
       where tenant_id = $1 and stream_id = $2 and node_id = $3 and epoch = $4`,
      [lease.tenantId, lease.streamId, lease.nodeId, lease.epoch],
    ),
  )
}

/** Keeps the lease that a node gave back, as `keepLostLease` does. */
export async function releaseLease(
  database: Ops,
  lease: LeasedStream & { epoch: number; expiresAt: Date },
): Promise<void> {
  await database.inOps('ops_api', lease.tenantId, sql =>
    sql(
      `/* releaseLease */ update ops.leases set epoch = null, expires_at = $5
       where tenant_id = $1 and stream_id = $2 and node_id = $3 and epoch = $4`,
      [lease.tenantId, lease.streamId, lease.nodeId, lease.epoch, lease.expiresAt],
    ),
  )
}

/** Removes a lease within a transaction. */
export async function deleteLease(sql: Sql, lease: LeasedStream): Promise<void> {
  await sql(
    `/* deleteLease */ delete from ops.leases where tenant_id = $1 and stream_id = $2 and node_id = $3`,
    [lease.tenantId, lease.streamId, lease.nodeId],
  )
}

/**
 * Keeps the lease of a lost session, without its epoch, to be looked at again: what was lost ends once its
 * camera no longer wants it.
 */
export async function keepLostLease(sql: Sql, lease: LeasedStream & { expiresAt: Date }): Promise<void> {
  await sql(
    `/* keepLostLease */ update ops.leases set epoch = null, expires_at = $4
     where tenant_id = $1 and stream_id = $2 and node_id = $3`,
    [lease.tenantId, lease.streamId, lease.nodeId, lease.expiresAt],
  )
}

/**
 * One lease that ran out before `cutoff`, locked for the transaction; those that others hold, and those of the
 * sessions `skipped`, are passed over.
 */
export async function lockExpiredLease(
  sql: Sql,
  cutoff: Date,
  skipped: readonly string[],
): Promise<Lease | undefined> {
  const rows = await sql<{
    tenant_id: string
    stream_id: string
    camera_id: string
    node_id: string
    epoch: bigint | number | null
  }>(
    `/* lockExpiredLease */ select tenant_id, stream_id, camera_id, node_id, epoch from ops.leases
     where expires_at < $1 and stream_id <> all($2::uuid[])
     order by expires_at limit 1 for update skip locked`,
    [cutoff, skipped],
  )
  const row = rows[0]
  return (
    row && {
      tenantId: row.tenant_id,
      streamId: row.stream_id,
      cameraId: row.camera_id,
      nodeId: row.node_id,
      epoch: row.epoch === null ? null : Number(row.epoch),
    }
  )
}
