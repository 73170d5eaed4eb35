import { expect } from 'vitest'
import type { Answer } from './test-asking.ts'
import { leaves } from './test-schema.ts'
import type { Things } from './test-world.ts'

/** How narrow a role may be with which the thing is still to be had: that of its camera, of its site, or none. */
export type Level = 'camera' | 'site' | 'tenant'

/** One field of a root, or one way of asking it: what is asked, and what is answered. */
export interface Row {
  /** Whose field it is: of members, or of somebody else alone. */
  of: 'person' | 'system' | 'media_node' | 'agent' | 'anybody'
  query: string
  /** The ids that are asked for; a list without any shows what there is. */
  variables?: (things: Things) => object
  level: Level
  /** What those get whose things it is about. */
  there: (answer: Answer['body'], things: Things) => void
  /** What everybody else gets who may ask at all: as if it weren't there. */
  absent: (answer: Answer['body']) => void
}

const edges = (fields: string) => `edges { cursor node { ${fields} } }`
const page = (fields: string) => `${edges(fields)} pageInfo { ${leaves('PageInfo')} }`
const change = (fields: string) => `position replaces removed changed { ${fields} }`

// What leads nowhere is asked for as the schema has it; what leads on is named here, and a test tells what is missing. A
// camera's host is asked for once in an operation: who asks twice looks for its key once or twice, as it happens.
const site = `${leaves('Site')} cameras(first: 5) { ${page('id name')} } agents(first: 5) { ${page(leaves('Agent'))} }`
const stream = `${leaves('Stream')} video { ${leaves('VideoFormat')} }`
const seen = `${leaves('Sighting')} camera { id } site { id } person { ${leaves('Person')} }`
const camera = `${leaves('Camera')} site { ${site} } stream { ${stream} } sightings(first: 5) { ${page(seen)} }`
const person = `${leaves('Person')} sites { ${leaves('Site')} cameras(first: 5) { ${edges('id')} } } pictures { ${leaves('PersonPicture')} }`
const candidates = `candidates { ${leaves('SightingCandidate')} person { ${leaves('Person')} sites { id } pictures { id url } } }`
const sighting = `${seen} ${candidates} camera { id name site { id } } site { ${leaves('Site')} }`
const agent = `${leaves('Agent')} site { ${site} }`
const grants = `grants { ${leaves('Grant')} sites { ${leaves('Site')} } cameras { id name site { id } } }`
const member = `${leaves('Member')} ${grants}`
const assignment = `${leaves('StreamAssignment')} claim { ${leaves('StreamClaimHolder')} }`
const tenant = `${leaves('Tenant')} quota { ${leaves('TenantQuota')} }`
const tenantRecord = `${leaves('TenantRecord')} suspension { ${leaves('TenantSuspension')} } quota { ${leaves('TenantQuota')} } use { ${leaves('TenantUse')} }`
const id = '($id: UUID!)'

const nothing = (answer: Answer['body']) => expect(Object.values(answer.data ?? {})).toEqual([null])
const emptyList = (answer: Answer['body']) =>
  expect(Object.values(answer.data ?? {})).toMatchObject([{ edges: [] }])
const anything = () => {}
const shows =
  (wanted: keyof Things) =>
  (answer: Answer['body'], things: Things): void =>
    expect(JSON.stringify(answer.data)).toContain(things[wanted])

const query = (row: Omit<Row, 'of'>): Row => ({ of: 'person', ...row })
const byId = (field: string, fields: string, wanted: keyof Things, level: Level) =>
  query({
    query: `query Q${id} { ${field}(id: $id) { ${fields} } }`,
    variables: things => ({ id: things[wanted] }),
    level,
    there: shows(wanted),
    absent: nothing,
  })
/** A list of all that one may see: nothing is asked for, and what isn't one's own must not show. */
const list = (field: string, fields: string, wanted: keyof Things, level: Level) =>
  query({ query: `{ ${field} { ${page(fields)} } }`, level, there: shows(wanted), absent: anything })
const listOf = (
  field: string,
  argument: string,
  fields: string,
  asked: keyof Things,
  level: Level,
  shown = asked,
) =>
  query({
    query: `query Q${id} { ${field}(${argument}: $id) { ${page(fields)} } }`,
    variables: things => ({ id: things[asked] }),
    level,
    there: shows(shown),
    absent: emptyList,
  })

