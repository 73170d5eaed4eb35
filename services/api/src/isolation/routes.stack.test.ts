import { decodeJwt } from 'jose'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { mayDo } from '../access/permissions.ts'
import type { Rights } from '../access/rights.ts'
import { tell } from '../access/test-access-log.ts'
import { declaredRoutes } from '../access/test-declared-routes.ts'
import { type AddressedPicture, createPictureAddresses, type PictureKind } from '../pictures/addresses.ts'
import { eventually, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'
import { newApiKey } from '../tokens/api-keys.ts'
import { comparable, createAsking, quiet } from './test-asking.ts'
import { codesOf, firstOf } from './test-cells.ts'
import { makeCredentials } from './test-credentials.ts'
import { doorsOf } from './test-doors.ts'
import { pagedLists, takersOf } from './test-schema.ts'
import { type Asker, makeWorld, type Things, unknownThings } from './test-world.ts'

/**
 * The rest of the isolation table, beside GraphQL's operations: the routes over HTTP, the places where credentials are shown,
 * addresses of pictures, positions and cursors.
 */

// Everything is asked from one address here.
const often = { points: 10_000, seconds: 60 }
const api = await useTestApi({
  ...quiet,
  wrongCodesOfUserRate: often,
  wrongCodesOfTenantRate: often,
  sessionStartRate: often,
  sessionRefreshRate: often,
  machineTokenRate: often,
})
await useProjector(api)
const world = await makeWorld(api)
const { ours, admin, otherTenant, otherSite, otherCamera } = world
const { ask, noted } = createAsking(api)
await eventually(async () => {
  const { body } = await ask(admin.token, '{ sessions { edges { cursor } } sightings { edges { cursor } } }')
  expect(JSON.stringify(body).match(/cursor/g)?.length).toBeGreaterThan(1)
})
const made = await makeCredentials(api, world)
const { "a person's access token": _, ...credentials } = made.all

const ended = await api.person(ours.tenantId)
await api.tell(
  tell.sessionStarted(ended.userId, ended.tenantId, ended.sessionId, new Date(Date.now() + 3_600_000)),
  tell.sessionEnded(ended.userId, ended.tenantId, ended.sessionId),
)
const removed = await api.person(ours.tenantId)
await api.tell(tell.memberRemoved(removed.tenantId, removed.userId))
const tokens: Record<string, string | undefined> = {
  'no token': undefined,
  'an expired token': await api.identity.person({ ...admin, expiresAt: new Date(Date.now() - 60_000) }),
  'a session that has ended': ended.token,
  'no role': await api.identity.person({ tenantId: ours.tenantId, userId: v7(), sessionId: v7() }),
  'other tenant': otherTenant.token,
  'other site': otherSite.token,
  'other camera': otherCamera.token,
  ...Object.fromEntries(Object.entries(credentials).map(([what, { text }]) => [what, text])),
}

/** What an `Authorization` that is read at all makes of them. */
const isNoToken = (who: string) =>
  who === 'an expired token' || (who in credentials && !credentials[who]!.rights)
const isOfOtherKind = (who: string) => credentials[who]?.rights !== undefined

/** How a route is asked for something, and the status that everybody gets for what isn't theirs. */
interface Row {
  ask: (token: string | undefined, things: Things) => Promise<Response>
  status: number | ((who: string) => number)
  /** What the one gets whose it is, where the route is about anybody's. */
  there?: number
}

const routes: Record<string, Row> = {
  'get /health/alive': { ask: token => send('GET', '/health/alive', token), status: 200 },
  'get /health/ready': { ask: token => send('GET', '/health/ready', token), status: 200 },
  'post /graphql': {
    ask: token => send('POST', '/graphql', token, '{}'),
    status: who => (isNoToken(who) ? 401 : 400),
  },
  'all /graphql': { ask: token => send('GET', '/graphql', token), status: 405 },
  'post /agent/token': {
    ask: (token, { agentId }) =>
      send('POST', '/agent/token', token, JSON.stringify({ agentId, secret: 'a'.repeat(43) })),
    status: 401,
  },
  'get /.well-known/jwks.json': { ask: token => send('GET', '/.well-known/jwks.json', token), status: 200 },
  // A session's routes look at its cookie alone, and answer the pages of listed origins.
  'post /session/start': {
    ask: (token, { tenantId }) =>
      session('start', token, JSON.stringify({ secret: 'a'.repeat(43), tenantId })),
    status: 401,
  },
  'post /session/refresh': {
    ask: (token, { tenantId }) => session('refresh', token, JSON.stringify({ tenantId })),
    status: 401,
  },
  'post /session/end': { ask: token => session('end', token, '{}'), status: 204 },
  'post /oauth/token': {
    ask: (token, { keyId }) => {
      const form = new URLSearchParams({ client_id: keyId, client_secret: newApiKey('agent', keyId).text })
      form.set('grant_type', 'client_credentials')
      return send('POST', '/oauth/token', token, form.toString(), 'application/x-www-form-urlencoded')
    },
    status: 401,
  },
  'put /people/:personId/pictures/:pictureId': {
    ask: (token, { personId, pictureId }) =>
      send('PUT', `/people/${personId}/pictures/${pictureId}`, token, 'x', 'image/png'),
    status(who) {
      if (who === 'no token' || who === 'a session that has ended' || isNoToken(who)) return 401
      return who === 'no role' || isOfOtherKind(who) ? 403 : 404
    },
    // It is no picture, which is looked at only where the person is there.
    there: 422,
  },
  'get /pictures/:token': {
    ask: (token, things) => send('GET', altered('picture', things), token),
    status: 404,
  },
  'get /crops/:token': { ask: (token, things) => send('GET', altered('crop', things), token), status: 404 },
  'get /assets/:name': { ask: token => send('GET', '/assets/index.js', token), status: 404 },
  'get /{*path}': { ask: token => send('GET', '/sightings', token), status: 404 },
}

function send(
  method: string,
  path: string,
  token: string | undefined,
  body?: string,
  type = 'application/json',
) {
  return fetch(`${api.url}${path}`, {
    method,
    headers: { 'content-type': type, ...(token && { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body }),
  })
}

/** Asks a route of sessions as a page of the installation does. */
function session(route: string, token: string | undefined, body: string) {
  return fetch(`${api.url}/session/${route}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: api.url,
      'x-sightline-session': '1',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body,
  })
}

/** An address of a picture that somebody gave themselves. */
function altered(kind: 'picture' | 'crop', { tenantId, personId, pictureId }: Things): string {
  const objectKey = `${tenantId}/faces-raw/${personId}/${pictureId}`
  const claims = [kind, tenantId, v7(), null, [], null, objectKey, v7(), 'image/png', 2e12]
  const token = `${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${'a'.repeat(43)}`
  return `/${kind}s/${token}`
}

test('every route has its row', () => {
  expect(declaredRoutes()).toEqual(Object.keys(routes).sort())
})

const cells = Object.entries(routes).flatMap(([route, row]) =>
  Object.entries(tokens).map(([who, token]) => ({ route, row, who, token })),
)

test.each(cells)('$route tells $who nothing of ours', async ({ row, who, token }) => {
  const unknown = unknownThings()
  // Once for what is remembered from one request to the next.
  await noted(row.ask(token, unknownThings()))
  const forOurs = await noted(row.ask(token, ours))
  const forNothing = await noted(row.ask(token, unknown))
  expect(forOurs.status).toBe(typeof row.status === 'number' ? row.status : row.status(who))
  expect(Object.values(ours).filter(id => forOurs.body.includes(id))).toEqual([])
  expect(comparable(forOurs, ours)).toEqual(comparable(forNothing, unknown))
})

test.each([
  ['other tenant', otherTenant],
  ['other site', otherSite],
])('what is theirs %s may add to', async (_who, { token, own }) => {
  const [, row] = Object.entries(routes).find(([, { there }]) => there !== undefined)!
  expect((await row.ask(token, own)).status).toBe(row.there)
})

const doors = doorsOf(api, world, made)
describe.each(Object.entries(doors))('as %s', (_door, { takes, show }) => {
  const others = Object.entries(made.all).filter(([what]) => !takes.includes(what))
  test.each(others)('%s is none', async (_what, { text }) => {
    expect(await show(text)).toBe(false)
  })
})

// After all others: what is for one use alone shows that nobody has used it.
const opened = Object.entries(doors).flatMap(([door, { takes }]) => takes.map(what => ({ door, what })))
test.each(opened)('as $door, $what is one', async ({ door, what }) => {
  expect(await doors[door]!.show(made.all[what]!.text)).toBe(true)
})

test('every kind is taken somewhere', () => {
  expect(new Set(opened.map(({ what }) => what))).toEqual(new Set(Object.keys(made.all)))
})

describe('the address of', () => {
  const { readAddress, signAddress } = createPictureAddresses(api.pictureKey)
  /** Of the stored picture, said to be of these places and for whoever's token it is. */
  function addressOf(
    kind: PictureKind,
    token: string,
    { siteId, cameraId }: Things,
    more: Partial<AddressedPicture> = {},
  ) {
    const stored = readAddress('picture', made.all['the address of a picture'].text, api.now())!
    const { sub, sid } = decodeJwt(token) as { sub: string; sid: string }
    const place = kind === 'crop' ? { siteIds: [siteId], cameraId } : { siteIds: [siteId] }
    return signAddress({ ...stored, kind, userId: sub, sessionId: sid, ...place, ...more, now: api.now() })
  }
  const nobodys: Record<string, { token: string; asks: Things }> = {
    'no role': { token: tokens['no role']!, asks: ours },
    'a session that has ended': { token: ended.token, asks: ours },
    'a membership that was removed': { token: removed.token, asks: ours },
    'other tenant': otherTenant,
    'other site': otherSite,
    'other camera': otherCamera,
  }
  const kinds = ['picture', 'crop'] as const
  const cells = kinds.flatMap(kind => Object.entries(nobodys).map(([who, asker]) => ({ kind, who, asker })))

  test.each(cells)('a $kind serves nothing of ours to $who', async ({ kind, asker: { token, asks } }) => {
    const get = (path: string) => noted(fetch(`${api.url}${path}`))
    const forOurs = await get(addressOf(kind, token, { ...ours, siteId: asks.siteId }))
    expect(forOurs.status).toBe(404)
    const nothing = addressOf(kind, token, unknownThings(), {
      objectKey: `${ours.tenantId}/faces-raw/${v7()}/${v7()}`,
    })
    expect(comparable(forOurs, {})).toEqual(comparable(await get(nothing), {}))
  })

  test.each(kinds)('a %s serves to whom it is given and may see it, until it has run out', async kind => {
    const statusOf = async (path: string) => (await fetch(`${api.url}${path}`)).status
    expect(await statusOf(addressOf(kind, admin.token, ours))).toBe(200)
    expect(await statusOf(addressOf(kind, otherSite.token, otherSite.own))).toBe(200)
    if (kind === 'crop') expect(await statusOf(addressOf(kind, otherCamera.token, otherCamera.own))).toBe(200)
    const stored = readAddress('picture', made.all['the address of a picture'].text, api.now())!
    const before = new Date(api.now().getTime() - 300_000)
    expect(await statusOf(signAddress({ ...stored, kind, now: before }))).toBe(404)
  })
})

/** What is a system administrator's alone has to do with no tenant. */
const administers: Rights = { role: 'tenant_admin', scope: { kind: 'tenant' } }
const isOfTenants = (kind: Parameters<typeof mayDo>[1], field: string) => mayDo(administers, kind, field)
const isOfSystem = (kind: Parameters<typeof mayDo>[1], field: string) => !isOfTenants(kind, field)
const systemToken = made.all["a system administrator's access token"].text

const listsOfTenants = pagedLists().filter(
  ({ type, field }) => type !== 'Query' || isOfTenants('query', field),
)
describe.each(listsOfTenants)('a cursor of $type.$field', ({ type, field }) => {
  const list = `${field}(first: 1, after: $after) { edges { cursor node { id } } }`
  const parent = type.toLowerCase()
  const query =
    type === 'Query'
      ? `query Q($after: Cursor) { ${list} }`
      : `query Q($id: UUID!, $after: Cursor) { ${parent}(id: $id) { ${list} } }`
  const page = (token: string, things: Things, after?: string) =>
    ask(token, query, { after, ...(type !== 'Query' && { id: things[`${parent}Id` as keyof Things] }) })
  async function cursorOfOurs(): Promise<string> {
    const { body } = await page(admin.token, ours)
    const within = type === 'Query' ? body.data : (body.data?.[parent] as typeof body.data)
    return (within![field] as { edges: { cursor: string }[] }).edges[0]!.cursor
  }

  test('opens to us and to no other tenant', async () => {
    const cursor = await cursorOfOurs()
    expect((await page(admin.token, ours, cursor)).body.errors).toBeUndefined()
    expect((await page(otherTenant.token, otherTenant.own)).body.errors).toBeUndefined()
    expect(codesOf(await page(otherTenant.token, otherTenant.own, cursor))).toEqual(['CURSOR_NOT_VALID'])
  })

  test.each([
    ['other site', otherSite],
    ['other camera', otherCamera],
  ] as [string, Asker][])('leads %s to nothing more', async (_who, { token, own, hidden }) => {
    const { body } = await page(token, own, await cursorOfOurs())
    const text = JSON.stringify(body)
    expect([...hidden].filter(id => text.includes(id))).toEqual([])
  })
})

const listsOfSystem = pagedLists().filter(({ type, field }) => type === 'Query' && isOfSystem('query', field))
describe.each(listsOfSystem)('a cursor of the system’s $field', ({ field }) => {
  const query = `query Q($after: Cursor) { ${field}(first: 1, after: $after) { edges { cursor } } }`
  const cursorOf = async (token: string, list: string) => {
    const { body } = await ask(token, query.replace(field, list))
    return (body.data![list] as { edges: { cursor: string }[] }).edges[0]!.cursor
  }

  test('opens to the system’s administrators alone', async () => {
    const after = await cursorOf(systemToken, field)
    expect((await ask(systemToken, query, { after })).body.errors).toBeUndefined()
    expect(codesOf(await ask(admin.token, query, { after }))).toEqual(['FORBIDDEN'])
  })

  test('is none that a tenant has', async () => {
    const after = await cursorOf(admin.token, 'sites')
    expect(codesOf(await ask(systemToken, query, { after }))).toEqual(['CURSOR_NOT_VALID'])
  })
})

/** What a field answers to a position of ours; undefined where it takes it. */
async function codesAtOurs(token: string, { kind, field, argument }: ReturnType<typeof takersOf>[number]) {
  const byId = ['agent', 'camera', 'member', 'person', 'sighting', 'site', 'stream', 'tenantRecord']
  const id = byId.includes(field) ? `id: "${v7()}", ` : ''
  const query = `${kind} Q($at: Position!) { ${field}(${id}${argument}: $at) { __typename } }`
  const at = made.all['a position'].text
  if (kind !== 'subscription') return codesOf(await ask(token, query, { at }))
  const told = await firstOf(api, token, query, { at })
  return typeof told === 'string' ? [told] : undefined
}

describe('a position of ours', () => {
  const takers = takersOf('Position')

  test.each(takers.filter(({ kind, field }) => isOfTenants(kind, field)))(
    'is one to us, and to no other tenant, for $kind $field',
    async taker => {
      expect(await codesAtOurs(admin.token, taker)).toBeUndefined()
      expect(await codesAtOurs(otherTenant.token, taker)).toEqual(['POSITION_NOT_VALID'])
    },
  )

  test.each(takers.filter(({ kind, field }) => isOfSystem(kind, field)))(
    'is none to the system’s administrators, for $kind $field',
    async taker => expect(await codesAtOurs(systemToken, taker)).toEqual(['POSITION_NOT_VALID']),
  )
})
