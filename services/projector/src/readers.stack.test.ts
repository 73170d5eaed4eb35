import { randomUUID } from 'node:crypto'
import type { SightlineEvent } from '@sightline/contracts/events'
import type { ReadPrincipal } from '@sightline/database/roles'
import type { Sql } from '@sightline/database/sql'
import { useSharedStack } from '@sightline/local/test-stack'
import {
  agentPage,
  agentPagesOfSites,
  agentsByIds,
  agentsChangedAfter,
  allAgents,
} from '@sightline/projections/agents/reader'
import { allAssignments, assignmentsChangedAfter } from '@sightline/projections/assignments/reader'
import {
  allCameras,
  cameraPage,
  cameraPagesOfSites,
  camerasByIds,
  camerasChangedAfter,
} from '@sightline/projections/cameras/reader'
import { readCheckpoint } from '@sightline/projections/checkpoint'
import { allPeople, peopleByIds, peopleChangedAfter, personPage } from '@sightline/projections/people/reader'
import { picturesOfPeople } from '@sightline/projections/pictures/reader'
import {
  sightingPage,
  sightingPagesOfCameras,
  sightingsByIds,
  sightingsChangedAfter,
} from '@sightline/projections/sightings/reader'
import { sitePage, sitesByIds } from '@sightline/projections/sites/reader'
import {
  newestStreamsOfCameras,
  streamsByIds,
  streamsOfCameraChangedAfter,
} from '@sightline/projections/streams/reader'
import { ownTenant } from '@sightline/projections/tenants/reader'
import { beforeAll, describe, expect, test } from 'vitest'
import { recorded, type StoryEvent, tell } from './test-story.ts'
import { startWorld, type TestWorld } from './test-world.ts'

const stack = await useSharedStack('postgres')
let world: TestWorld
let told: StoryEvent[]
let mine: ReadPrincipal
let tenantId: string

const as = <T>(principal: ReadPrincipal, use: (read: Sql) => Promise<T>) =>
  world.database.asPrincipal(principal, use)
const read = <T>(use: (read: Sql) => Promise<T>) => as(mine, use)
const stranger: ReadPrincipal = { kind: 'tenant', tenantId: randomUUID() }

/** The ids of a category's streams of the tenant. */
const idsOf = (category: string) => [
  ...new Set(
    told
      .filter(other => other.tenantId === tenantId && other.stream.startsWith(`${category}-`))
      .map(other => other.stream.slice(-36)),
  ),
]

/** Appends to one stream at the revision it has, waits for the rows, and gives the position before. */
async function happens(category: string, id: string, ...events: SightlineEvent[]): Promise<bigint> {
  const before = (await read(readCheckpoint))!.position
  const stream = `${category}-${tenantId}.${id}`
  const there = (await world.eventLog.readStream(stream)).length
  const given = recorded(events.map(event => ({ stream, tenantId, event })))
  await world.eventLog.append(
    stream,
    there === 0 ? 'no_stream' : there - 1,
    given.map(({ type, data, metadata }) => ({ type, data, metadata, id: randomUUID() }) as never),
  )
  await world.caughtUp()
  return before
}

beforeAll(async () => {
  world = await startWorld(stack)
  told = [...tell({ tenants: 2, camerasEach: 3, peopleEach: 3, sightingsEach: 4 })]
  tenantId = told[0]!.tenantId
  mine = { kind: 'tenant', tenantId }
  await world.project()
  await world.append(told)
  await world.caughtUp()
  return () => world[Symbol.asyncDispose]()
})

/** Reads page after page. */
async function pages<Row, Key>(
  page: (
    read: Sql,
    request: { first: number; after: Key | null },
  ) => Promise<{ rows: Row[]; hasNextPage: boolean }>,
  keyOf: (row: Row) => Key,
  first: number,
): Promise<Row[]> {
  const all: Row[] = []
  for (let after: Key | null = null; ; after = keyOf(all.at(-1)!)) {
    const { rows, hasNextPage } = await read(sql => page(sql, { first, after }))
    expect(rows.length).toBeLessThanOrEqual(first)
    all.push(...rows)
    if (!hasNextPage) return all
    expect(rows).toHaveLength(first)
  }
}