export const queries: Record<string, Row> = {
  tenant: query({
    query: `{ tenant { ${tenant} } }`,
    level: 'camera',
    there: shows('tenantId'),
    absent: anything,
  }),
  rightsInForce: query({
    query: `{ rightsInForce { ${leaves('RightsInForce')} } }`,
    level: 'camera',
    there: answer => expect(answer.errors).toBeUndefined(),
    absent: anything,
  }),
  myself: query({
    query: `{ myself { ${leaves('Myself')} tenant { ${tenant} } ${grants} tenants { ${leaves('OwnTenant')} } } }`,
    level: 'camera',
    there: shows('tenantId'),
    absent: anything,
  }),
  sites: list('sites', site, 'siteId', 'site'),
  site: byId('site', site, 'siteId', 'site'),
  agents: list('agents', agent, 'agentId', 'site'),
  agent: byId('agent', agent, 'agentId', 'site'),
  cameras: list('cameras', camera, 'cameraId', 'camera'),
  'cameras of a site': listOf('cameras', 'siteId', camera, 'siteId', 'site'),
  camera: byId('camera', camera, 'cameraId', 'camera'),
  stream: byId('stream', stream, 'streamId', 'camera'),
  people: list('people', person, 'personId', 'site'),
  person: byId('person', person, 'personId', 'site'),
  sightings: list('sightings', sighting, 'sightingId', 'camera'),
  'sightings of a camera': listOf('sightings', 'cameraId', sighting, 'cameraId', 'camera', 'sightingId'),
  'sightings of a site': listOf('sightings', 'siteId', sighting, 'siteId', 'site', 'sightingId'),
  'sightings of a person': listOf('sightings', 'personId', sighting, 'personId', 'site', 'sightingId'),
  sighting: byId('sighting', sighting, 'sightingId', 'camera'),
  tenantRecords: {
    ...list('tenantRecords', tenantRecord, 'tenantId', 'tenant'),
    of: 'system',
  },
  tenantRecord: { ...byId('tenantRecord', tenantRecord, 'tenantId', 'tenant'), of: 'system' },
  members: list('members', member, 'memberId', 'tenant'),
  member: byId('member', member, 'memberId', 'tenant'),
  apiKeys: list('apiKeys', leaves('ApiKey'), 'keyId', 'tenant'),
  'apiKeys of a machine': listOf('apiKeys', 'subjectId', leaves('ApiKey'), 'agentId', 'tenant', 'keyId'),
  sessions: listOf('sessions', 'userId', leaves('Session'), 'userId', 'tenant', 'sessionId'),
}

const accepted = '__typename ... on Rejection { code } ... on CommandAccepted { id }'
const issued = '__typename ... on Rejection { code } ... on IssuedApiKey { id }'
const anyAnswer = '__typename ... on Rejection { code }'
const isRejected = (code: string) => (answer: Answer['body']) =>
  expect(Object.values(answer.data ?? {})).toMatchObject([{ __typename: 'Rejection', code }])
const isAny =
  (...typenames: string[]) =>
  (answer: Answer['body']) => {
    const [given] = Object.values(answer.data ?? {}) as { __typename: string }[]
    expect(typenames, JSON.stringify(answer)).toContain(given?.__typename)
  }
const isAccepted = isAny('CommandAccepted')
const notFound = isRejected('NOT_FOUND')

const command = (
  field: string,
  input: (things: Things) => object,
  level: Level,
  more: Partial<Row> & { answer?: string } = {},
): Row => {
  const type = `${field[0]!.toUpperCase()}${field.slice(1)}Input`
  const { answer = accepted, ...rest } = more
  return {
    of: 'person',
    query: `mutation Send($input: ${type}!) { ${field}(input: $input) { ${answer} } }`,
    variables: things => ({ input: input(things) }),
    level,
    there: isAccepted,
    absent: notFound,
    ...rest,
  }
}

const address = 'rtsp://camera.example/live'
const soon = new Date(Date.now() + 86_400_000).toISOString()
const bySystem: Partial<Row> = { of: 'system', absent: anything }
/** A command about a stream by the node that holds it. */
const byNode = (field: string, more = '', there: Row['there'] = isAccepted): Row => ({
  of: 'media_node',
  query: `mutation Send($input: StreamEpochInput!) { ${field}(input: $input${more}) { ${anyAnswer} } }`,
  variables: ({ tenantId, streamId }) => ({ input: { tenantId, streamId, epoch: 0 } }),
  level: 'tenant',
  there,
  absent: isAny('Rejection'),
})
const video = ', video: {codec: "h264", width: 640, height: 480, reencoded: false}'

