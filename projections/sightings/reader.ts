import type { Sql } from '@sightline/database/sql'
import { type ListedFor, type Page, type PageRequest, pageOf, pagesByOwner, type TimeKey } from '../page.ts'
import { fewOf } from '../scope.ts'
import { selectList } from '../table.ts'
import { type SightingRow, sightings } from './table.ts'

export type { SightingRow } from './table.ts'

/** Whose sightings: all conditions that are given hold. */
export interface SightingFilter {
  cameraId?: string | null | undefined
  siteId?: string | null | undefined
  personId?: string | null | undefined
}

const select = `select ${selectList(sightings, 's')} from ${sightings.sqlName} s`

/** Sightings by their ids, in no order; absent ones are left out. */
export function sightingsByIds(read: Sql, ids: readonly string[]): Promise<SightingRow[]> {
  return read<SightingRow>(`/* sightingsByIds */ ${select} where s.id = any($1::uuid[]) and not s.removed`, [
    ids,
  ])
}

/**
 * A page of sightings, newest first by when they began. Its first page is what a subscription starts with.
 *
 * For whom sees few sites and cameras the newest of each are merged: it doesn't matter how long ago that was, nor what
 * others saw since.
 */
export async function sightingPage(
  read: Sql,
  { cameraId, siteId, personId, scope, first, after }: PageRequest<TimeKey> & SightingFilter & ListedFor,
): Promise<Page<SightingRow>> {
  const values: unknown[] = []
  const parameter = (value: unknown) => `$${values.push(value)}`
  const limit = parameter(first + 1)
  const conditions = ['not s.removed']
  if (cameraId) conditions.push(`s.camera_id = ${parameter(cameraId)}`)
  if (siteId) conditions.push(`s.site_id = ${parameter(siteId)}`)
  if (personId) conditions.push(`s.person_id = ${parameter(personId)}`)
  if (after) conditions.push(`(s.first_seen_at, s.id) < (${parameter(after.at)}, ${parameter(after.id)})`)
  const newest = (...more: string[]) =>
    `${select} where ${[...conditions, ...more].join(' and ')} order by s.first_seen_at desc, s.id desc limit ${limit}`
  const newestOfEach = (column: string, ids: readonly string[]) =>
    `select page.* from unnest(${parameter(ids)}::uuid[]) as owner (id)
     cross join lateral (${newest(`s.${column} = owner.id`)}) page`

  // What is filtered by has an index of its own.
  const few = cameraId || siteId || personId ? undefined : fewOf(scope)
  let text = newest()
  if (few) {
    const each: string[] = []
    if (few.siteIds.length > 0) each.push(newestOfEach('site_id', few.siteIds))
    if (few.cameraIds.length > 0) each.push(newestOfEach('camera_id', few.cameraIds))
    if (each.length === 0) return pageOf([], first)
    // One may be at a site and by a camera that are both among them.
    text = `select distinct on ("firstSeenAt", id) each.* from (${each.join(' union all ')}) each
      order by "firstSeenAt" desc, id desc limit ${limit}`
  }
  return pageOf(await read<SightingRow>(`/* sightingPage */ ${text}`, values), first)
}

/** The same page of each camera's sightings, newest first, by camera. */
export async function sightingPagesOfCameras(
  read: Sql,
  cameraIds: readonly string[],
  { first, after }: PageRequest<TimeKey>,
): Promise<Map<string, Page<SightingRow>>> {
  const rows = await read<SightingRow>(
    `/* sightingPagesOfCameras */ select page.* from unnest($1::uuid[]) as camera (id) cross join lateral (
       ${select} where s.camera_id = camera.id and not s.removed
         and ($2::timestamptz is null or (s.first_seen_at, s.id) < ($2, $3::uuid))
       order by s.first_seen_at desc, s.id desc limit $4) page`,
    [cameraIds, after?.at ?? null, after?.id ?? null, first + 1],
  )
  return pagesByOwner(rows, cameraIds, row => row.cameraId, first)
}

/**
 * Sightings that changed after a position, in the order of their last change, at most `limit` (500): as many rows
 * tell that there may be more after the last one's position. Camera and site of a sighting never change and select
 * here; its person may, so one of another person than asked for comes as removed.
 */
export function sightingsChangedAfter(
  read: Sql,
  {
    position,
    cameraId,
    siteId,
    personId,
    limit = 500,
  }: SightingFilter & { position: bigint; limit?: number },
): Promise<SightingRow[]> {
  return read<SightingRow>(
    `/* sightingsChangedAfter */
     select ${selectList(sightings, 's', { removed: 's.removed or ($4::uuid is not null and s.person_id is distinct from $4)' })}
     from ${sightings.sqlName} s
     where s.position > $1 and ($2::uuid is null or s.camera_id = $2) and ($3::uuid is null or s.site_id = $3)
     order by s.position limit $5`,
    [position, cameraId ?? null, siteId ?? null, personId ?? null, limit],
  )
}
