import { tableOf } from '@sightline/projections/tables'
import { CreateSiteDocument, RegisterCameraDocument, SitesDocument } from '@sightline/schema/operations'
import { describe, expect, test } from 'vitest'
import { abusiveDocuments } from '../operations/test-abuse.ts'
import { idOf, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'

const api = await useTestApi({ positionWaitMs: 200 })
const projector = await useProjector(api)
const person = await api.person()
/** What one operation may cost. */
const allowed = 20_000

async function post(
  body: string | object,
  headers: Record<string, string> = {},
  { url = api.url, token }: { url?: string; token?: string | undefined } = { token: person.token },
) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as {
      data?: unknown
      errors?: {
        message: string
        path?: unknown
        extensions: { code: string; traceId: string; reached?: string; cost?: object }
      }[]
      extensions?: object
    },
  }
}
const codesOf = (answer: Awaited<ReturnType<typeof post>>) =>
  answer.body.errors?.map(error => error.extensions.code)

describe('an operation over HTTP', () => {
  test('is refused when it is too large, batched, or no JSON', async () => {
    const large = await post({ query: `{ tenant { id } } #${'x'.repeat(102_400)}` })
    expect([large.status, codesOf(large)]).toEqual([413, ['OPERATION_TOO_LARGE']])
    const batch = await post([{ query: '{ tenant { id } }' }, { query: '{ tenant { id } }' }])
    expect([batch.status, codesOf(batch)]).toEqual([400, ['BAD_REQUEST']])
    for (const body of ['{', 'null', '7', '"query"', '{}', '{"query":7}']) {
      const answer = await post(body)
      expect([answer.status, codesOf(answer)], body).toEqual([400, ['BAD_REQUEST']])
    }
  })

  test("is refused when a form of another site sends it, whose it would be or nobody's", async () => {
    const site = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }
    const text = JSON.stringify({ query: '{ tenant { id } }' })
    const boundary = '--b\r\ncontent-disposition: form-data; name="query"\r\n\r\n{tenant{id}}\r\n--b--\r\n'
    const forms = [
      ['application/x-www-form-urlencoded', 'query={tenant{id}}'],
      ['multipart/form-data; boundary=b', boundary],
      ['text/plain', text],
    ]
    for (const [type, body] of forms) {
      for (const token of [person.token, undefined]) {
        const form = await post(body!, { ...site, 'content-type': type! }, { token })
        expect([form.status, codesOf(form)], type).toEqual([400, ['BAD_REQUEST']])
        expect(form.headers.get('access-control-allow-origin')).toBeNull()
      }
    }
    const preflight = await fetch(`${api.url}/graphql`, { method: 'OPTIONS', headers: site })
    expect([preflight.status, preflight.headers.get('access-control-allow-headers')]).toEqual([405, null])
  })

  test('is refused at 50 levels, a thousand aliases, a megabyte, or fragments that go round', async () => {
    for (const [name, query] of Object.entries(abusiveDocuments('query'))) {
      const answer = await post({ query })
      const code = name === 'fragments that go round' ? 'GRAPHQL_VALIDATION_FAILED' : 'OPERATION_TOO_LARGE'
      expect([answer.status, ...new Set(codesOf(answer))], name).toEqual([
        name === 'a megabyte' ? 413 : 400,
        code,
      ])
    }
  })

  test('is told what it cost, and how many points are left', async () => {
    const sender = await api.person()
    const of = { token: sender.token }
    const query = 'query Q($first: Int) { sites(first: $first) { edges { node { id } } } }'
    const answer = await post({ query, variables: { first: 20 } }, {}, of)
    expect(answer.body.extensions).toEqual({ cost: { points: 51, allowed } })
    expect(answer.headers.get('ratelimit-policy')).toContain(', "principal";q=120000;w=60;qu="points"')
    expect(answer.headers.get('ratelimit')).toMatch(/^"address";r=\d+;t=\d+, "principal";r=119949;t=60$/)
  })

  test('is refused when it costs too much, before anything is read, and then costs the least', async () => {
    const sender = await api.person()
    const of = { token: sender.token }
    const query = `query Q($first: Int) { sites(first: $first) { edges { node { cameras(first: 200) { edges { node {
      id } } } } } } }`
    const answer = await post({ query, variables: { first: 50 } }, {}, of)
    expect([answer.status, codesOf(answer)]).toEqual([400, ['OPERATION_TOO_COSTLY']])
    const cost = { points: 10 + 1 + 50 * 403, allowed }
    expect(answer.body.errors![0]!.extensions.cost).toEqual(cost)
    expect(answer.headers.get('ratelimit')).toContain('"principal";r=119990;t=60')
    const fewer = await post({ query, variables: { first: 49 } }, {}, of)
    expect([fewer.status, fewer.body.extensions]).toEqual([
      200,
      { cost: { points: 10 + 1 + 49 * 403, allowed } },
    ])
  })

  test('is refused when its sender has spent what it costs, and others are not', async () => {
    const { url } = await api.startAnother(undefined, {
      requestsOfPrincipalRate: { points: 30, seconds: 600 },
    })
    const sender = await api.person()
    const ask = (token: string, first: number) => {
      const query = `{ sites(first: ${first}) { edges { cursor } } }`
      return post({ query }, {}, { url, token })
    }
    expect((await ask(sender.token, 9)).headers.get('ratelimit')).toContain('"principal";r=10;t=')
    const refused = await ask(sender.token, 1)
    expect([refused.status, codesOf(refused)]).toEqual([429, ['TOO_MANY_REQUESTS']])
    expect(refused.headers.get('ratelimit')).toContain('"principal";r=0;t=')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(500)
    expect((await ask((await api.person()).token, 9)).status).toBe(200)
  })

  test('keeps within tokens, depth and aliases', async () => {
    const many = Array.from({ length: 31 }, (_, index) => `a${index}: tenant { id }`).join(' ')
    const long = Array.from({ length: 260 }, (_, index) => `query Q${index} { tenant { id } }`).join(' ')
    for (const query of [`query Q0 { ${many} }`, long]) {
      const answer = await post({ query, operationName: 'Q0' })
      expect([answer.status, codesOf(answer)]).toEqual([400, ['OPERATION_TOO_LARGE']])
    }
    const nested = `{ sites { edges { node { cameras { edges { node { sightings { edges { node {
      candidates { person { pictures { id } } } } } } } } } } } } }`
    expect(codesOf(await post({ query: nested }))).toEqual(['OPERATION_TOO_LARGE'])
  })

  test('says what is wrong with its arguments', async () => {
    const cases: [string, object, string][] = [
      ['{ sites(first: 201) { edges { cursor } } }', {}, 'BAD_USER_INPUT'],
      ['{ sites(first: -1) { edges { cursor } } }', {}, 'BAD_USER_INPUT'],
      ['{ sites(after: "abc") { edges { cursor } } }', {}, 'CURSOR_NOT_VALID'],
      ['{ sites(atLeast: "abc") { edges { cursor } } }', {}, 'POSITION_NOT_VALID'],
      ['{ site(id: "abc") { id } }', {}, 'BAD_USER_INPUT'],
      ['query Q($id: UUID!) { site(id: $id) { id } }', { id: 'abc' }, 'BAD_USER_INPUT'],
      ['query Q($id: UUID!) { site(id: $id) { id } }', { id: 7 }, 'BAD_USER_INPUT'],
      [
        `mutation { grantScope(input: {userId: "${person.userId}", siteIds: ["${person.tenantId}"],
          endsAt: "9999-12-31T23:59:59-14:00"}) { __typename } }`,
        {},
        'BAD_USER_INPUT',
      ],
      ['{ unknown }', {}, 'GRAPHQL_VALIDATION_FAILED'],
      ['subscription { agentsChanged { position } }', {}, 'OPERATION_NOT_ACCEPTED'],
    ]
    for (const [query, variables, code] of cases) {
      const answer = await post({ query, variables })
      expect(codesOf(answer), query).toEqual([code])
      expect(answer.body.errors![0]!.extensions.traceId).toMatch(/^[0-9a-f]{32}$/)
      expect(JSON.stringify(answer.body)).not.toContain('stacktrace')
    }
    const page = await post({ query: '{ sites(first: 201) { edges { cursor } } }' })
    expect(page.body.errors![0]!.message).toContain('200')
  })

  test('is refused with a token that does not count', async () => {
    for (const authorization of ['Bearer x', 'Bearer a.b.c', 'Basic eDp5', `Bearer ${person.token}x`]) {
      const answer = await post({ query: '{ tenant { id } }' }, { authorization })
      expect([answer.status, codesOf(answer)]).toEqual([401, ['UNAUTHENTICATED']])
    }
  })

  test('is not stored on its way', async () => {
    const answer = await post({ query: '{ tenant { id } }' })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(answer.headers.get('x-powered-by')).toBeNull()
  })

  test('keeps the trace of its caller', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const answer = await post({ query: '{ unknown }' }, { traceparent: `00-${traceId}-b7ad6b7169203331-01` })
    expect(answer.body.errors![0]!.extensions.traceId).toBe(traceId)
  })
})