/** In an order in which each finds what it is about, though some that come before them remove things. */
export const mutations: Record<string, Row> = {
  requestPairing: {
    of: 'anybody',
    query: 'mutation Send($input: RequestPairingInput!) { requestPairing(input: $input) { __typename } }',
    variables: ({ agentId }) => ({
      input: { agentId, secretHash: 'a'.repeat(64), name: 'Box', serial: 'S-1' },
    }),
    level: 'camera',
    there: isAny('PairingCode'),
    absent: isAny('PairingCode'),
  },
  lookUpPairing: {
    of: 'person',
    query: `mutation { lookUpPairing(code: "000000") { ${anyAnswer} } }`,
    level: 'camera',
    there: isRejected('CODE_NOT_ACCEPTED'),
    absent: isRejected('CODE_NOT_ACCEPTED'),
  },
  // The site comes before the code, which nobody has opened.
  pairAgent: command('pairAgent', ({ siteId }) => ({ code: '000000', siteId }), 'site', {
    there: isRejected('CODE_NOT_ACCEPTED'),
  }),
  heartbeat: {
    of: 'agent',
    query: `mutation { heartbeat(input: {status: ONLINE}) { ${anyAnswer} } }`,
    level: 'tenant',
    there: isAny('HeartbeatReceived'),
    absent: anything,
  },
  createTenant: command('createTenant', ({ tenantId }) => ({ tenantId, name: 'Taken' }), 'tenant', {
    ...bySystem,
    there: isRejected('ID_IN_USE'),
  }),
  // What one makes is one's own: it never meets another tenant's of the same id, here one that no row asks for as a site.
  createSite: command('createSite', ({ keyId }) => ({ siteId: keyId, name: 'Gate' }), 'tenant', {
    absent: isAccepted,
  }),
  registerCamera: command('registerCamera', ({ siteId }) => ({ siteId, name: 'Yard', address }), 'site'),
  startStream: command('startStream', ({ cameraId }) => ({ cameraId }), 'camera', {
    there: isRejected('ALREADY_STARTED'),
  }),
  enrolPerson: command('enrolPerson', ({ siteId }) => ({ name: 'Ada', siteIds: [siteId] }), 'site'),
  addPersonPicture: command(
    'addPersonPicture',
    ({ personId, pictureId }) => ({ personId, pictureId }),
    'site',
    { there: isRejected('PICTURE_NOT_UPLOADED') },
  ),
  claimStream: {
    ...byNode('claimStream'),
    query: `mutation Send($input: ClaimStreamInput!) { claimStream(input: $input) { ${anyAnswer} } }`,
    variables: ({ tenantId, cameraId, streamId }) => ({ input: { tenantId, cameraId, streamId } }),
    there: isAny('StreamClaim', 'Rejection'),
  },
  renewLease: byNode('renewLease', '', isAny('LeaseRenewed', 'Rejection')),
  reportStreamLive: byNode('reportStreamLive', video),
  reportStreamReconnecting: byNode('reportStreamReconnecting', ', reason: STALLED'),
  reportStreamFailed: byNode('reportStreamFailed', ', reason: NO_VIDEO'),
  stopStream: command('stopStream', ({ cameraId, streamId }) => ({ cameraId, streamId }), 'camera'),
  reportStreamEnded: byNode('reportStreamEnded'),
  suspendTenant: command(
    'suspendTenant',
    ({ tenantId }) => ({ tenantId, reason: 'Unpaid' }),
    'tenant',
    bySystem,
  ),
  resumeTenant: command('resumeTenant', ({ tenantId }) => ({ tenantId }), 'tenant', bySystem),
  setQuota: command('setQuota', ({ tenantId }) => ({ tenantId, cameras: 100 }), 'tenant', bySystem),
  setAllowList: command('setAllowList', () => ({ addresses: ['127.0.0.0/8', '::1/128'] }), 'tenant', {
    absent: isAccepted,
  }),
  addMember: command(
    'addMember',
    ({ tenantId }) => ({ tenantId, email: 'another@example.com', role: 'VIEWER', everywhere: true }),
    'tenant',
  ),
  grantScope: command(
    'grantScope',
    ({ memberId, siteId }) => ({ userId: memberId, siteIds: [siteId] }),
    'tenant',
  ),
  'grantScope of a camera': command(
    'grantScope',
    ({ memberId, cameraId }) => ({ userId: memberId, cameraIds: [cameraId] }),
    'tenant',
  ),
  revokeGrant: command('revokeGrant', ({ grantId }) => ({ grantId }), 'tenant'),
  changeRole: command(
    'changeRole',
    ({ memberId }) => ({ userId: memberId, role: 'OPERATOR', everywhere: true }),
    'tenant',
  ),
  removeMember: command('removeMember', ({ memberId }) => ({ userId: memberId }), 'tenant'),
  issueApiKey: command(
    'issueApiKey',
    ({ agentId }) => ({ kind: 'AGENT', subjectId: agentId, name: 'Box', expiresAt: soon }),
    'tenant',
    { answer: issued, there: isAny('IssuedApiKey') },
  ),
  rotateApiKey: command('rotateApiKey', ({ keyId }) => ({ keyId, expiresAt: soon }), 'tenant', {
    answer: issued,
    // It has two keys already by then.
    there: isRejected('TOO_MANY_KEYS'),
  }),
  revokeApiKey: command('revokeApiKey', ({ keyId }) => ({ keyId }), 'tenant'),
  unpairAgent: command('unpairAgent', ({ spareAgentId }) => ({ agentId: spareAgentId }), 'site'),
  endSession: command('endSession', ({ sessionId, userId }) => ({ sessionId, userId }), 'tenant'),
}

