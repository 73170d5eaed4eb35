import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { tell } from '@sightline/projector/test-story'
import { readTypeDefinitions } from '@sightline/schema/type-definitions'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { tell as access } from './access/test-access-log.ts'
import { eventually, useTestApi } from './test-api.ts'
import { machineToken, subscribe, tellStory, useProjector } from './test-reading.ts'
import { newApiKey } from './tokens/api-keys.ts'

const api = await useTestApi()
await useProjector(api)
const [ours, theirs] = (await tellStory(
  api,
  tell({ tenants: 2, camerasEach: 1, peopleEach: 1, sightingsEach: 2 }),
)) as [string, string]

/** Somebody of the tenant whose things they are, and somebody of another tenant. */
const owner = await api.person(ours)
const stranger = await api.person(theirs)

interface Answer {
  data?: Record<string, unknown> | null
  errors?: { message: string; extensions: { code: string } }[]
}

async function send(token: string | undefined, query: string, variables: object = {}): Promise<Answer> {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as Answer
}

const camera = 'id site { id } stream { id } sightings { edges { node { id cropUrl } } }'
const sighting = 'id camera { id } site { id } person { id } candidates { person { id } } cropUrl'
const person = 'id pictures { id url }'
const agent = 'id site { id agents { edges { node { id } } } cameras { edges { node { id } } } }'
const member = 'id email grants { id sites { id } cameras { id } }'
const accepted = '__typename ... on Rejection { code } ... on CommandAccepted { id }'
const issuedKey = '__typename ... on Rejection { code } ... on IssuedApiKey { id key }'
const soon = new Date(Date.now() + 86_400_000).toISOString()
const change = (fields: string) => `position replaces removed changed { ${fields} }`

/** Everything that the owner can see: what a stranger must not. */
const everything = `{ tenant { id } sites { edges { cursor node { id } } } agents { edges { node { ${agent} } } }
  cameras { edges { node { ${camera} } } } people { edges { node { ${person} } } }
  sightings { edges { cursor node { ${sighting} } } } members { edges { node { ${member} } } }
  apiKeys { edges { node { id } } } sessions { edges { node { id } } } }`

/** A member whose role counts at one site, a key of the agent, and a session of the owner. */
async function makeAccessOfOurs(): Promise<Pick<World, 'memberId' | 'grantId' | 'keyId'>> {
  const found = await eventually(async () => {
    const { data } = await send(owner.token, '{ agents { edges { node { id site { id } } } } }')
    const node = (data as { agents: { edges: { node: { id: string; site: { id: string } } }[] } }).agents
    expect(node.edges).toHaveLength(1)
    return node.edges[0]!.node
  })
  const made = await send(
    owner.token,
    `mutation { addMember(input: {email: "guest@example.com", role: VIEWER, everywhere: false}) { ${accepted} } }`,
  )
  const memberId = (made.data as { addMember: { id: string } }).addMember.id
  const granted = await send(
    owner.token,
    `mutation { grantScope(input: {userId: "${memberId}", siteIds: ["${found.site.id}"]}) { ${accepted} } }`,
  )
  const issued = await send(
    owner.token,
    `mutation { issueApiKey(input: {kind: AGENT, subjectId: "${found.id}", name: "Box", expiresAt: "${soon}"}) { ${issuedKey} } }`,
  )
  const expiresAt = new Date(soon)
  await api.tell(access.sessionStarted(owner.userId, ours, owner.sessionId, expiresAt))
  return {
    memberId,
    grantId: (granted.data as { grantScope: { id: string } }).grantScope.id,
    keyId: (issued.data as { issueApiKey: { id: string } }).issueApiKey.id,
  }
}

interface World {
  memberId: string
  grantId: string
  keyId: string
  siteId: string
  agentId: string
  cameraId: string
  streamId: string
  personId: string
  pictureId: string
  sightingId: string
  cursor: string
  ids: Set<string>
}