test('a fault shows nothing but a trace id, under which the log tells it', async () => {
  const siteId = await api.createSite(person)
  const { registerCamera } = await api.send(person.token, RegisterCameraDocument, {
    input: { siteId, name: 'Broken', address: 'rtsp://user:hidden@camera.example/live' },
  })
  const cameraId = idOf(registerCamera)
  const query = 'query Q($id: UUID!) { camera(id: $id) { name host } }'
  await expect
    .poll(async () => (await post({ query, variables: { id: cameraId } })).body.data, { timeout: 20_000 })
    .toMatchObject({ camera: { host: 'camera.example' } })
  // A seal that was moved from another camera doesn't open.
  await projector.database.asProjector(sql =>
    sql(
      `/* breakSeal */ update ${tableOf('cameras')} set address = jsonb_set(address, '{stream}', '"camera-elsewhere"')
       where id = $1`,
      [cameraId],
    ),
  )
  const answer = await post({ query, variables: { id: cameraId } })
  expect(answer.body.data).toEqual({ camera: { name: 'Broken', host: null } })
  const [error] = answer.body.errors!
  expect(error).toEqual({
    message: 'Internal error',
    locations: expect.anything(),
    path: ['camera', 'host'],
    extensions: { code: 'INTERNAL', traceId: expect.any(String) },
  })
  const told = api.logLines.filter(line => line.includes(error!.extensions.traceId))
  expect(told.join('\n')).toContain('SealBrokenError')
  expect(told.join('\n')).not.toContain('hidden')
})