/**
 * Commands by which one names what one makes. Another tenant's of the same name is never met; that somebody of the same
 * tenant has taken it is told, and nothing else of it.
 */
export const namedByCaller: Record<string, Row> = {
  registerCamera: command(
    'registerCamera',
    ({ cameraId, siteId }) => ({ cameraId, siteId, name: 'Yard', address }),
    'site',
  ),
  enrolPerson: command(
    'enrolPerson',
    ({ personId, siteId }) => ({ personId, name: 'Ada', siteIds: [siteId] }),
    'site',
  ),
  startStream: command('startStream', ({ cameraId, streamId }) => ({ cameraId, streamId }), 'camera'),
  grantScope: command(
    'grantScope',
    ({ grantId, memberId, siteId }) => ({ grantId, userId: memberId, siteIds: [siteId] }),
    'tenant',
  ),
}

const subscription = (text: string, row: Omit<Row, 'of' | 'query' | 'absent'>): Row => ({
  of: 'person',
  query: `subscription ${text}`,
  absent: answer => {
    const [told] = Object.values(answer.data ?? {}) as { changed: unknown[]; removed: unknown[] }[]
    expect(told).toMatchObject({ changed: [], removed: [] })
  },
  ...row,
})
const everythingTold = (field: string, fields: string, wanted: keyof Things, level: Level): Row => ({
  ...subscription(`{ ${field} { ${change(fields)} } }`, { level, there: shows(wanted) }),
  absent: anything,
})
const told = (
  field: string,
  argument: string,
  fields: string,
  asked: keyof Things,
  level: Level,
  shown: keyof Things,
) =>
  subscription(`S${id} { ${field}(${argument}: $id) { ${change(fields)} } }`, {
    variables: things => ({ id: things[asked] }),
    level,
    there: shows(shown),
  })

export const subscriptions: Record<string, Row> = {
  agentsChanged: everythingTold('agentsChanged', agent, 'agentId', 'site'),
  camerasChanged: everythingTold('camerasChanged', camera, 'cameraId', 'camera'),
  'camerasChanged of a site': told('camerasChanged', 'siteId', camera, 'siteId', 'site', 'cameraId'),
  membersChanged: everythingTold('membersChanged', member, 'userId', 'tenant'),
  peopleChanged: everythingTold('peopleChanged', person, 'personId', 'site'),
  sightings: everythingTold('sightings', sighting, 'sightingId', 'camera'),
  'sightings of a camera': told('sightings', 'cameraId', sighting, 'cameraId', 'camera', 'sightingId'),
  'sightings of a site': told('sightings', 'siteId', sighting, 'siteId', 'site', 'sightingId'),
  'sightings of a person': told('sightings', 'personId', sighting, 'personId', 'site', 'sightingId'),
  streamChanged: told('streamChanged', 'cameraId', stream, 'cameraId', 'camera', 'streamId'),
  tenantRecordsChanged: {
    ...everythingTold('tenantRecordsChanged', tenantRecord, 'tenantId', 'tenant'),
    of: 'system',
  },
  assignmentsChanged: {
    ...everythingTold('assignmentsChanged', assignment, 'streamId', 'tenant'),
    of: 'media_node',
  },
}

/** The field that a row asks for: `cameras of a site` is `cameras`. */
export function fieldOf(row: string): string {
  return row.split(' ')[0]!
}
