import type { Sql } from '@sightline/database/sql'
import { type ListedFor, type NameKey, type Page, type PageRequest, pageOf, pagesByOwner } from '../page.ts'
import { fewOf } from '../scope.ts'
import { selectList } from '../table.ts'
import { tableOf } from '../tables.ts'
import { type CameraRow, cameras } from './table.ts'

export type { CameraRow } from './table.ts'

/** A camera changes with its newest session: `position` is the newer of both. */
const select = `select ${selectList(cameras, 'c', { position: 'greatest(c.position, s.position)' })}
  from ${cameras.sqlName} c
  left join ${tableOf('streams')} s on s.tenant_id = c.tenant_id and s.id = c.stream_id`

/** Cameras by their ids, in no order; absent ones are left out. */
export function camerasByIds(read: Sql, ids: readonly string[]): Promise<CameraRow[]> {
  return read<CameraRow>(`/* camerasByIds */ ${select} where c.id = any($1::uuid[]) and not c.removed`, [ids])
}

/** All cameras, or those of a site: what a subscription starts with. */
export function allCameras(
  read: Sql,
  { siteId = null, scope }: { siteId?: string | null | undefined } & ListedFor = {},
): Promise<CameraRow[]> {
  const few = fewOf(scope)
  return read<CameraRow>(
    `/* allCameras */ ${select} where not c.removed and ($1::uuid is null or c.site_id = $1)
       and ($2::uuid[] is null or c.site_id = any($2) or c.id = any($3::uuid[]))
     order by c.name, c.id`,
    [siteId, few?.siteIds ?? null, few?.cameraIds ?? null],
  )
}

/** A page of cameras by name, of one site where it is given. */
export async function cameraPage(
  read: Sql,
  {
    siteId = null,
    first,
    after,
    scope,
  }: PageRequest<NameKey> & ListedFor & { siteId?: string | null | undefined },
): Promise<Page<CameraRow>> {
  const few = fewOf(scope)
  const rows = await read<CameraRow>(
    `/* cameraPage */ ${select}
     where not c.removed and ($1::uuid is null or c.site_id = $1)
       and ($2::text is null or (c.name, c.id) > ($2, $3::uuid))
       and ($4::uuid[] is null or c.site_id = any($4) or c.id = any($5::uuid[]))
     order by c.name, c.id limit $6`,
    [siteId, after?.name ?? null, after?.id ?? null, few?.siteIds ?? null, few?.cameraIds ?? null, first + 1],
  )
  return pageOf(rows, first)
}

/** The same page of each site's cameras, by site. */
export async function cameraPagesOfSites(
  read: Sql,
  siteIds: readonly string[],
  { first, after }: PageRequest<NameKey>,
): Promise<Map<string, Page<CameraRow>>> {
  const rows = await read<CameraRow>(
    `/* cameraPagesOfSites */ select page.* from unnest($1::uuid[]) as site (id) cross join lateral (
       ${select} where c.site_id = site.id and not c.removed
         and ($2::text is null or (c.name, c.id) > ($2, $3::uuid))
       order by c.name, c.id limit $4) page`,
    [siteIds, after?.name ?? null, after?.id ?? null, first + 1],
  )
  return pagesByOwner(rows, siteIds, row => row.siteId, first)
}

/**
 * Cameras that changed, or whose newest session changed, after a position, removed ones too, in the order of their
 * last change.
 */
export function camerasChangedAfter(
  read: Sql,
  { position, siteId = null }: { position: bigint; siteId?: string | null | undefined },
): Promise<CameraRow[]> {
  return read<CameraRow>(
    `/* camerasChangedAfter */ ${select}
     where c.id in (
         select id from ${cameras.sqlName} where position > $1
         union all select camera_id from ${tableOf('streams')} where position > $1)
       and greatest(c.position, s.position) > $1
       and ($2::uuid is null or c.site_id = $2)
     order by greatest(c.position, s.position)`,
    [position, siteId],
  )
}

/** The ids of all cameras. */
export async function allCameraIds(read: Sql): Promise<string[]> {
  const rows = await read<{ id: string }>(
    `/* allCameraIds */ select id from ${cameras.sqlName} where not removed`,
  )
  return rows.map(row => row.id)
}
