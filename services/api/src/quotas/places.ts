import { streamName, tenantStreamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'
import { allCameraIds } from '@sightline/projections/cameras/reader'
import { allPersonIds } from '@sightline/projections/people/reader'
import { foldStream, type StreamReader } from '../fold.ts'
import type { Skipping } from '../sweeper/skipping.ts'
import { evolveTenant, noTenant } from '../tenants/state.ts'

type Ops = Pick<Database, 'inOps'>

/** So long is left to the command that took a place, which may wait for the log, ms. */
const COMMAND_PATIENCE_MS = 120_000

/** What a tenant may have so many of. */
export type PlaceKind = 'camera' | 'person'

/** The place that a camera or a person takes of a tenant's quota. */
export interface Place {
  tenantId: string
  kind: PlaceKind
  /** The camera's or the person's id. */
  subjectId: string
}

/**
 * Takes a place before the event that needs it is appended, so that of all who ask for the last one at once one gets it.
 * Whoever has a place has it still. A place that no event follows is given back by the sweeper.
 * @returns false where the tenant has as many as its quota lets it
 */
export async function takePlace(
  deps: { eventLog: StreamReader; database: Ops },
  place: Place,
  now: Date,
): Promise<boolean> {
  const { tenantId, kind, subjectId } = place
  const tenant = await foldStream(deps.eventLog, tenantStreamName(tenantId), noTenant, evolveTenant)
  const quota = tenant.status === 'absent' ? null : tenant.quota[kind === 'camera' ? 'cameras' : 'people']
  return deps.database.inOps('ops_api', tenantId, async sql => {
    if (quota !== null) {
      await sql('/* lockPlaces */ select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `places of ${tenantId} for ${kind}`,
      ])
      const rows = await sql<{ taken: bigint; mine: boolean }>(
        `/* countPlaces */ select count(*) as taken, coalesce(bool_or(subject_id = $3), false) as mine
         from ops.quota_places where tenant_id = $1 and kind = $2`,
        [tenantId, kind, subjectId],
      )
      const { taken, mine } = rows[0]!
      if (mine) return true
      if (taken >= BigInt(quota)) return false
    }
    await sql(
      `/* takePlace */ insert into ops.quota_places (tenant_id, kind, subject_id, reserved_at)
       values ($1, $2, $3, $4) on conflict (tenant_id, kind, subject_id) do nothing`,
      [tenantId, kind, subjectId, now],
    )
    return true
  })
}

/** Notes that the event which needed the place is in the log, even if the place was given back in the meantime. */
export async function confirmPlace(database: Ops, place: Place, now: Date): Promise<void> {
  await database.inOps('ops_api', place.tenantId, sql => confirm(sql, place, now))
}

async function confirm(sql: Sql, { tenantId, kind, subjectId }: Place, now: Date): Promise<void> {
  await sql(
    `/* confirmPlace */ insert into ops.quota_places (tenant_id, kind, subject_id, reserved_at, confirmed)
     values ($1, $2, $3, $4, true) on conflict (tenant_id, kind, subject_id) do update set confirmed = true`,
    [tenantId, kind, subjectId, now],
  )
}

/** Takes places for all that a tenant has: a log may be older than the counting of places. */
export async function takePlacesOf(
  database: Pick<Database, 'asPrincipal' | 'inOps'>,
  tenantId: string,
  now: Date,
): Promise<void> {
  const taken = await database.asPrincipal({ kind: 'tenant', tenantId }, async read => ({
    camera: await allCameraIds(read),
    person: await allPersonIds(read),
  }))
  await database.inOps('ops_api', tenantId, async sql => {
    for (const [kind, ids] of Object.entries(taken)) {
      await sql(
        `/* takePlacesOf */ insert into ops.quota_places (tenant_id, kind, subject_id, reserved_at, confirmed)
         select $1, $2, id, $4, true from unnest($3::uuid[]) as id
         on conflict (tenant_id, kind, subject_id) do nothing`,
        [tenantId, kind, ids, now],
      )
    }
  })
}

/**
 * Settles one place whose event was not noted: confirms it where the event is in the log, else gives it back.
 * @returns whether there was one
 */
export async function settlePlace(deps: {
  eventLog: StreamReader
  database: Ops
  skipping: Skipping
  now: () => Date
}): Promise<boolean> {
  const { eventLog, database, skipping, now } = deps
  return database.inOps('ops_api', null, async sql => {
    const at = now()
    const cutoff = new Date(at.getTime() - COMMAND_PATIENCE_MS)
    const rows = await sql<{ tenantId: string; kind: PlaceKind; subjectId: string }>(
      `/* lockUnconfirmedPlace */ select tenant_id as "tenantId", kind, subject_id as "subjectId"
       from ops.quota_places
       where not confirmed and reserved_at < $1 and subject_id <> all($2::uuid[])
       order by reserved_at limit 1 for update skip locked`,
      [cutoff, skipping.ids],
    )
    const place = rows[0]
    if (!place) return false
    await skipping.guard(place.subjectId, async () => {
      const stream = streamName(place.kind, place.tenantId, place.subjectId)
      const there = (await eventLog.readStream(stream, { maxCount: 1 })).length > 0
      if (there) await confirm(sql, place, at)
      else await giveBack(sql, place)
    })
    return true
  })
}

async function giveBack(sql: Sql, { tenantId, kind, subjectId }: Place): Promise<void> {
  await sql(
    `/* giveBackPlace */ delete from ops.quota_places
     where tenant_id = $1 and kind = $2 and subject_id = $3 and not confirmed`,
    [tenantId, kind, subjectId],
  )
}
