import type { SightlineEvent } from '@sightline/contracts/events'
import { type StoryEvent, tell as story } from '@sightline/projector/test-story'
import {
  AddMemberDocument,
  GrantScopeDocument,
  IssueApiKeyDocument,
  type IssueApiKeyMutation,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { tell } from '../access/test-access-log.ts'
import { idOf, type TestPerson, type useTestApi } from '../test-api.ts'
import { tellStory } from '../test-reading.ts'

type TestApi = Awaited<ReturnType<typeof useTestApi>>

/** Ids of one of everything: what an operation may ask for. */
export interface Things {
  tenantId: string
  siteId: string
  cameraId: string
  agentId: string
  /** Another agent of the site, to be taken away. */
  spareAgentId: string
  streamId: string
  /** The media node that holds the stream. */
  nodeId: string
  personId: string
  pictureId: string
  sightingId: string
  /** A member whose role is narrowed, and their grant. */
  memberId: string
  grantId: string
  /** A key of the agent. */
  keyId: string
  /** A session of the tenant's administrator. */
  sessionId: string
  userId: string
}

/** Somebody who asks, what is theirs, and the ids that they must never be told. */
export interface Asker {
  token: string
  /** What they ask for that isn't theirs. */
  asks: Things
  own: Things
  hidden: ReadonlySet<string>
}

/** Two tenants: one with two sites, one of which has two cameras. */
export interface World {
  /** Of the first camera of the first site: what all ask for. */
  ours: Things
  admin: TestPerson
  /** An administrator of the other tenant. */
  otherTenant: Asker
  /** A manager of the second site of the same tenant. */
  otherSite: Asker
  /** A manager of the second camera of the same site. */
  otherCamera: Asker
}

/** What nobody has. */
export function unknownThings(): Things {
  const ids: Record<keyof Things, string> = {
    tenantId: v7(),
    siteId: v7(),
    cameraId: v7(),
    agentId: v7(),
    spareAgentId: v7(),
    streamId: v7(),
    nodeId: v7(),
    personId: v7(),
    pictureId: v7(),
    sightingId: v7(),
    memberId: v7(),
    grantId: v7(),
    keyId: v7(),
    sessionId: v7(),
    userId: v7(),
  }
  return ids
}

/** Makes the world in the log of a test's API. */
export async function makeWorld(api: TestApi): Promise<World> {
  const [tenantId, otherTenantId] = [v7(), v7()]
  const [siteId, otherSiteId] = [v7(), v7()]
  const oursFirst = await makePlace(api, tenantId, siteId)
  const places = {
    ours: oursFirst,
    neighbour: await makePlace(api, tenantId, siteId, { siteIsThere: true, beside: oursFirst }),
    otherSite: await makePlace(api, tenantId, otherSiteId, { beside: oursFirst }),
    otherTenant: await makePlace(api, otherTenantId, v7()),
  }
  const [admin, stranger] = [await api.person(tenantId), await api.person(otherTenantId)]
  const ours: Things = { ...places.ours, ...(await makeAccess(api, admin, places.ours)) }
  const theirs: Things = { ...places.otherTenant, ...(await makeAccess(api, stranger, places.otherTenant)) }

  const siteManager = await api.person(tenantId, { role: 'site_manager', siteIds: [otherSiteId] })
  const { cameraId } = places.neighbour
  const cameraManager = await api.person(tenantId, { role: 'site_manager', cameraIds: [cameraId] })
  // What belongs to the tenant as a whole is no narrowed role's.
  const { memberId, grantId, keyId, sessionId, userId } = ours
  const ofTenant = { memberId, grantId, keyId, sessionId, userId }
  const idsOf = (...things: object[]) =>
    new Set(things.flatMap(each => Object.values(each)).filter(id => id !== tenantId))
  const { siteId: _, cameraId: __, streamId: ___, sightingId: ____, ...besideTheCamera } = places.neighbour
  return {
    ours,
    admin,
    otherTenant: {
      token: stranger.token,
      asks: ours,
      own: theirs,
      hidden: new Set([tenantId, ...idsOf(ours, places.neighbour, places.otherSite)]),
    },
    otherSite: {
      token: siteManager.token,
      asks: ours,
      own: { ...unknownThings(), ...places.otherSite },
      hidden: idsOf(places.ours, places.neighbour, ofTenant),
    },
    otherCamera: {
      token: cameraManager.token,
      // Of the camera's own site they see the camera, so they ask for the other one.
      asks: { ...ours, siteId: otherSiteId },
      own: { ...unknownThings(), ...places.neighbour },
      hidden: idsOf(places.ours, places.otherSite, ofTenant, besideTheCamera),
    },
  }
}

type Place = Omit<Things, 'memberId' | 'grantId' | 'keyId' | 'sessionId' | 'userId'>

/**
 * A site with one of everything that stands at a site: the story of another one under other ids.
 * @param more.beside what its own things lead to beside their own: its person is expected there too, and its sighting
 * might have been the other's person
 */
async function makePlace(
  api: TestApi,
  tenantId: string,
  siteId: string,
  more: { siteIsThere?: boolean; beside?: Place } = {},
): Promise<Place> {
  const { siteIsThere = false, beside } = more
  const told = [...story({ tenants: 1, camerasEach: 1, peopleEach: 1, sightingsEach: 1 })]
  const ids = new Map<string, string>()
  const idOfStory = (wanted: SightlineEvent['type']) =>
    told.find(({ event }) => event.type === wanted)!.stream.slice(-36)
  ids.set(told[0]!.tenantId, tenantId)
  ids.set(idOfStory('SiteCreated'), siteId)
  const mapped = (text: string) =>
    text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, id => {
      if (!ids.has(id)) ids.set(id, v7())
      return ids.get(id)!
    })
  const here = (JSON.parse(mapped(JSON.stringify(told))) as StoryEvent[]).filter(
    ({ event }) => !siteIsThere || (event.type !== 'TenantCreated' && event.type !== 'SiteCreated'),
  )
  for (const { event } of here) {
    if (event.type === 'PersonEnrolled') event.data.siteIds = [...new Set([siteId, beside?.siteId ?? siteId])]
    if (beside && (event.type === 'SightingOpened' || event.type === 'SightingIdentified')) {
      const { personId, pictureId } = beside
      event.data.decision.candidates.push({ personId, pictureId, similarity: 0.3 })
    }
  }
  const known = new Set((await api.eventLog.readStream(`tenant-${tenantId}`)).map(({ type }) => type))
  await tellStory(
    api,
    here.filter(({ event }) => !known.has(event.type)),
  )
  const spareAgentId = v7()
  await api.tell(tell.agentPaired(tenantId, spareAgentId, siteId))
  const dataOf = <Type extends SightlineEvent['type']>(wanted: Type) =>
    here.find(({ event }) => event.type === wanted)!.event.data as Extract<
      SightlineEvent,
      { type: Type }
    >['data']
  const idIn = (wanted: SightlineEvent['type']) =>
    here.find(({ event }) => event.type === wanted)!.stream.slice(-36)
  return {
    tenantId,
    siteId,
    cameraId: idIn('CameraRegistered'),
    agentId: idIn('AgentPaired'),
    spareAgentId,
    streamId: dataOf('StreamStarted').streamId,
    nodeId: dataOf('StreamClaimed').nodeId,
    personId: idIn('PersonEnrolled'),
    pictureId: dataOf('PersonPictureAdded').pictureId,
    sightingId: dataOf('SightingOpened').sightingId,
  }
}

