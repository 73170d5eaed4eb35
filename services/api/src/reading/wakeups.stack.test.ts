import { tableOf } from '@sightline/projections/tables'
import {
  CamerasChangedDocument,
  type CamerasChangedSubscription,
  CamerasDocument,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { eventually, useTestApi } from '../test-api.ts'
import { foldUntil, subscribe, useProjector } from '../test-reading.ts'

type Camera = CamerasChangedSubscription['camerasChanged']['changed'][number]

const api = await useTestApi({ recheckMs: 500, positionWaitMs: 20_000 })
const projector = await useProjector(api)

/** Ends connections of the tenants' role: its own, so that it may. */
async function endConnections(which: 'listening' | 'all'): Promise<number> {
  const ended = await api.database.asPrincipal({ kind: 'tenant', tenantId: v7() }, sql =>
    sql(
      `/* endConnections */ select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
         and ($1 = 'all' or query ~ '^.. listen ..')`,
      [which],
    ),
  )
  return ended.length
}

async function everyCamera(token: string): Promise<Camera[]> {
  const all: Camera[] = []
  let after: string | null = null
  for (;;) {
    const { cameras }: Awaited<ReturnType<typeof page>> = await page(token, after)
    all.push(...cameras.edges.map(edge => edge.node))
    if (!cameras.pageInfo.hasNextPage) return all
    after = cameras.pageInfo.endCursor
  }
}
const page = (token: string, after: string | null) => api.send(token, CamerasDocument, { first: 50, after })
const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1)

test('the listening connection ends 100 times under writes, and what a client folds equals the query', async () => {
  const person = await api.person()
  const siteId = await api.createSite(person)
  const subscription = subscribe<CamerasChangedSubscription, object>(
    api.url,
    person.token,
    CamerasChangedDocument,
    {},
  )
  const held = new Map<string, Camera>()
  const next = async () => (await subscription.next()).data!.camerasChanged
  const started = new Map<string, string>()
  let ends = 0
  const writing = (async () => {
    while (ends < 100) {
      const cameraId = await api.registerCamera(person, siteId)
      started.set(cameraId, await api.startStream(person, cameraId))
    }
  })()
  const ending = (async () => {
    while (ends < 100) ends += await endConnections('listening')
  })()
  await Promise.all([writing, ending])
  await foldUntil(held, next, rows =>
    [...started].every(([cameraId, streamId]) => rows.get(cameraId)?.stream?.id === streamId),
  )
  subscription.close()
  expect([...held.values()].sort(byId)).toEqual((await everyCamera(person.token)).sort(byId))
}, 120_000)

test('whatever connection is lost, a subscription goes on by itself', async () => {
  const person = await api.person()
  const siteId = await api.createSite(person)
  const subscription = subscribe<CamerasChangedSubscription, object>(
    api.url,
    person.token,
    CamerasChangedDocument,
    {},
  )
  const held = new Map<string, Camera>()
  const next = async () => (await subscription.next()).data!.camerasChanged
  for (let round = 0; round < 20; round += 1) {
    await endConnections('all')
    const cameraId = await eventually(() => api.registerCamera(person, siteId))
    await foldUntil(held, next, rows => rows.has(cameraId))
  }
  subscription.close()
  expect(held.size).toBe(20)
})

test('rows that were rebuilt are told anew', async () => {
  const person = await api.person()
  const siteId = await api.createSite(person)
  const cameraId = await api.registerCamera(person, siteId)
  const subscription = subscribe<CamerasChangedSubscription, object>(
    api.url,
    person.token,
    CamerasChangedDocument,
    {},
  )
  const held = new Map<string, Camera>()
  const next = async () => (await subscription.next()).data!.camerasChanged
  await foldUntil(held, next, rows => rows.has(cameraId))
  await projector.stop()
  // As an empty model that is being filled again looks in between.
  await projector.database.asProjector(async sql => {
    await sql(`/* emptyCameras */ delete from ${tableOf('cameras')} where tenant_id = $1`, [person.tenantId])
    await sql('/* beginAnew */ update read.checkpoint set position = -1')
  })
  const change = await next()
  expect(change).toMatchObject({ replaces: true, changed: [], removed: [] })
  await projector.start()
  held.clear()
  await foldUntil(held, next, rows => rows.has(cameraId))
  subscription.close()
})
