import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { tell } from '../access/test-access-log.ts'
import { declaredRoutes } from '../access/test-declared-routes.ts'
import { eventually, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'
import { newApiKey } from '../tokens/api-keys.ts'
import { comparable, createAsking, quiet } from './test-asking.ts'
import { makeWorld, type Things, unknownThings } from './test-world.ts'

/** The routes over HTTP beside GraphQL's operations, positions and cursors: the rest of the isolation table. */

const api = await useTestApi(quiet)
await useProjector(api)
const { ours, admin, otherTenant, otherSite, otherCamera } = await makeWorld(api)
const { ask, noted } = createAsking(api)

const ended = await api.person(ours.tenantId)
await api.tell(
  tell.sessionStarted(ended.userId, ended.tenantId, ended.sessionId, new Date(Date.now() + 3_600_000)),
  tell.sessionEnded(ended.userId, ended.tenantId, ended.sessionId),
)
const tokens = {
  'no token': undefined,
  'an expired token': await api.identity.person({ ...admin, expiresAt: new Date(Date.now() - 60_000) }),
  'a session that has ended': ended.token,
  'no role': await api.identity.person({ tenantId: ours.tenantId, userId: v7(), sessionId: v7() }),
  'a token of another kind': (await api.mediaNode()).token,
  'other tenant': otherTenant.token,
  'other site': otherSite.token,
  'other camera': otherCamera.token,
}
type Who = keyof typeof tokens

/** How a route is asked for something, and the status that everybody gets for what isn't theirs. */
interface Row {
  ask: (token: string | undefined, things: Things) => Promise<Response>
  status: number | Record<Who, number>
  /** What the one gets whose it is, where the route is about anybody's. */
  there?: number
}

const routes: Record<string, Row> = {
  'get /health/alive': { ask: token => send('GET', '/health/alive', token), status: 200 },
  'get /health/ready': { ask: token => send('GET', '/health/ready', token), status: 200 },
  'post /graphql': {
    ask: token => send('POST', '/graphql', token, '{}'),
    status: { ...everybody(400), 'an expired token': 401 },
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
    status: {
      ...everybody(404),
      'no token': 401,
      'an expired token': 401,
      'a session that has ended': 401,
      'no role': 403,
      'a token of another kind': 403,
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

function everybody(status: number): Record<Who, number> {
  return Object.fromEntries(Object.keys(tokens).map(who => [who, status])) as Record<Who, number>
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
  Object.entries(tokens).map(([who, token]) => ({ route, row, who: who as Who, token })),
)

test.each(cells)('$route tells $who nothing of ours', async ({ row, who, token }) => {
  const unknown = unknownThings()
  // Once for what is remembered from one request to the next.
  await noted(row.ask(token, unknownThings()))
  const forOurs = await noted(row.ask(token, ours))
  const forNothing = await noted(row.ask(token, unknown))
  expect(forOurs.status).toBe(typeof row.status === 'number' ? row.status : row.status[who])
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

const page = 'query Q($after: Cursor) { cameras(first: 1, after: $after) { edges { cursor node { id } } } }'
const wait = 'query Q($at: Position) { cameras(atLeast: $at) { edges { node { id } } } }'

async function cursorOfOurs(): Promise<string> {
  const { body } = await eventually(async () => {
    const answer = await ask(admin.token, page)
    expect(JSON.stringify(answer.body)).toContain('cursor')
    return answer
  })
  return (body.data!.cameras as { edges: { cursor: string }[] }).edges[0]!.cursor
}

test('our cursors and positions do not open to another tenant', async () => {
  const cursor = await cursorOfOurs()
  const made = await ask(
    admin.token,
    'mutation { createSite(input: {name: "Yard"}) { ... on CommandAccepted { position } } }',
  )
  const { position } = made.body.data!.createSite as { position: string }
  expect((await ask(admin.token, page, { after: cursor })).body.errors).toBeUndefined()
  expect((await ask(admin.token, wait, { at: position })).body.errors).toBeUndefined()
  const [paged, waited] = [
    await ask(otherTenant.token, page, { after: cursor }),
    await ask(otherTenant.token, wait, { at: position }),
  ]
  expect(paged.body.errors?.[0]?.extensions.code).toBe('CURSOR_NOT_VALID')
  expect(waited.body.errors?.[0]?.extensions.code).toBe('POSITION_NOT_VALID')
})

test('a cursor of ours leads whoever sees less of the tenant to nothing more', async () => {
  const cursor = await cursorOfOurs()
  for (const { token, hidden } of [otherSite, otherCamera]) {
    const { body } = await ask(token, page, { after: cursor })
    const text = JSON.stringify(body)
    expect([...hidden].filter(id => text.includes(id))).toEqual([])
  }
})