async function makeAccess(
  api: TestApi,
  admin: TestPerson,
  { siteId, agentId, nodeId }: Place,
): Promise<Omit<Things, keyof Place>> {
  const member = { email: `guest@${admin.tenantId}.example`, role: 'VIEWER', everywhere: false } as const
  const memberId = idOf((await api.send(admin.token, AddMemberDocument, { input: member })).addMember)
  const scope = { userId: memberId, siteIds: [siteId] }
  const grantId = idOf((await api.send(admin.token, GrantScopeDocument, { input: scope })).grantScope)
  const expiresAt = new Date(Date.now() + 86_400_000)
  const { issueApiKey }: IssueApiKeyMutation = await api.send(admin.token, IssueApiKeyDocument, {
    input: { kind: 'AGENT', subjectId: agentId, name: 'Box', expiresAt: expiresAt.toISOString() },
  })
  if (issueApiKey.__typename !== 'IssuedApiKey') throw new Error(JSON.stringify(issueApiKey))
  const { userId, tenantId } = admin
  const sessionId = v7()
  await api.tell(
    tell.sessionStarted(userId, tenantId, sessionId, expiresAt),
    tell.keyIssued(null, nodeId, { kind: 'media_node' }),
  )
  return { memberId, grantId, keyId: issueApiKey.id, sessionId, userId }
}
