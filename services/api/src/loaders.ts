import type { Sql } from '@sightline/database/sql'
import { type AgentRow, agentPagesOfSites } from '@sightline/projections/agents/reader'
import { type CameraRow, cameraPagesOfSites, camerasByIds } from '@sightline/projections/cameras/reader'
import { type GrantRow, grantsOfMembers } from '@sightline/projections/members/reader'
import type { NameKey, Page, PageRequest, TimeKey } from '@sightline/projections/page'
import { type PersonRow, peopleByIds } from '@sightline/projections/people/reader'
import { type PictureRow, picturesOfPeople } from '@sightline/projections/pictures/reader'
import { type SightingRow, sightingPagesOfCameras } from '@sightline/projections/sightings/reader'
import { type SiteRow, sitesByIds } from '@sightline/projections/sites/reader'
import { newestStreamsOfCameras, type StreamRow } from '@sightline/projections/streams/reader'
import { ownTenantSettings, type TenantSettingsRow } from '@sightline/projections/tenants/reader'
import DataLoader from 'dataloader'

type Read = <T>(use: (read: Sql) => Promise<T>) => Promise<T>

/** The same page of each owner's rows. */
type PageOf<Key> = { ownerId: string } & PageRequest<Key>

/** Reads relations in batches; they live for one request or one delivered change. */
export interface Loaders {
  readonly site: DataLoader<string, SiteRow | null>
  readonly camera: DataLoader<string, CameraRow | null>
  readonly person: DataLoader<string, PersonRow | null>
  readonly newestStreamOfCamera: DataLoader<string, StreamRow | null>
  readonly tenantSettings: DataLoader<string, TenantSettingsRow | null>
  readonly grantsOfMember: DataLoader<string, GrantRow[]>
  readonly picturesOfPerson: DataLoader<string, PictureRow[]>
  readonly camerasOfSite: DataLoader<PageOf<NameKey>, Page<CameraRow>, string>
  readonly agentsOfSite: DataLoader<PageOf<NameKey>, Page<AgentRow>, string>
  readonly sightingsOfCamera: DataLoader<PageOf<TimeKey>, Page<SightingRow>, string>
}

/** Loaders over the reads of one operation. */
export function createLoaders(read: Read): Loaders {
  return {
    site: byKey(
      ids => read(sql => sitesByIds(sql, ids)),
      row => row.id,
    ),
    camera: byKey(
      ids => read(sql => camerasByIds(sql, ids)),
      row => row.id,
    ),
    person: byKey(
      ids => read(sql => peopleByIds(sql, ids)),
      row => row.id,
    ),
    newestStreamOfCamera: byKey(
      ids => read(sql => newestStreamsOfCameras(sql, ids)),
      row => row.cameraId,
    ),
    tenantSettings: byKey(
      () => read(async sql => [await ownTenantSettings(sql)].filter(row => row !== undefined)),
      row => row.id,
    ),
    grantsOfMember: new DataLoader(async userIds => {
      const rows = await read(sql => grantsOfMembers(sql, userIds))
      const byMember = Map.groupBy(rows, row => row.userId)
      return userIds.map(userId => byMember.get(userId) ?? [])
    }),
    picturesOfPerson: new DataLoader(async personIds => {
      const rows = await read(sql => picturesOfPeople(sql, personIds))
      const byPerson = Map.groupBy(rows, row => row.personId)
      return personIds.map(personId => byPerson.get(personId) ?? [])
    }),
    camerasOfSite: pages((ids, page) => read(sql => cameraPagesOfSites(sql, ids, page))),
    agentsOfSite: pages((ids, page) => read(sql => agentPagesOfSites(sql, ids, page))),
    sightingsOfCamera: pages((ids, page) => read(sql => sightingPagesOfCameras(sql, ids, page))),
  }
}

/** One row by its key, null where there is none. */
function byKey<Row>(
  rowsOf: (keys: readonly string[]) => Promise<Row[]>,
  keyOf: (row: Row) => string,
): DataLoader<string, Row | null> {
  return new DataLoader(async keys => {
    const rows = new Map((await rowsOf(keys)).map(row => [keyOf(row), row]))
    return keys.map(key => rows.get(key) ?? null)
  })
}

/** Pages of many owners; those that ask for the same page of their rows are read at once. */
function pages<Row, Key>(
  pagesOf: (ownerIds: readonly string[], page: PageRequest<Key>) => Promise<Map<string, Page<Row>>>,
): DataLoader<PageOf<Key>, Page<Row>, string> {
  const requestKey = ({ first, after }: PageRequest<Key>) => JSON.stringify([first, after ?? null])
  return new DataLoader<PageOf<Key>, Page<Row>, string>(
    async requests => {
      const read = new Map<string, Promise<Map<string, Page<Row>>>>()
      for (const [key, same] of Map.groupBy(requests, requestKey)) {
        const { first, after } = same[0]!
        read.set(key, pagesOf([...new Set(same.map(request => request.ownerId))], { first, after }))
      }
      return Promise.all(
        requests.map(async request => {
          const byOwner = await read.get(requestKey(request))!
          return byOwner.get(request.ownerId) ?? { rows: [], hasNextPage: false }
        }),
      )
    },
    { cacheKeyFn: ({ ownerId, ...page }) => `${ownerId} ${requestKey(page)}` },
  )
}

/** The rows of these ids that are there for the caller, in their order. */
export async function loadPresent<Row>(
  loader: Pick<DataLoader<string, Row | null>, 'load'>,
  ids: readonly string[],
): Promise<Row[]> {
  const rows = await Promise.all(ids.map(id => loader.load(id)))
  return rows.filter(row => row !== null)
}
