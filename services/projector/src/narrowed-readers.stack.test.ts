import { randomUUID } from 'node:crypto'
import type { SightlineEvent } from '@sightline/contracts/events'
import { streamName, type TenantCategory } from '@sightline/contracts/stream-names'
import type { Sql } from '@sightline/database/sql'
import { useSharedStack } from '@sightline/local/test-stack'
import { agentPage, allAgents } from '@sightline/projections/agents/reader'
import {
  allCameras,
  cameraPage,
  camerasByIds,
  camerasChangedAfter,
} from '@sightline/projections/cameras/reader'
import { readCheckpoint } from '@sightline/projections/checkpoint'
import type { TimeKey } from '@sightline/projections/page'
import { allPeople, peopleByIds } from '@sightline/projections/people/reader'
import { picturesOfPeople } from '@sightline/projections/pictures/reader'
import { sightingPage } from '@sightline/projections/sightings/reader'
import { sitePage } from '@sightline/projections/sites/reader'
import { newestStreamsOfCameras } from '@sightline/projections/streams/reader'
import { ownTenant } from '@sightline/projections/tenants/reader'
import { beforeAll, expect, test } from 'vitest'
import { type StoryEvent, tell } from './test-story.ts'
import { startWorld, type TestWorld } from './test-world.ts'

const stack = await useSharedStack('postgres')
let world: TestWorld

/** A tenant with a gate of three cameras, an agent, people and sightings, and a yard of one camera and a person. */
const told: StoryEvent[] = [...tell({ tenants: 1, camerasEach: 3, peopleEach: 2, sightingsEach: 2 })]
const [{ tenantId }] = told as [StoryEvent]
const ofTold = <Type extends SightlineEvent['type']>(type: Type) =>
  told.filter(({ event }) => event.type === type).map(({ stream }) => stream.slice(-36))
const [gate] = ofTold('SiteCreated') as [string]
const gateCameras = ofTold('CameraRegistered')
const [yard, yardCamera, yardPerson, yardPicture, yardStream, keyId] = Array.from({ length: 6 }, () =>
  randomUUID(),
) as [string, string, string, string, string, string]

beforeAll(async () => {
  const registered = told.find(({ event }) => event.type === 'CameraRegistered')!.event
  if (registered.type !== 'CameraRegistered') throw new TypeError('the story registers no camera')
  const accepted = told.find(({ event }) => event.type === 'PictureAccepted')!.event
  if (accepted.type !== 'PictureAccepted') throw new TypeError('the story accepts no picture')
  const of = (category: TenantCategory, id: string, event: SightlineEvent): StoryEvent => ({
    stream: streamName(category, tenantId, id),
    tenantId,
    event,
  })
  world = await startWorld(stack)
  await world.project()
  await world.append([
    ...told,
    of('site', yard, { type: 'SiteCreated', data: { name: 'Yard' } }),
    of('camera', yardCamera, {
      type: 'CameraRegistered',
      data: { ...registered.data, siteId: yard, name: 'Yard camera' },
    }),
    of('camera', yardCamera, { type: 'StreamStarted', data: { streamId: yardStream } }),
    of('person', yardPerson, { type: 'PersonEnrolled', data: { keyId, name: 'Warden', siteIds: [yard] } }),
    of('person', yardPerson, {
      type: 'PersonPictureAdded',
      data: { pictureId: yardPicture, keyId, contentType: 'image/png', sha256: 'a'.repeat(64), bytes: 3 },
    }),
    of('picture', yardPicture, {
      type: 'PictureAccepted',
      data: { ...accepted.data, personId: yardPerson, keyId },
    }),
  ])
  await world.caughtUp()
  return () => world[Symbol.asyncDispose]()
})

/** What somebody sees to whom these sites and cameras were granted, by all readers. */
async function seenWithin(siteIds: string[], cameraIds: string[]) {
  const read = <T>(use: (sql: Sql) => Promise<T>) =>
    world.database.asPrincipal({ kind: 'tenant', tenantId, scope: { siteIds, cameraIds } }, use)
  return read(async sql => {
    const cameras = await allCameras(sql)
    const ids = [...gateCameras, yardCamera]
    expect((await camerasByIds(sql, ids)).length).toBe(cameras.length)
    expect((await camerasChangedAfter(sql, { position: -1n })).length).toBe(cameras.length)
    const people = await allPeople(sql)
    const pictures = await picturesOfPeople(sql, [...ofTold('PersonEnrolled'), yardPerson])
    expect(pictures.every(({ status }) => status === 'ACCEPTED')).toBe(true)
    const sightings = (await sightingPage(sql, { first: 50 })).rows
    return {
      tenant: (await ownTenant(sql))?.name,
      rowsAreOfAPosition: (await readCheckpoint(sql)) !== undefined,
      sites: (await sitePage(sql, { first: 50 })).rows.map(({ name }) => name),
      agents: (await allAgents(sql)).length,
      cameras: cameras.map(({ name }) => name),
      sessions: (await newestStreamsOfCameras(sql, ids)).length,
      sightings: sightings.length,
      named: new Set(
        (
          await peopleByIds(
            sql,
            sightings.map(({ personId }) => personId!),
          )
        ).map(({ name }) => name),
      ).size,
      people: people.map(({ name }) => name),
      pictures: pictures.length,
    }
  })
}

