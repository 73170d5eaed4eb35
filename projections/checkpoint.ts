import type { Sql } from '@sightline/database/sql'

/** How far the read models have come, and in which log. */
export interface Checkpoint {
  /** The event id of the log's LogCreated. */
  logId: string
  /** Position of the last event whose effect the rows hold; -1 before the first. */
  position: bigint
}

/** Before the first event. */
export const NOTHING_YET = -1n

/** One row; it belongs to no tenant, and everybody who reads rows may see how far they are. */
export const checkpointDdl = `create table read.checkpoint (
    one boolean primary key default true check (one), log_id uuid not null, position bigint not null);
  alter table read.checkpoint enable row level security, force row level security;
  create policy projector on read.checkpoint to projector using (true);
  create policy readers on read.checkpoint for select to api_tenant, api_scoped, api_machine, api_system using (true);
  grant select on read.checkpoint to api_tenant, api_scoped, api_machine, api_system`

/**
 * The checkpoint as of the transaction's snapshot: all rows that it sees are of exactly this position. Undefined
 * before a projector ran for the first time.
 */
export async function readCheckpoint(read: Sql): Promise<Checkpoint | undefined> {
  const rows = await read<Checkpoint>(
    '/* readCheckpoint */ select log_id as "logId", position from read.checkpoint',
  )
  return rows[0]
}

/** The channel that tells that the checkpoint moved. */
export const READ_CHANNEL = 'sightline_read'