describe('another tenant', () => {
  test('finds nothing, by any reader', async () => {
    const cameraIds = idsOf('camera')
    const [siteId] = idsOf('site')
    const found = await as(stranger, async sql => [
      (await ownTenant(sql)) ?? [],
      await sitesByIds(sql, [siteId!]),
      (await sitePage(sql, { first: 10 })).rows,
      await allAgents(sql),
      await agentsByIds(sql, idsOf('agent')),
      (await agentPage(sql, { first: 10 })).rows,
      (await agentPagesOfSites(sql, [siteId!], { first: 10 })).get(siteId!)!.rows,
      await agentsChangedAfter(sql, { position: -1n }),
      await allCameras(sql),
      await camerasByIds(sql, cameraIds),
      (await cameraPage(sql, { siteId, first: 10 })).rows,
      (await cameraPagesOfSites(sql, [siteId!], { first: 10 })).get(siteId!)!.rows,
      await camerasChangedAfter(sql, { position: -1n }),
      await streamsByIds(sql, idsOf('stream')),
      await newestStreamsOfCameras(sql, cameraIds),
      await streamsOfCameraChangedAfter(sql, { position: -1n, cameraId: cameraIds[0]! }),
      await allPeople(sql),
      await peopleByIds(sql, idsOf('person')),
      (await personPage(sql, { first: 10 })).rows,
      await peopleChangedAfter(sql, { position: -1n }),
      await picturesOfPeople(sql, idsOf('person')),
      (await sightingPage(sql, { first: 10, cameraId: cameraIds[0]! })).rows,
      (await sightingPagesOfCameras(sql, cameraIds, { first: 10 })).get(cameraIds[0]!)!.rows,
      await sightingsChangedAfter(sql, { position: -1n }),
    ])
    expect(found.flat()).toEqual([])
  })

  test('and no tenant at all may read assignments, which are for machines', async () => {
    await expect(read(allAssignments)).rejects.toThrow('permission denied')
    await expect(as({ kind: 'machine' }, sql => allCameras(sql))).rejects.toThrow('permission denied')
  })
})

describe('pages', () => {
  test('of one row at a time are the whole list, in order', async () => {
    const byName = (row: { name: string | null; id: string }) => ({ name: row.name ?? '', id: row.id })
    expect(await pages(cameraPage, byName, 1)).toEqual(await read(sql => allCameras(sql)))
    expect(await pages(cameraPage, byName, 2)).toEqual(await read(sql => allCameras(sql)))
    expect(await pages(personPage, byName, 1)).toEqual(await read(allPeople))
    expect(await pages(agentPage, byName, 1)).toEqual(await read(allAgents))
    expect((await pages(sitePage, byName, 1)).map(row => row.name)).toEqual(['Gate'])
    const sightings = await pages(sightingPage, row => ({ at: row.firstSeenAt, id: row.id }), 5)
    expect(sightings).toHaveLength(12)
    const times = sightings.map(row => row.firstSeenAt.getTime())
    expect(times).toEqual([...times].sort((one, other) => other - one))
    expect(new Set(sightings.map(row => row.id)).size).toBe(12)
  })

  test('of many owners at once are those of each', async () => {
    const cameraIds = idsOf('camera')
    const [siteId] = idsOf('site')
    const unknown = randomUUID()
    const of = await read(sql => sightingPagesOfCameras(sql, [...cameraIds, unknown], { first: 3 }))
    for (const cameraId of cameraIds) {
      expect(of.get(cameraId)).toEqual(await read(sql => sightingPage(sql, { cameraId, first: 3 })))
      expect(of.get(cameraId)).toMatchObject({ hasNextPage: true })
    }
    expect(of.get(unknown)).toEqual({ rows: [], hasNextPage: false })
    const cameras = await read(sql => cameraPagesOfSites(sql, [siteId!], { first: 2 }))
    expect(cameras.get(siteId!)).toEqual(await read(sql => cameraPage(sql, { siteId, first: 2 })))
    const agents = await read(sql => agentPagesOfSites(sql, [siteId!], { first: 2 }))
    expect(agents.get(siteId!)?.rows).toEqual(await read(allAgents))
  })

  test('of sightings are filtered by camera, site and person', async () => {
    const [cameraId] = idsOf('camera')
    const [personId] = idsOf('person')
    const [siteId] = idsOf('site')
    const count = async (filter: object) =>
      (await read(sql => sightingPage(sql, { ...filter, first: 200 }))).rows.length
    expect(await count({ cameraId })).toBe(4)
    expect(await count({ siteId })).toBe(12)
    expect(await count({ personId })).toBe(6)
    expect(await count({ personId, cameraId })).toBe(2)
    expect(await count({ siteId: randomUUID() })).toBe(0)
  })
})