const known = { tenant: 'Harbour', rowsAreOfAPosition: true }
/** Of no site: whoever sees anything may see them. */
const everywhere = ['Person 0', 'Person 1']

test('whoever is granted a site sees it, all that is in it, and the people who are expected there or everywhere', async () => {
  expect(await seenWithin([gate], [])).toEqual({
    ...known,
    sites: ['Gate'],
    agents: 1,
    cameras: ['Camera 0', 'Camera 1', 'Camera 2'],
    sessions: 3,
    sightings: 6,
    named: 2,
    people: everywhere,
    pictures: 2,
  })
  expect(await seenWithin([yard], [])).toEqual({
    ...known,
    sites: ['Yard'],
    agents: 0,
    cameras: ['Yard camera'],
    sessions: 1,
    sightings: 0,
    named: 0,
    people: [...everywhere, 'Warden'],
    pictures: 3,
  })
})

test('whoever is granted a camera sees it and what it saw, and neither its site nor what else is there', async () => {
  expect(await seenWithin([], [gateCameras[1]!])).toEqual({
    ...known,
    sites: [],
    agents: 0,
    cameras: ['Camera 1'],
    sessions: 1,
    sightings: 2,
    named: 2,
    people: everywhere,
    pictures: 2,
  })
})

test('grants of sites and cameras add up', async () => {
  expect(await seenWithin([yard], [gateCameras[0]!])).toMatchObject({
    sites: ['Yard'],
    cameras: ['Camera 0', 'Yard camera'],
    sightings: 2,
    people: [...everywhere, 'Warden'],
  })
})

test('a list that begins with what its reader sees is the same as one that doesn’t', async () => {
  const cameraIds = [...gateCameras, yardCamera]
  /** Sees too much for a list to begin with it. */
  const many = Array.from({ length: 100 }, () => randomUUID())
  for (const scope of [
    { siteIds: [gate], cameraIds: [] },
    { siteIds: [], cameraIds: [gateCameras[2]!, yardCamera] },
    // The site's sightings are those of its cameras too.
    { siteIds: [gate, yard], cameraIds },
    { siteIds: [yard], cameraIds: [gateCameras[0]!, ...many] },
    { siteIds: [], cameraIds: [] },
  ]) {
    await world.database.asPrincipal({ kind: 'tenant', tenantId, scope }, async sql => {
      const whole = await sightingPage(sql, { first: 50 })
      expect(await sightingPage(sql, { first: 50, scope })).toEqual(whole)
      const pages: unknown[] = []
      for (let after: TimeKey | null = null; ; ) {
        const { rows, hasNextPage } = await sightingPage(sql, { first: 2, after, scope })
        pages.push(...rows)
        if (!hasNextPage) break
        after = { at: rows.at(-1)!.firstSeenAt, id: rows.at(-1)!.id }
      }
      expect(pages).toEqual(whole.rows)
      expect(await allCameras(sql, { scope })).toEqual(await allCameras(sql))
      expect(await allAgents(sql, { scope })).toEqual(await allAgents(sql))
      expect(await cameraPage(sql, { first: 2, scope })).toEqual(await cameraPage(sql, { first: 2 }))
      expect(await agentPage(sql, { first: 2, scope })).toEqual(await agentPage(sql, { first: 2 }))
      expect(await sitePage(sql, { first: 2, scope })).toEqual(await sitePage(sql, { first: 2 }))
    })
  }
})

test('a list shows no more than its reader sees, whatever it is asked to begin with', async () => {
  const read = { kind: 'tenant', tenantId, scope: { siteIds: [yard], cameraIds: [] } } as const
  const scope = { siteIds: [gate, yard], cameraIds: gateCameras }
  await world.database.asPrincipal(read, async sql => {
    expect((await sightingPage(sql, { first: 50, scope })).rows).toEqual([])
    expect((await allCameras(sql, { scope })).map(({ name }) => name)).toEqual(['Yard camera'])
    expect((await sitePage(sql, { first: 50, scope })).rows.map(({ name }) => name)).toEqual(['Yard'])
  })
})

test('whoever is granted nothing sees the name of the tenant and nothing else', async () => {
  const nothing = {
    sites: [],
    agents: 0,
    cameras: [],
    sessions: 0,
    sightings: 0,
    named: 0,
    people: [],
    pictures: 0,
  }
  expect(await seenWithin([], [])).toEqual({ ...known, ...nothing })
})
