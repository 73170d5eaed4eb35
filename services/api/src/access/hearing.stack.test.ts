import { CamerasChangedDocument } from '@sightline/schema/operations'
import { afterAll, expect, test } from 'vitest'
import { eventually, useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'
import type { AccessBounds } from './follower.ts'
import { tell } from './test-access-log.ts'
import { startBlackHole } from './test-black-hole.ts'

/** As the design's, made so short that a test can wait for them and so long that a busy machine keeps them. */
const accessBounds: AccessBounds = { probeMs: 300, staleMs: 2_500, lostMs: 6_000, patienceMs: 2_500 }

const api = await useTestApi()
await useProjector(api)
const store = new URL(api.eventStoreUrl.replace(/^esdb:/, 'http:'))
const way = await startBlackHole(Number(store.port))
const away = await api.startAnother(api.eventStoreUrl.replace(store.host, `127.0.0.1:${way.port}`), {
  accessBounds,
})
const other = await api.startAnother()
afterAll(() => way.close())

async function askOnce(url: string, token: string, query: string, variables: object = {}) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const body = (await response.json()) as {
    data?: unknown
    errors?: { extensions: { code: string; position?: string } }[]
  }
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    code: body.errors?.[0]?.extensions.code,
    data: body.data,
  }
}

/** Asks until the log is heard: where a link or a process stood still for a moment, that refuses nobody for good. */
async function ask(...asked: Parameters<typeof askOnce>) {
  return eventually(async () => {
    const answer = await askOnce(...asked)
    expect(answer.status).not.toBe(503)
    return answer
  })
}

const cameras = 'query Cameras($at: Position) { cameras(atLeast: $at) { edges { node { id } } } }'

interface Change {
  camerasChanged: { changed: { id: string }[] }
}

test('what one instance was told ends what another serves, and what names its position is decided there', async () => {
  const admin = await api.person(await api.createTenant())
  const member = await api.person(admin.tenantId)
  const subscription = subscribe<Change, object>(other.url, member.token, CamerasChangedDocument, {})
  await subscription.next()
  const remove =
    'mutation Remove($id: UUID!) { removeMember(input: {userId: $id}) { ... on CommandAccepted { position } } }'
  const { data } = await ask(api.url, admin.token, remove, { id: member.userId })
  const { position } = (data as { removeMember: { position: string } }).removeMember
  expect(await ask(other.url, member.token, cameras, { at: position })).toMatchObject({ status: 403 })
  expect(await subscription.ended).toMatchObject({ code: 4403 })
  subscription.close()
  const inForce = 'query InForce($at: Position) { rightsInForce(atLeast: $at) { changedAt } }'
  expect((await ask(other.url, admin.token, inForce, { at: position })).data).toEqual({
    rightsInForce: { changedAt: position },
  })
})

test('somebody who was let in a moment ago is let in everywhere', async () => {
  for (let round = 0; round < 10; round += 1) {
    const member = await api.person()
    for (const { url } of [other, api, away]) expect((await ask(url, member.token, cameras)).status).toBe(200)
  }
})

test('an instance whose link to the log drops all packets serves nothing beyond the bound', async () => {
  const admin = await api.person(await api.createTenant())
  const siteId = await api.createSite(admin)
  const member = await api.person(admin.tenantId)
  const subscription = subscribe<Change, object>(away.url, member.token, CamerasChangedDocument, {})
  await subscription.next()
  expect((await ask(away.url, member.token, cameras)).status).toBe(200)

  way.drop()
  await api.tell(tell.memberRemoved(member.tenantId, member.userId))
  const removedAt = performance.now()

  // It can't know yet, and may answer; once it refuses it goes on to, and it does so within the bound.
  let lastServedAt = removedAt
  const refusal = await eventually(async () => {
    const askedAt = performance.now()
    const answer = await askOnce(away.url, member.token, cameras)
    if (answer.status === 200) lastServedAt = askedAt
    expect(answer.status).toBe(503)
    return answer
  })
  expect(refusal).toMatchObject({ code: 'UNAVAILABLE', retryAfter: expect.any(String) })
  expect(lastServedAt - removedAt).toBeLessThan(accessBounds.staleMs)

  // What happens now is told to nobody there: a subscription waits, pictures and uploads are refused, no socket opens.
  const cameraId = await api.registerCamera(admin, siteId)
  const toldLate: unknown[] = []
  void subscription.next().then(
    message => toldLate.push(message),
    () => {},
  )
  const upload = await fetch(`${away.url}/people/${siteId}/pictures/${siteId}`, {
    method: 'PUT',
    headers: { 'content-type': 'image/png', authorization: `Bearer ${member.token}` },
    body: 'x',
  })
  expect(upload.status).toBe(503)
  expect((await askOnce(away.url, admin.token, cameras)).status).toBe(503)
  const late = subscribe(away.url, admin.token, CamerasChangedDocument, {})
  expect(await late.ended).toMatchObject({ code: 1013 })
  late.close()
  expect((await fetch(`${away.url}/health/ready`)).status).toBe(503)
  expect((await fetch(`${away.url}/health/alive`)).status).toBe(200)

  // In the end its sockets are closed, and nothing was told on them.
  expect(await subscription.ended).toMatchObject({ code: 1013 })
  subscription.close()
  expect(toldLate).toEqual([])

  // Heard again, it knows what happened meanwhile.
  way.restore()
  await eventually(async () => {
    const answer = await ask(away.url, admin.token, cameras)
    expect(answer.status).toBe(200)
    expect(JSON.stringify(answer.data)).toContain(cameraId)
  })
  expect((await ask(away.url, member.token, cameras)).status).toBe(403)
})
