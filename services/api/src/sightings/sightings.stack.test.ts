import { streamName } from '@sightline/contracts/stream-names'
import { tell, toAppend } from '@sightline/projector/test-story'
import {
  SightingPageDocument,
  SightingsDocument,
  type SightingsSubscription,
} from '@sightline/schema/operations'
import { expect, test } from 'vitest'
import { useTestApi } from '../test-api.ts'
import { foldUntil, subscribe, tellStory, useProjector } from '../test-reading.ts'

type Sighting = SightingsSubscription['sightings']['changed'][number]

const api = await useTestApi()
await useProjector(api)

/** Seventy sightings; the last of them are told later. */
const story = [...tell({ tenants: 1, camerasEach: 1, peopleEach: 2, sightingsEach: 70 })]
const later = story.splice(-20)
const [tenantId] = (await tellStory(api, story)) as [string]
const person = await api.person(tenantId)
const stream = later[0]!.stream
await api.projected(person)

async function tellMore(count: number) {
  for (const told of later.splice(0, count)) {
    const [last] = await api.eventLog.readStream(stream, { direction: 'backwards', maxCount: 1 })
    await api.eventLog.append(stream, last!.revision, [toAppend(told)])
  }
}

function follow(variables: { personId?: string; after?: string }) {
  const subscription = subscribe<SightingsSubscription, object>(
    api.url,
    person.token,
    SightingsDocument,
    variables,
  )
  return {
    ...subscription,
    next: async () => (await subscription.next()).data!.sightings,
  }
}

async function sightings(after?: string | null) {
  return (await api.send(person.token, SightingPageDocument, { first: 30, after: after ?? null })).sightings
}

test('sightings are paged newest first, each once', async () => {
  const seen: Sighting[] = []
  for (let after: string | null | undefined; ; ) {
    const page = await sightings(after)
    seen.push(...page.edges.map(edge => edge.node))
    if (!page.pageInfo.hasNextPage) break
    after = page.pageInfo.endCursor
  }
  expect(new Set(seen.map(sighting => sighting.id)).size).toBe(seen.length)
  expect(seen.length).toBe(66)
  const times = seen.map(sighting => sighting.firstSeenAt)
  expect(times).toEqual([...times].sort().reverse())
})

test('a subscription begins with the newest 50', async () => {
  const subscription = follow({})
  const first = await subscription.next()
  expect(first).toMatchObject({ replaces: true, removed: [] })
  expect(first.changed).toHaveLength(50)
  subscription.close()
})

test('a subscription that resumes after a position gets what changed since, without gap or duplicate', async () => {
  const before = follow({})
  const { position, changed } = await before.next()
  before.close()
  const known = new Map(changed.map(sighting => [sighting.id, sighting]))
  await tellMore(7)
  const resumed = follow({ after: position })
  const told: Sighting[] = []
  // One sighting begins, goes on and ends; the next one begins and is identified.
  await foldUntil(
    known,
    async () => {
      const change = await resumed.next()
      expect(change.replaces).toBe(false)
      told.push(...change.changed)
      return change
    },
    rows => [...rows.values()].some(row => row.status === 'OPEN' && row.person !== null),
  )
  await tellMore(3)
  await foldUntil(
    known,
    async () => {
      const change = await resumed.next()
      told.push(...change.changed)
      return change
    },
    rows => [...rows.values()].every(row => row.status !== 'OPEN'),
  )
  resumed.close()
  expect(new Set(told.map(sighting => sighting.id)).size).toBe(2)
  expect(new Set(told.map(sighting => JSON.stringify(sighting))).size).toBe(told.length)
})

test('a subscription that resumes where nothing has changed says so at once', async () => {
  const before = follow({})
  const { position } = await before.next()
  before.close()
  const resumed = follow({ after: position })
  expect(await resumed.next()).toMatchObject({ replaces: false, changed: [], removed: [] })
  resumed.close()
})

test('of one person, a sighting of somebody else comes as removed', async () => {
  const { edges } = await sightings()
  const personId = edges[0]!.node.person!.id
  const subscription = follow({ personId })
  const first = await subscription.next()
  expect(first.changed.length).toBeGreaterThan(0)
  for (const sighting of first.changed) expect(sighting.person!.id).toBe(personId)
  await tellMore(10)
  const held = new Map(first.changed.map(sighting => [sighting.id, sighting]))
  const removed: string[] = []
  await foldUntil(
    held,
    async () => {
      const change = await subscription.next()
      removed.push(...change.removed)
      for (const sighting of change.changed) expect(sighting.person?.id).toBe(personId)
      return change
    },
    rows => rows.size === first.changed.length + 1 && removed.length > 0,
  )
  subscription.close()
  const strangers = new Set(removed.filter(id => !held.has(id)))
  expect(strangers.size).toBeGreaterThan(0)
  expect(stream).toBe(streamName('sighting', tenantId, edges[0]!.node.camera!.id))
})