async function ownersWorld(): Promise<World> {
  const accessOfOurs = await makeAccessOfOurs()
  const told = [...Object.values(accessOfOurs), owner.sessionId]
  const found = await eventually(async () => {
    const answer = await send(owner.token, everything)
    const all = JSON.stringify(answer)
    expect(all.match(/"candidates":\[\{"person":\{/g)).toHaveLength(2)
    expect(told.filter(id => !all.includes(id))).toEqual([])
    return answer
  })
  const data = found.data as Record<string, { edges: { cursor: string; node: Record<string, unknown> }[] }>
  const first = (list: string) => data[list]!.edges[0]!.node as { id: string; [field: string]: unknown }
  const text = JSON.stringify(found)
  return {
    ...accessOfOurs,
    siteId: first('sites').id,
    agentId: first('agents').id,
    cameraId: first('cameras').id,
    streamId: (first('cameras').stream as { id: string }).id,
    personId: first('people').id,
    pictureId: (first('people').pictures as { id: string }[])[0]!.id,
    sightingId: first('sightings').id,
    cursor: data.sightings!.edges[0]!.cursor,
    ids: new Set(text.match(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g)),
  }
}
const world = await ownersWorld()

/** The answer names nothing of the owner's but what the stranger had asked with. */
function expectNothingOfOurs(answer: unknown, asked: object = {}): void {
  const text = JSON.stringify(answer)
  const known = JSON.stringify(asked)
  expect([...world.ids].filter(id => text.includes(id) && !known.includes(id))).toEqual([])
}

const id = '($id: UUID!)'
const nothing = (field: string) => (answer: Answer) => expect(answer.data).toEqual({ [field]: null })
const onlyTheirOwn = (field: string) => (answer: Answer) => {
  const { edges } = answer.data![field] as { edges: unknown[] }
  expect(edges).toHaveLength(field === 'sightings' ? 2 : 1)
}
const empty = (field: string) => (answer: Answer) =>
  expect(answer.data).toMatchObject({ [field]: { edges: [] } })

/** What a stranger asks, and what they must be told. */
interface Row {
  query: string
  variables?: () => object
  other: (answer: Answer) => void
  /** Whose token the stranger shows; a person's of the other tenant by default. */
  token?: () => Promise<string>
  anonymous?: 'allowed'
}

const rejected = (code: string) => (answer: Answer) =>
  expect(Object.values(answer.data ?? {})).toMatchObject([{ __typename: 'Rejection', code }])
const ofTheirOwn = (answer: Answer) =>
  expect(Object.values(answer.data ?? {})).toMatchObject([{ __typename: 'CommandAccepted' }])
const forbidden = (answer: Answer) => expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
const command = (name: string, input: string, more = '') =>
  `mutation Send($input: ${input}!) { ${name}(input: $input${more}) { ${accepted} } }`
const node = async () => (await api.mediaNode()).token
const epoch = () => ({ input: { tenantId: theirs, streamId: world.streamId, epoch: 0 } })

const queries: Record<string, Row> = {
  tenant: {
    query: '{ tenant { id } }',
    other: answer => expect(answer.data).toEqual({ tenant: { id: theirs } }),
  },
  sites: { query: '{ sites { edges { node { id } } } }', other: onlyTheirOwn('sites') },
  site: {
    query: `query Q${id} { site(id: $id) { id cameras { edges { node { id } } } } }`,
    variables: () => ({ id: world.siteId }),
    other: nothing('site'),
  },
  agents: { query: `{ agents { edges { node { ${agent} } } } }`, other: onlyTheirOwn('agents') },
  agent: {
    query: `query Q${id} { agent(id: $id) { ${agent} } }`,
    variables: () => ({ id: world.agentId }),
    other: nothing('agent'),
  },
  cameras: {
    query: `query Q${id} { cameras(siteId: $id) { edges { node { ${camera} } } } }`,
    variables: () => ({ id: world.siteId }),
    other: empty('cameras'),
  },
  camera: {
    query: `query Q${id} { camera(id: $id) { ${camera} } }`,
    variables: () => ({ id: world.cameraId }),
    other: nothing('camera'),
  },
  stream: {
    query: `query Q${id} { stream(id: $id) { id } }`,
    variables: () => ({ id: world.streamId }),
    other: nothing('stream'),
  },
  people: { query: `{ people { edges { node { ${person} } } } }`, other: onlyTheirOwn('people') },
  person: {
    query: `query Q${id} { person(id: $id) { ${person} } }`,
    variables: () => ({ id: world.personId }),
    other: nothing('person'),
  },
  sightings: {
    query: `query Q${id} { sightings(cameraId: $id, siteId: $id, personId: $id) { edges { node { ${sighting} } } } }`,
    variables: () => ({ id: world.cameraId }),
    other: empty('sightings'),
  },
  sighting: {
    query: `query Q${id} { sighting(id: $id) { ${sighting} } }`,
    variables: () => ({ id: world.sightingId }),
    other: nothing('sighting'),
  },
  rightsInForce: {
    query: '{ rightsInForce { position changedAt } }',
    other: answer => expect(answer.errors).toBeUndefined(),
  },
  members: { query: `{ members { edges { node { ${member} } } } }`, other: onlyTheirOwn('members') },
  member: {
    query: `query Q${id} { member(id: $id) { ${member} } }`,
    variables: () => ({ id: world.memberId }),
    other: nothing('member'),
  },
  myself: {
    query: '{ myself { id email tenant { id } grants { id sites { id } } tenants { id } } }',
    other: answer =>
      expect(answer.data).toMatchObject({
        myself: { id: stranger.userId, tenant: { id: theirs }, grants: [], tenants: [{ id: theirs }] },
      }),
  },
  apiKeys: {
    query: `query Q${id} { apiKeys(subjectId: $id) { edges { node { id subjectId } } } }`,
    variables: () => ({ id: world.agentId }),
    other: empty('apiKeys'),
  },
  sessions: {
    query: `query Q${id} { sessions(userId: $id) { edges { node { id userId } } } }`,
    variables: () => ({ id: owner.userId }),
    other: empty('sessions'),
  },
}

const address = 'rtsp://camera.example/live'
const video = 'video: {codec: "h264", width: 640, height: 480, reencoded: false}'

const mutations: Record<string, Row> = {
  createTenant: {
    query: command('createTenant', 'CreateTenantInput'),
    variables: () => ({ input: { tenantId: ours, name: 'Taken' } }),
    other: forbidden,
  },
  createSite: {
    query: command('createSite', 'CreateSiteInput'),
    variables: () => ({ input: { siteId: world.siteId, name: 'Taken' } }),
    // Another still, who then has one of the same id: ids of two tenants never meet.
    token: async () => (await api.person()).token,
    other: ofTheirOwn,
  },
  addMember: {
    query: command('addMember', 'AddMemberInput'),
    variables: () => ({ input: { tenantId: ours, email: 'stranger@example.com', role: 'TENANT_ADMIN' } }),
    other: rejected('NOT_FOUND'),
  },
  changeRole: {
    query: command('changeRole', 'ChangeRoleInput'),
    variables: () => ({ input: { userId: world.memberId, role: 'TENANT_ADMIN' } }),
    other: rejected('NOT_FOUND'),
  },
  grantScope: {
    query: command('grantScope', 'GrantScopeInput'),
    variables: () => ({ input: { userId: world.memberId, siteIds: [world.siteId] } }),
    other: rejected('NOT_FOUND'),
  },
  revokeGrant: {
    query: command('revokeGrant', 'RevokeGrantInput'),
    variables: () => ({ input: { grantId: world.grantId } }),
    other: rejected('NOT_FOUND'),
  },
  removeMember: {
    query: command('removeMember', 'RemoveMemberInput'),
    variables: () => ({ input: { userId: world.memberId } }),
    other: rejected('NOT_FOUND'),
  },
  suspendTenant: {
    query: command('suspendTenant', 'SuspendTenantInput'),
    variables: () => ({ input: { tenantId: ours, reason: 'Taken' } }),
    other: forbidden,
  },
  resumeTenant: {
    query: command('resumeTenant', 'ResumeTenantInput'),
    variables: () => ({ input: { tenantId: ours } }),
    other: forbidden,
  },
  setQuota: {
    query: command('setQuota', 'SetQuotaInput'),
    variables: () => ({ input: { tenantId: ours, cameras: 0 } }),
    other: forbidden,
  },
  setAllowList: {
    query: command('setAllowList', 'SetAllowListInput'),
    variables: () => ({ input: { addresses: ['127.0.0.0/8', '::1/128'] } }),
    // Theirs, not ours.
    other: ofTheirOwn,
  },
  issueApiKey: {
    query: `mutation Send($input: IssueApiKeyInput!) { issueApiKey(input: $input) { ${issuedKey} } }`,
    variables: () => ({
      input: { kind: 'AGENT', subjectId: world.agentId, name: 'Box', expiresAt: soon },
    }),
    other: rejected('NOT_FOUND'),
  },
  rotateApiKey: {
    query: `mutation Send($input: RotateApiKeyInput!) { rotateApiKey(input: $input) { ${issuedKey} } }`,
    variables: () => ({ input: { keyId: world.keyId, expiresAt: soon } }),
    other: rejected('NOT_FOUND'),
  },
  revokeApiKey: {
    query: command('revokeApiKey', 'RevokeApiKeyInput'),
    variables: () => ({ input: { keyId: world.keyId } }),
    other: rejected('NOT_FOUND'),
  },
  endSession: {
    query: command('endSession', 'EndSessionInput'),
    variables: () => ({ input: { sessionId: owner.sessionId, userId: owner.userId } }),
    other: rejected('NOT_FOUND'),
  },
  requestPairing: {
    query: `mutation Send($input: RequestPairingInput!) { requestPairing(input: $input) { __typename } }`,
    variables: () => ({
      input: { agentId: world.agentId, secretHash: 'a'.repeat(64), name: 'Box', serial: 'S-1' },
    }),
    other: answer => expect(answer.errors).toBeUndefined(),
    anonymous: 'allowed',
  },
  lookUpPairing: {
    query: 'mutation { lookUpPairing(code: "000000") { __typename ... on Rejection { code } } }',
    other: rejected('CODE_NOT_ACCEPTED'),
  },
  pairAgent: {
    query: command('pairAgent', 'PairAgentInput'),
    variables: () => ({ input: { code: '000000', siteId: world.siteId } }),
    other: answer => expect(Object.values(answer.data!)).toMatchObject([{ __typename: 'Rejection' }]),
  },
  heartbeat: {
    query: `mutation { heartbeat(input: {status: ERROR}) { __typename ... on Rejection { code } } }`,
    token: () => machineToken(api, { principal: 'agent', sub: world.agentId, tenant: v7() }),
    other: forbidden,
  },
  registerCamera: {
    query: command('registerCamera', 'RegisterCameraInput'),
    variables: () => ({ input: { siteId: world.siteId, name: 'Taken', address } }),
    other: rejected('NOT_FOUND'),
  },
  startStream: {
    query: command('startStream', 'StartStreamInput'),
    variables: () => ({ input: { cameraId: world.cameraId } }),
    other: rejected('NOT_FOUND'),
  },
  stopStream: {
    query: command('stopStream', 'StopStreamInput'),
    variables: () => ({ input: { cameraId: world.cameraId, streamId: world.streamId } }),
    other: rejected('NOT_FOUND'),
  },
  enrolPerson: {
    query: command('enrolPerson', 'EnrolPersonInput'),
    variables: () => ({ input: { personId: world.personId, name: 'Taken' } }),
    token: async () => (await api.person()).token,
    other: ofTheirOwn,
  },
  addPersonPicture: {
    query: command('addPersonPicture', 'AddPersonPictureInput'),
    variables: () => ({ input: { personId: world.personId, pictureId: world.pictureId } }),
    other: answer => expect(Object.values(answer.data!)).toMatchObject([{ __typename: 'Rejection' }]),
  },
  claimStream: {
    query: `mutation Send($input: ClaimStreamInput!) { claimStream(input: $input) { __typename ... on Rejection { code } } }`,
    variables: () => ({ input: { tenantId: theirs, cameraId: world.cameraId, streamId: world.streamId } }),
    token: node,
    other: answer => expect(Object.values(answer.data!)).toMatchObject([{ __typename: 'Rejection' }]),
  },
  renewLease: {
    query: `mutation Send($input: StreamEpochInput!) { renewLease(input: $input) { __typename ... on Rejection { code } } }`,
    variables: epoch,
    token: node,
    other: answer => expect(Object.values(answer.data!)).toMatchObject([{ __typename: 'Rejection' }]),
  },
  ...Object.fromEntries(
    Object.entries({
      reportStreamLive: `, ${video}`,
      reportStreamReconnecting: ', reason: STALLED',
      reportStreamFailed: ', reason: NO_VIDEO',
      reportStreamEnded: '',
    }).map(([name, more]): [string, Row] => [
      name,
      {
        query: command(name, 'StreamEpochInput', more),
        variables: epoch,
        token: node,
        other: answer => expect(Object.values(answer.data!)).toMatchObject([{ __typename: 'Rejection' }]),
      },
    ]),
  ),
}

const subscriptions: Record<string, Omit<Row, 'other'> & { own: number }> = {
  agentsChanged: { query: `subscription { agentsChanged { ${change(agent)} } }`, own: 1 },
  camerasChanged: {
    query: `subscription S${id.replace('!', '')} { camerasChanged(siteId: $id) { ${change(camera)} } }`,
    variables: () => ({ id: world.siteId }),
    own: 0,
  },
  membersChanged: { query: `subscription { membersChanged { ${change(member)} } }`, own: 1 },
  peopleChanged: { query: `subscription { peopleChanged { ${change(person)} } }`, own: 1 },
  sightings: {
    query: `subscription S${id.replace('!', '')} { sightings(cameraId: $id) { ${change(sighting)} } }`,
    variables: () => ({ id: world.cameraId }),
    own: 0,
  },
  streamChanged: {
    query: `subscription S${id} { streamChanged(cameraId: $id) { ${change('id')} } }`,
    variables: () => ({ id: world.cameraId }),
    own: 0,
  },
  assignmentsChanged: {
    query: `subscription { assignmentsChanged { ${change('streamId source')} } }`,
    own: -1,
  },
}

const schema = makeExecutableSchema({ typeDefs: readTypeDefinitions() })

test('every field of the roots has its row', () => {
  expect(Object.keys(queries).sort()).toEqual(Object.keys(schema.getQueryType()!.getFields()).sort())
  expect(Object.keys(mutations).sort()).toEqual(Object.keys(schema.getMutationType()!.getFields()).sort())
  expect(Object.keys(subscriptions).sort()).toEqual(
    Object.keys(schema.getSubscriptionType()!.getFields()).sort(),
  )
})

describe('without a token', () => {
  for (const [field, row] of Object.entries({ ...queries, ...mutations })) {
    test(`${field} answers ${row.anonymous ? 'what anybody may know' : 'UNAUTHENTICATED'}`, async () => {
      const answer = await send(undefined, row.query, row.variables?.())
      expectNothingOfOurs(answer, row.variables?.())
      if (row.anonymous) expect(answer.errors).toBeUndefined()
      else {
        expect(answer.errors?.map(error => error.extensions.code)).toEqual(['UNAUTHENTICATED'])
        expect(answer.data).toBeUndefined()
      }
    })
  }
  for (const [field, row] of Object.entries(subscriptions)) {
    test(`${field} has no socket`, async () => {
      const subscription = subscribe(api.url, undefined, row.query, row.variables?.() ?? {})
      expect(await subscription.ended).toMatchObject({ code: 4403 })
    })
  }
})

describe('with a token of another tenant', () => {
  for (const [field, row] of Object.entries({ ...queries, ...mutations })) {
    test(`${field} knows nothing of ours and changes nothing`, async () => {
      const before = await ourEvents()
      const variables = row.variables?.() ?? {}
      const answer = await send((await row.token?.()) ?? stranger.token, row.query, variables)
      row.other(answer)
      expectNothingOfOurs(answer, variables)
      expect(await ourEvents()).toEqual(before)
    })
  }
  for (const [field, row] of Object.entries(subscriptions)) {
    test(`${field} tells nothing of ours`, async () => {
      const variables = row.variables?.() ?? {}
      const subscription = subscribe<Record<string, { changed: unknown[] }>, object>(
        api.url,
        stranger.token,
        row.query,
        variables,
      )
      if (row.own < 0) {
        expect(await subscription.ended).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
        return
      }
      const { data } = await subscription.next()
      subscription.close()
      expect(data?.[field]?.changed).toHaveLength(row.own)
      expectNothingOfOurs(data, variables)
    })
  }

  test('our positions and cursors do not open', async () => {
    const { data } = await send(owner.token, everything)
    const { cursor } = (data as { sites: { edges: { cursor: string }[] } }).sites.edges[0]!
    const page = 'query Q($after: Cursor) { sites(after: $after) { edges { node { id } } } }'
    expect((await send(owner.token, page, { after: cursor })).errors).toBeUndefined()
    const answer = await send(stranger.token, page, { after: cursor })
    expect(answer.errors?.[0]?.extensions.code).toBe('CURSOR_NOT_VALID')
    const made = await send(
      owner.token,
      'mutation { createSite(input: {name: "Yard"}) { ... on CommandAccepted { position } } }',
    )
    const { position } = (made.data as { createSite: { position: string } }).createSite
    const wait = 'query Q($at: Position) { sites(atLeast: $at) { edges { node { id } } } }'
    expect((await send(owner.token, wait, { at: position })).errors).toBeUndefined()
    const refused = await send(stranger.token, wait, { at: position })
    expect(refused.errors?.[0]?.extensions.code).toBe('POSITION_NOT_VALID')
  })
})

/** The HTTP routes beside GraphQL: how a stranger asks, and the status that they get. */
const routes: Record<
  string,
  { ask: (token: string | undefined) => Promise<Response>; statuses: [number, number] }
> = {
  'get /health/alive': { ask: () => fetch(`${api.url}/health/alive`), statuses: [200, 200] },
  'get /health/ready': { ask: () => fetch(`${api.url}/health/ready`), statuses: [200, 200] },
  'post /graphql': { ask: token => raw('POST', '/graphql', token, '{}'), statuses: [400, 400] },
  'all /graphql': { ask: token => raw('GET', '/graphql', token), statuses: [405, 405] },
  'post /agent/token': {
    ask: token =>
      raw('POST', '/agent/token', token, JSON.stringify({ agentId: world.agentId, secret: 'a'.repeat(43) })),
    statuses: [401, 401],
  },
  'get /.well-known/jwks.json': {
    ask: token => raw('GET', '/.well-known/jwks.json', token),
    statuses: [200, 200],
  },
  // A session's routes look at its cookie alone, and answer the pages of listed origins.
  'post /session/start': {
    ask: token => session('start', token, JSON.stringify({ secret: 'a'.repeat(43), tenantId: ours })),
    statuses: [401, 401],
  },
  'post /session/refresh': {
    ask: token => session('refresh', token, JSON.stringify({ tenantId: ours })),
    statuses: [401, 401],
  },
  'post /session/end': { ask: token => session('end', token, '{}'), statuses: [204, 204] },
  'post /oauth/token': {
    ask: token => {
      const key = newApiKey('agent', world.agentId).text
      const form = new URLSearchParams({ client_id: world.agentId, client_secret: key })
      form.set('grant_type', 'client_credentials')
      return raw('POST', '/oauth/token', token, form.toString(), 'application/x-www-form-urlencoded')
    },
    statuses: [401, 401],
  },
  'put /people/:personId/pictures/:pictureId': {
    ask: token => raw('PUT', `/people/${world.personId}/pictures/${v7()}`, token, 'x', 'image/png'),
    statuses: [401, 404],
  },
  'get /pictures/:token': {
    ask: () => fetch(`${api.url}/pictures/${altered('picture')}`),
    statuses: [404, 404],
  },
  'get /crops/:token': { ask: () => fetch(`${api.url}/crops/${altered('crop')}`), statuses: [404, 404] },
  'get /assets/:name': { ask: token => raw('GET', '/assets/index.js', token), statuses: [404, 404] },
  'get /{*path}': { ask: token => raw('GET', '/sightings', token), statuses: [404, 404] },
}

function raw(
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

/** An address of ours that somebody gave themselves. */
function altered(kind: 'picture' | 'crop'): string {
  const claims = [
    kind,
    ours,
    v7(),
    null,
    [],
    null,
    `${ours}/faces-raw/${world.personId}/${world.pictureId}`,
    v7(),
    'image/png',
    2e12,
  ]
  return `${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${'a'.repeat(43)}`
}

test('every HTTP route has its row', () => {
  const folder = import.meta.dirname
  const declared = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts') && !path.includes('test'))
    .flatMap(path =>
      Array.from(
        readFileSync(join(folder, path), 'utf8').matchAll(
          /\brouter\.(get|put|post|patch|delete|all)\(\s*'([^']+)'/g,
        ),
        match => `${match[1]} ${match[2]}`,
      ),
    )
  expect([...new Set(declared)].sort()).toEqual(Object.keys(routes).sort())
})

for (const [route, { ask, statuses }] of Object.entries(routes)) {
  test(`${route} gives nothing of ours to strangers`, async () => {
    const answers = [await ask(undefined), await ask(stranger.token)]
    expect(answers.map(answer => answer.status)).toEqual(statuses)
    for (const answer of answers) expectNothingOfOurs(await answer.text())
  })
}

/** Every event of ours, as the log tells it. */
async function ourEvents(): Promise<string[]> {
  const ids: string[] = []
  for await (const batch of api.eventLog.readAll({ after: null, live: false })) {
    for (const event of batch) if (event.metadata.tenantId === ours) ids.push(event.id)
  }
  return ids
}