describe('rows', () => {
  test('of sightings say who was seen, when and how surely', async () => {
    const { rows } = await read(sql => sightingPage(sql, { first: 1 }))
    const [sighting] = rows
    expect(sighting).toMatchObject({
      personId: idsOf('person')[0],
      similarity: 0.8,
      status: 'LEFT',
      removed: false,
      previousSightingId: null,
      crop: { width: 112, height: 112 },
    })
    expect(sighting!.lastSeenAt.getTime() - sighting!.firstSeenAt.getTime()).toBe(40_000)
    expect(sighting!.decidedAt.getTime() - sighting!.firstSeenAt.getTime()).toBe(3_000)
    expect(sighting!.candidates.map(candidate => candidate.similarity.toFixed(1))).toEqual([
      '0.8',
      '0.7',
      '0.6',
    ])
    expect(await read(sql => sightingsByIds(sql, [sighting!.id]))).toEqual(rows)
  })

  test('hold no vector, and no address in the clear', async () => {
    const everything = JSON.stringify(await world.rows(), (_key, value) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(everything).not.toMatch(/template|vector|rtsp/)
    const [camera] = await read(sql => camerasByIds(sql, idsOf('camera').slice(0, 1)))
    expect(camera!.address).toMatchObject({ keyId: expect.any(String), data: expect.any(String) })
  })

  test('of people come with their pictures, and are as new as those', async () => {
    const people = await read(allPeople)
    expect(people.map(person => person.name)).toEqual(['Person 0', 'Person 1', 'Person 2'])
    const pictures = await read(sql =>
      picturesOfPeople(
        sql,
        people.map(person => person.id),
      ),
    )
    expect(pictures.map(picture => picture.status)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED'])
    expect(people.map(person => person.position).sort()).toEqual(
      pictures.map(picture => picture.position).sort(),
    )
  })

  test('tell the tenant’s own name', async () => {
    expect(await read(ownTenant)).toMatchObject({ id: tenantId, name: 'Harbour' })
  })
})

describe('indexes', () => {
  test('find a page and what changed although row level security stands before them', async () => {
    const plan = async (use: (read: Sql) => Promise<unknown>) => {
      const lines: string[] = []
      await read(async sql => {
        // The tables are too small for an index to be worth it: what is asked is whether one can be used.
        await sql(
          `/* preferIndexes */ select set_config(name, 'off', true)
           from unnest(array['enable_seqscan', 'enable_bitmapscan', 'enable_sort']) name`,
        )
        const explaining: Sql = async (text, values) => {
          const name = /^\s*\/\*.*?\*\//.exec(text)![0]
          const rows = await sql<{ 'QUERY PLAN': string }>(`${name} explain ${text}`, values)
          lines.push(...rows.map(row => row['QUERY PLAN']))
          return []
        }
        await use(explaining)
      })
      return lines.join('\n')
    }
    const [cameraId] = idsOf('camera')
    const after = { at: new Date(), id: randomUUID() }
    const page = await plan(sql => sightingPage(sql, { cameraId, first: 50, after }))
    expect(page).toMatch(
      /Index Scan using sightings_v1_1 .*\n.*Index Cond:.*camera_id = .*ROW\(first_seen_at, id\) </,
    )
    expect(page).not.toContain('Sort')
    const changed = await plan(sql => sightingsChangedAfter(sql, { position: 5n }))
    expect(changed).toMatch(/Index Scan using sightings_v1_4 .*\n.*Index Cond:.*"?position"? > /)
    const cameras = await plan(sql =>
      cameraPage(sql, { first: 50, after: { name: 'Camera 1', id: randomUUID() } }),
    )
    expect(cameras).toMatch(/Index Cond:.*ROW\(c?\.?name, c?\.?id\) >/)
    const people = await plan(sql => personPage(sql, { first: 50, after: { name: 'P', id: randomUUID() } }))
    expect(people).toMatch(/Index Cond:.*ROW\(p?\.?sort_name, p?\.?id\) >/)
  })
})

describe('after a position', () => {
  test('nothing changed where nothing happened', async () => {
    const { position } = (await read(readCheckpoint))!
    const changed = await read(async sql => [
      await agentsChangedAfter(sql, { position }),
      await camerasChangedAfter(sql, { position }),
      await peopleChangedAfter(sql, { position }),
      await sightingsChangedAfter(sql, { position }),
      await streamsOfCameraChangedAfter(sql, { position, cameraId: idsOf('camera')[0]! }),
    ])
    expect(changed.flat()).toEqual([])
    expect(await as({ kind: 'machine' }, sql => assignmentsChangedAfter(sql, { position }))).toEqual([])
  })

  test('an agent that went offline is a change', async () => {
    const [id] = idsOf('agent')
    const lastHeartbeatAt = '2026-01-02T00:00:00.000Z'
    const before = await happens('agent', id!, { type: 'AgentWentOffline', data: { lastHeartbeatAt } })
    const changed = await read(sql => agentsChangedAfter(sql, { position: before }))
    expect(changed).toMatchObject([{ id, status: 'OFFLINE' }])
    expect(changed[0]!.position).toBe((await read(readCheckpoint))!.position)
  })

  test('a camera changes with its newest session, for its own site alone', async () => {
    const [cameraId] = idsOf('camera')
    const [camera] = await read(sql => camerasByIds(sql, [cameraId!]))
    const before = await happens('stream', camera!.streamId!, {
      type: 'StreamReconnecting',
      data: { epoch: 0, reason: 'STALLED', detail: '' },
    })
    const siteId = camera!.siteId
    expect(await read(sql => camerasChangedAfter(sql, { position: before, siteId }))).toMatchObject([
      { id: cameraId },
    ])
    expect(await read(sql => camerasChangedAfter(sql, { position: before, siteId: randomUUID() }))).toEqual(
      [],
    )
    expect(await read(sql => streamsByIds(sql, [camera!.streamId!]))).toMatchObject([
      { status: 'RECONNECTING', reason: 'STALLED', wanted: true, video: { codec: 'h264' }, epoch: 0 },
    ])
  })

  test('a person changes with their pictures', async () => {
    const [id] = idsOf('person')
    const pictureId = randomUUID()
    const keyId = randomUUID()
    const added = { pictureId, keyId, contentType: 'image/png', sha256: 'a'.repeat(64), bytes: 3 } as const
    let before = await happens('person', id!, { type: 'PersonPictureAdded', data: added })
    expect(await read(sql => peopleChangedAfter(sql, { position: before }))).toMatchObject([
      { id, name: 'Person 0' },
    ])
    const picture = async () =>
      (await read(sql => picturesOfPeople(sql, [id!]))).find(row => row.id === pictureId)
    expect(await picture()).toMatchObject({ status: 'PENDING', refusal: null })
    before = await happens('picture', pictureId, {
      type: 'PictureRefused',
      data: { personId: id!, reason: 'NO_FACE' },
    })
    expect(await read(sql => peopleChangedAfter(sql, { position: before }))).toMatchObject([{ id }])
    expect(await picture()).toMatchObject({ status: 'REFUSED', refusal: 'NO_FACE' })
  })

  test('a session that a newer one replaced is removed, and machines hear of both', async () => {
    const cameraId = idsOf('camera')[1]!
    const [camera] = await read(sql => camerasByIds(sql, [cameraId]))
    const [first, second] = [camera!.streamId!, randomUUID()]
    const machine = <T>(use: (read: Sql) => Promise<T>) => as({ kind: 'machine' }, use)

    const before = await happens('camera', cameraId, { type: 'StreamStopped', data: { streamId: first } })
    expect(await read(sql => streamsOfCameraChangedAfter(sql, { position: before, cameraId }))).toMatchObject(
      [{ id: first, wanted: false, status: 'LIVE', removed: false }],
    )
    expect(await machine(sql => assignmentsChangedAfter(sql, { position: before }))).toMatchObject([
      { id: first, cameraId, removed: true },
    ])

    const stopped = await happens('camera', cameraId, { type: 'StreamStarted', data: { streamId: second } })
    expect(
      await read(sql => streamsOfCameraChangedAfter(sql, { position: stopped, cameraId })),
    ).toMatchObject([
      { id: first, removed: true },
      { id: second, wanted: true, status: 'OFFLINE', reason: null, video: null, removed: false },
    ])
    expect(await read(sql => newestStreamsOfCameras(sql, [cameraId]))).toMatchObject([
      { id: second, session: 3 },
    ])
    expect(await machine(sql => assignmentsChangedAfter(sql, { position: stopped }))).toMatchObject([
      {
        id: second,
        session: 3,
        nodeId: null,
        epoch: null,
        status: 'OFFLINE',
        removed: false,
        framesPerSecond: 2,
      },
    ])

    const siteId = camera!.siteId
    const nodeId = randomUUID()
    const started = await happens('stream', second, {
      type: 'StreamClaimed',
      data: { cameraId, siteId, session: 3, nodeId },
    })
    expect(await machine(sql => assignmentsChangedAfter(sql, { position: started }))).toMatchObject([
      { id: second, nodeId, epoch: 0, status: 'CONNECTING' },
    ])
    const claimed = await happens('stream', second, { type: 'StreamNodeLost', data: { epoch: 0, nodeId } })
    expect(await machine(sql => assignmentsChangedAfter(sql, { position: claimed }))).toMatchObject([
      { id: second, nodeId: null, epoch: 0, status: 'RECONNECTING' },
    ])

    // What ends the old session afterwards is nothing that a node must still hear.
    const ended = await happens('stream', first, {
      type: 'StreamEnded',
      data: { epoch: 0, reason: 'STOPPED' },
    })
    expect(await machine(sql => assignmentsChangedAfter(sql, { position: ended }))).toEqual([])
    expect((await machine(allAssignments)).map(row => row.id)).not.toContain(first)
    expect((await machine(allAssignments)).length).toBe(6)
  })

  test('a session that was stopped before anybody took it says so', async () => {
    const cameraId = idsOf('camera')[2]!
    const [camera] = await read(sql => camerasByIds(sql, [cameraId]))
    const streamId = randomUUID()
    await happens(
      'camera',
      cameraId,
      { type: 'StreamStopped', data: { streamId: camera!.streamId! } },
      { type: 'StreamStarted', data: { streamId } },
      { type: 'StreamStopped', data: { streamId } },
    )
    expect(await read(sql => streamsByIds(sql, [streamId]))).toMatchObject([
      { status: 'OFFLINE', reason: 'STOPPED', wanted: false, siteId: camera!.siteId },
    ])
    await happens('camera', cameraId, { type: 'StreamStarted', data: { streamId: randomUUID() } })
  })

  test('sightings come in the order of their change, in portions, and leave a person’s list when it was another', async () => {
    const all = await read(sql => sightingsChangedAfter(sql, { position: -1n }))
    expect(all).toHaveLength(12)
    const some = await read(sql => sightingsChangedAfter(sql, { position: -1n, limit: 5 }))
    expect(some).toEqual(all.slice(0, 5))
    const rest = await read(sql => sightingsChangedAfter(sql, { position: some.at(-1)!.position }))
    expect(rest).toEqual(all.slice(5))
    const [personId] = idsOf('person')
    const [cameraId] = idsOf('camera')
    const ofPerson = await read(sql => sightingsChangedAfter(sql, { position: -1n, personId, cameraId }))
    expect(ofPerson.map(row => row.removed)).toEqual(ofPerson.map(row => row.personId !== personId))
    expect(ofPerson.every(row => row.cameraId === cameraId)).toBe(true)
    expect(ofPerson).toHaveLength(4)
  })
})
