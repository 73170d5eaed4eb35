import { randomBytes, randomUUID } from 'node:crypto'
import type { Sql } from '@sightline/database/sql'

/** Where planted rows are: one tenant with three sites and a camera in each but the second, which has two; and another tenant. */
export const world = {
  tenants: [randomUUID(), randomUUID()],
  sites: [randomUUID(), randomUUID(), randomUUID()],
  cameras: [randomUUID(), randomUUID(), randomUUID(), randomUUID()],
} as const

/** One row of a table, and whose it is. */
export interface PlantedRow {
  /** Which row it is: its `ctid`, which every reader can name and nothing here changes. */
  at: string
  tenant: string | null
  site: string | null
  camera: string | null
  sites: readonly string[] | null
}

interface Column {
  name: string
  type: string
  needed: boolean
  generated: boolean
}

type Place = Pick<PlantedRow, 'tenant' | 'site' | 'camera' | 'sites'>

/**
 * Plants rows of both tenants, and of none where a row may be nobody's, in every corner of the world into a table, past row level security: whatever the table
 * is, as long as columns go by the names that they have everywhere.
 *
 * @param owner a door that row level security doesn't bind
 * @param values what some columns must be, where the table doesn't take anything
 */
export async function plantRows(
  owner: Sql,
  table: string,
  values: (tenant: string | null) => Record<string, unknown> | undefined,
): Promise<PlantedRow[]> {
  const columns = await columnsOf(owner, table)
  const planted: PlantedRow[] = []
  for (const place of placesOf(columns)) {
    planted.push({ ...place, at: await plant(owner, table, columns, place, values(place.tenant) ?? {}) })
  }
  return planted
}

/** The values of a row at a place, for whoever writes it by another door. */
export async function rowAt(
  look: Sql,
  table: string,
  place: Place,
  values: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  return valuesOf(await columnsOf(look, table), place, values)
}

function columnsOf(look: Sql, table: string): Promise<Column[]> {
  return look<Column>(
    `/* columnsOf */ select attname as name, format_type(atttypid, atttypmod) as type,
       attnotnull and not atthasdef as needed, attgenerated <> '' as generated
     from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  )
}

function placesOf(columns: readonly Column[]): Place[] {
  const has = (name: string) => columns.some(column => column.name === name)
  const [mine, other] = world.tenants
  const nowhere = { site: null, camera: null, sites: null }
  const nobodys = { tenant: null, ...nowhere }
  const tenantId = columns.find(({ name }) => name === 'tenant_id')
  if (!tenantId) return [nobodys]
  const everywhere = (tenant: string): Place[] => {
    if (has('site_ids')) {
      const [first, second, third] = world.sites
      return [[], [first], [second, third], [second, first]].map(sites => ({ tenant, ...nowhere, sites }))
    }
    if (!has('site_id')) return [{ tenant, ...nowhere }]
    const ofSites = world.sites.map(site => ({ tenant, ...nowhere, site }))
    if (!writesCamera(columns)) return ofSites
    return world.cameras.map((camera, index) => ({
      tenant,
      ...nowhere,
      camera,
      site: world.sites[[0, 1, 1, 2][index]!]!,
    }))
  }
  return [...everywhere(mine!), ...everywhere(other!), ...(tenantId.needed ? [] : [nobodys])]
}

/** Whether a row of the table is about a camera; where it isn't, the column stays empty. */
function writesCamera(columns: readonly Column[]): boolean {
  const camera = columns.find(({ name }) => name === 'camera_id')
  return camera !== undefined && (camera.needed || camera.generated)
}

async function plant(
  owner: Sql,
  table: string,
  columns: readonly Column[],
  place: Place,
  given: Record<string, unknown>,
): Promise<string> {
  const values = valuesOf(columns, place, given)
  const rows = await owner<{ at: string }>(
    `${insertInto(table, values)} returning ctid::text as at`,
    Object.values(values),
  )
  return rows[0]!.at
}

/** The statement that writes a row of these columns, its values as parameters in their order. */
export function insertInto(table: string, values: Record<string, unknown>): string {
  const names = Object.keys(values)
  return `/* plant */ insert into ${table} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`
}

function valuesOf(
  columns: readonly Column[],
  place: Place,
  given: Record<string, unknown>,
): Record<string, unknown> {
  const generated = (name: string) => columns.some(column => column.name === name && column.generated)
  const own: Record<string, unknown> = {
    tenant_id: place.tenant,
    site_id: place.site,
    camera_id: place.camera,
    site_ids: place.sites,
    // A site and a camera are themselves what they belong to.
    ...(generated('site_id') && { id: place.site }),
    ...(generated('camera_id') && { id: place.camera }),
    ...given,
  }
  const written = columns.filter(({ name, needed, generated }) => !generated && (needed || own[name] != null))
  return Object.fromEntries(written.map(({ name, type }) => [name, own[name] ?? anyOf(type)]))
}

function anyOf(type: string): unknown {
  if (type === 'uuid') return randomUUID()
  if (type === 'boolean') return false
  if (type === 'jsonb') return '{}'
  if (type === 'bytea') return randomBytes(16)
  if (type.endsWith('[]')) return []
  if (type.startsWith('timestamp')) return new Date()
  if (/^(bigint|integer|double precision)$/.test(type)) return 1
  return randomUUID()
}
