import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'
import { allTables } from '@sightline/projections/all'
import {
  type Checkpoint,
  checkpointDdl,
  NOTHING_YET,
  readCheckpoint,
} from '@sightline/projections/checkpoint'

/** The rows were computed by other means than this process has: they must be rebuilt. */
export class RebuildNeededError extends Error {
  override name = 'RebuildNeededError'
  constructor(reason: string) {
    super(`${reason}: stop the projector and run \`npm run projections -- rebuild\``)
  }
}

/** The name of the lock that a running projector and a rebuild hold. */
export const PROJECTOR_LOCK = 'sightline projector'

/**
 * The projector's rows may be lost in a crash, because their checkpoint is lost with them. What it makes once, at
 * its start, may not: nothing would tell it to make it again.
 */
async function waitForDisk(sql: Sql): Promise<void> {
  await sql('/* waitForDisk */ set local synchronous_commit = on')
}

/**
 * Makes the tables that are missing, as long as no event was applied that they would need.
 * @throws RebuildNeededError where one is missing afterwards, or is there with another shape
 */
export async function ensureTables(sql: Sql): Promise<void> {
  await waitForDisk(sql)
  await lockTables(sql)
  const rows = await sql<{ name: string; fingerprint: string | null }>(
    `/* tablesThere */ select 'read.' || relname as name, obj_description(oid, 'pg_class') as fingerprint
     from pg_class where relnamespace = 'read'::regnamespace and relkind = 'r'`,
  )
  const there = new Map(rows.map(row => [row.name, row.fingerprint]))
  if (!there.has('read.checkpoint')) await sql(`/* createCheckpoint */ ${checkpointDdl}`)
  const { position = NOTHING_YET } = (await readCheckpoint(sql)) ?? {}
  for (const { sqlName, ddl, fingerprint } of allTables) {
    if (!there.has(sqlName)) {
      if (position > NOTHING_YET) throw new RebuildNeededError(`table ${sqlName} lacks what happened so far`)
      await sql(`/* createTable */ ${ddl}; comment on table ${sqlName} is '${fingerprint}'`)
    } else if (there.get(sqlName) !== fingerprint) {
      throw new RebuildNeededError(`table ${sqlName} has another shape than this build's`)
    }
  }
}

/** Indexes of many rows take their time. */
const INDEX_WITHIN_MS = 3_600_000

/** Makes the indexes that are missing: of new tables, and of those that a rebuild left before its end. */
export function ensureIndexes(database: Pick<Database, 'asProjector'>): Promise<void> {
  return database.asProjector(makeIndexes, { answerWithinMs: INDEX_WITHIN_MS })
}

async function makeIndexes(sql: Sql): Promise<void> {
  await waitForDisk(sql)
  await lockTables(sql)
  const rows = await sql<{ name: string }>(
    "/* indexesThere */ select indexname as name from pg_indexes where schemaname = 'read'",
  )
  const there = new Set(rows.map(row => row.name))
  for (const { indexes } of allTables) {
    for (const [name, ddl] of indexes) if (!there.has(name)) await sql(`/* createIndex */ ${ddl}`)
  }
}

async function lockTables(sql: Sql): Promise<void> {
  await sql("/* lockTables */ select pg_advisory_xact_lock(hashtextextended('sightline read tables', 0))")
}

/** Makes the checkpoint where there is none, and gives it. @throws RebuildNeededError where it is of another log */
export async function ensureCheckpoint(sql: Sql, logId: string): Promise<Checkpoint> {
  await sql(
    '/* startCheckpoint */ insert into read.checkpoint (log_id, position) values ($1, $2) on conflict do nothing',
    [logId, NOTHING_YET],
  )
  const checkpoint = (await readCheckpoint(sql))!
  if (checkpoint.logId !== logId) {
    throw new RebuildNeededError(`the rows are of the log ${checkpoint.logId}, and this one is ${logId}`)
  }
  return checkpoint
}

/** Takes everything out of `read`: the tables of this build and of any other, and the checkpoint. */
export async function emptyRead(sql: Sql): Promise<void> {
  const rows = await sql<{ name: string }>(
    `/* tablesThere */ select format('%I.%I', 'read', relname) as name
     from pg_class where relnamespace = 'read'::regnamespace and relkind = 'r'`,
  )
  if (rows.length > 0) await sql(`/* dropTables */ drop table ${rows.map(row => row.name).join(', ')}`)
}