test('a position that is not reached in time is answered with the one that is', async () => {
  const sites = { query: '{ sites { edges { node { name } } } }' }
  expect((await post(sites)).status).toBe(200)
  await projector.stop()
  const { createSite } = await api.send(person.token, CreateSiteDocument, { input: { name: 'Late' } })
  if (createSite.__typename !== 'CommandAccepted') throw new Error(createSite.code)
  const query = 'query Q($at: Position) { sites(atLeast: $at) { edges { node { name } } } }'
  const answer = await post({ query, variables: { at: createSite.position } })
  expect(codesOf(answer)).toEqual(['POSITION_NOT_REACHED'])
  const { reached } = answer.body.errors![0]!.extensions
  expect((await post({ query, variables: { at: reached } })).body.errors).toBeUndefined()
  await projector.start()
  await expect
    .poll(() => post({ query, variables: { at: createSite.position } }), { timeout: 20_000 })
    .toMatchObject({ status: 200 })
  const after = await api.send(person.token, SitesDocument, { atLeast: createSite.position })
  expect(after.sites.edges.map(edge => edge.node.name)).toContain('Late')
})

test('health tells of the process and of what it stands on', async () => {
  expect(await (await fetch(`${api.url}/health/alive`)).json()).toEqual({ status: 'alive' })
  expect(await (await fetch(`${api.url}/health/ready`)).json()).toEqual({ status: 'ready' })
})
