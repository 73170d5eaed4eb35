import { sealBytes } from '@sightline/data-keys/encryption'
import { AssignmentsChangedDocument, CamerasChangedDocument } from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { createPictureAddresses } from '../pictures/addresses.ts'
import { eventually, type TestMembership, type TestPerson, useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'
import { type PlacedEvent, tell } from './test-access-log.ts'

const api = await useTestApi()
await useProjector(api)

const admin = await api.person()
const { tenantId } = admin
const [siteId, otherSite] = [await api.createSite(admin), await api.createSite(admin, 'South gate')]
const [cameraId, otherCamera] = [
  await api.registerCamera(admin, siteId),
  await api.registerCamera(admin, otherSite),
]

await api.projected(admin)

/** Those that every test knows of. */
const first = [cameraId, otherCamera]

interface Answer {
  data?: Record<string, unknown> | null
  errors?: { extensions: { code: string } }[]
}

async function ask(token: string, query: string, variables: object = {}, url = api.url) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  })
  const body = (await response.json()) as Answer
  return { status: response.status, code: body.errors?.[0]?.extensions.code, data: body.data, response }
}

const cameras = 'query Cameras { cameras { edges { node { id } } } }'
const idsOf = (data: unknown) =>
  (data as { cameras: { edges: { node: { id: string } }[] } }).cameras.edges.map(({ node }) => node.id).sort()

/** A subscription to cameras that has told what it begins with. */
async function watching(token: string, url = api.url) {
  const subscription = subscribe<
    { camerasChanged: { replaces: boolean; changed: { id: string }[] } },
    object
  >(url, token, CamerasChangedDocument, {})
  const { data } = await subscription.next()
  return { ...subscription, seen: data!.camerasChanged.changed.map(({ id }) => id).sort() }
}

const rightsChanged = [{ extensions: { code: 'RIGHTS_CHANGED', position: expect.any(String) } }]

describe('other rights end what was begun under the old ones', () => {
  const grantId = v7()
  const inSite: TestMembership = { role: 'operator', siteIds: [siteId] }
  const causes: Record<
    string,
    { as: TestMembership; told: (who: TestPerson) => PlacedEvent[]; seesThen: () => string[] }
  > = {
    'another role': {
      as: { role: 'operator' },
      told: ({ userId }) => [tell.roleChanged(tenantId, userId, 'viewer')],
      seesThen: () => [cameraId, otherCamera],
    },
    'a role that counts in some sites alone': {
      as: { role: 'operator' },
      told: ({ userId }) => [tell.roleChanged(tenantId, userId, 'operator', false)],
      seesThen: () => [],
    },
    'a grant': {
      as: inSite,
      told: ({ userId }) => [tell.scopeGranted(tenantId, userId, { cameraIds: [otherCamera] })],
      seesThen: () => [cameraId, otherCamera],
    },
    'a grant that was revoked': {
      as: inSite,
      told: ({ userId }) => [
        tell.scopeGranted(tenantId, userId, { siteIds: [otherSite], grantId }),
        tell.grantRevoked(tenantId, userId, grantId),
      ],
      seesThen: () => [cameraId],
    },
  }
  for (const [cause, { as, told, seesThen }] of Object.entries(causes)) {
    test(`${cause}: RIGHTS_CHANGED, and the next subscription shows what they see now`, async () => {
      const member = await api.person(tenantId, as)
      const bystander = await watching(admin.token)
      const subscription = await watching(member.token)
      const events = told(member)
      const before = events.slice(0, -1)
      if (before.length > 0) {
        await api.tell(...before)
        await subscription.ended
        subscription.close()
      }
      const held = before.length > 0 ? await watching(member.token) : subscription
      await api.tell(...events.slice(-1))
      expect(await held.ended).toMatchObject(rightsChanged)
      held.close()
      const next = await watching(member.token)
      const seen = seesThen()
      expect(next.seen.filter(id => first.includes(id))).toEqual(seen.sort())
      next.close()
      // Nobody else is disturbed.
      const added = await api.registerCamera(admin, otherSite)
      const change = await bystander.next()
      expect(change.data?.camerasChanged.changed.map(({ id }) => id)).toEqual([added])
      bystander.close()
    })
  }

  test('a grant that ends by the clock, whether or not that is told', async () => {
    const member = await api.person(tenantId, { role: 'viewer', siteIds: [siteId] })
    const endsAt = new Date(api.now().getTime() + 60_000)
    await api.tell(tell.scopeGranted(tenantId, member.userId, { siteIds: [otherSite], endsAt }))
    const subscription = await watching(member.token)
    expect(subscription.seen).toContain(otherCamera)
    api.passTime(60_000)
    expect(await subscription.ended).toMatchObject(rightsChanged)
    subscription.close()
    expect(idsOf((await ask(member.token, cameras)).data)).not.toContain(otherCamera)
  })

  test('the position at which they ended can be queried', async () => {
    const member = await api.person(tenantId, { role: 'operator' })
    const subscription = await watching(member.token)
    await api.tell(tell.roleChanged(tenantId, member.userId, 'viewer'))
    const [error] = (await subscription.ended) as { extensions: { position: string } }[]
    subscription.close()
    const { position } = error!.extensions
    const query = 'query Q($at: Position) { rightsInForce(atLeast: $at) { position changedAt } }'
    const { data } = await ask(admin.token, query, { at: position })
    expect(data).toMatchObject({ rightsInForce: { changedAt: position, position: expect.any(String) } })
  })
})

describe('no rights close the socket, and nothing is answered any more', () => {
  const causes: Record<
    string,
    {
      told: (who: TestPerson) => PlacedEvent[]
      status: number
      restored?: (who: TestPerson) => PlacedEvent[]
    }
  > = {
    'a membership that was removed': {
      told: who => [tell.memberRemoved(who.tenantId, who.userId)],
      status: 403,
    },
    'a session that was ended': {
      told: who => [
        tell.sessionStarted(who.userId, who.tenantId, who.sessionId, new Date(api.now().getTime() + 1e9)),
        tell.sessionEnded(who.userId, who.tenantId, who.sessionId),
      ],
      status: 401,
    },
    'a tenant that was suspended': {
      told: who => [tell.tenantSuspended(who.tenantId)],
      status: 403,
      restored: who => [tell.tenantResumed(who.tenantId)],
    },
    'an allow-list without the address': {
      told: who => [tell.allowListSet(who.tenantId, ['192.0.2.0/24'])],
      status: 403,
      restored: who => [tell.allowListSet(who.tenantId, ['192.0.2.0/24', '127.0.0.0/8', '::1/128'])],
    },
  }
  for (const [cause, { told, status, restored }] of Object.entries(causes)) {
    test(cause, async () => {
      const member = await api.person(await api.createTenant())
      const subscription = await watching(member.token)
      const picture = await pictureOf(member)
      expect((await fetch(picture)).status).toBe(200)
      await api.tell(...told(member))
      expect(await subscription.ended).toMatchObject({ code: 4403 })
      subscription.close()
      expect((await ask(member.token, cameras)).status).toBe(status)
      expect((await fetch(picture)).status).toBe(404)
      const again = subscribe(api.url, member.token, CamerasChangedDocument, {})
      expect(await again.ended).toMatchObject({ code: 4403 })
      again.close()
      if (!restored) return
      await api.tell(...restored(member))
      expect((await ask(member.token, cameras)).status).toBe(200)
    })
  }

  test('a session that runs out, by the clock', async () => {
    const member = await api.person(await api.createTenant())
    const end = new Date(api.now().getTime() + 120_000)
    await api.tell(tell.sessionStarted(member.userId, member.tenantId, member.sessionId, end))
    const subscription = await watching(member.token)
    api.passTime(120_000)
    expect(await subscription.ended).toMatchObject({ code: 4403 })
    subscription.close()
    expect((await ask(member.token, cameras)).status).toBe(401)
  })

  test('a system administrator who was dismissed', async () => {
    const userId = v7()
    await api.tell(tell.administratorAppointed(userId))
    const token = await api.identity.system(userId)
    const create = () => ask(token, 'mutation { createTenant(input: {name: "Yard"}) { __typename } }')
    expect((await create()).status).toBe(200)
    await api.tell(tell.administratorDismissed(userId))
    await eventually(async () => expect((await create()).status).toBe(403))
  })
})

/** The address of a picture that is there, as a member was given it. */
async function pictureOf({ tenantId: ofTenant, userId, sessionId }: TestPerson): Promise<string> {
  const keyId = v7()
  const objectKey = `${ofTenant}/faces-derived/${keyId}/0`
  const key = await api.dataKeys.create({ tenantId: ofTenant, keyId, subject: 'sighting', subjectId: keyId })
  await api.objects.put(objectKey, sealBytes(key, objectKey, Buffer.from('a crop')))
  const of = { tenantId: ofTenant, userId, sessionId, siteIds: [], cameraId: null }
  const { signAddress } = createPictureAddresses(api.pictureKey)
  return `${api.url}${signAddress({ kind: 'crop', ...of, objectKey, keyId, contentType: 'image/jpeg', now: api.now() })}`
}

describe('machines', () => {
  test('a media node whose key was revoked has its socket closed, and is answered nothing', async () => {
    const [nodeId, keyId] = [v7(), v7()]
    await api.tell(tell.keyIssued(null, nodeId, { keyId }))
    const token = await api.identity.mediaNode(nodeId)
    const subscription = subscribe(api.url, token, AssignmentsChangedDocument, {})
    await subscription.next()
    await api.tell(tell.keyRevoked(null, nodeId, keyId))
    expect(await subscription.ended).toMatchObject({ code: 4403 })
    subscription.close()
    const renew = `mutation { renewLease(input: {tenantId: "${tenantId}", streamId: "${v7()}", epoch: 0}) { __typename } }`
    expect((await ask(token, renew)).status).toBe(401)
  })

  test('a media node is told of a suspended tenant’s streams no longer, loses their leases and reports of none', async () => {
    const person = await api.person(await api.createTenant())
    const camera = await api.registerCamera(person, await api.createSite(person))
    const streamId = await api.startStream(person, camera)
    const node = await api.mediaNode()
    const follow = async () => {
      const subscription = subscribe<
        { assignmentsChanged: { replaces: boolean; changed: { streamId: string; source: string | null }[] } },
        object
      >(api.url, node.token, AssignmentsChangedDocument, {})
      const { data } = await subscription.next()
      return { ...subscription, told: data!.assignmentsChanged.changed.map(({ streamId: id }) => id) }
    }
    const claim = `mutation { claimStream(input: {tenantId: "${person.tenantId}", cameraId: "${camera}", streamId: "${streamId}"})
      { __typename ... on StreamClaim { epoch } } }`
    const claimed = (await ask(node.token, claim)).data as { claimStream: { epoch: number } }
    const epoch = claimed.claimStream.epoch
    const renew = async () => {
      const input = `{tenantId: "${person.tenantId}", streamId: "${streamId}", epoch: ${epoch}}`
      const { data } = await ask(node.token, `mutation { renewLease(input: ${input}) { __typename } }`)
      return (data as { renewLease: { __typename: string } }).renewLease.__typename
    }
    expect(await renew()).toBe('LeaseRenewed')
    const reportReconnecting = async () => {
      const input = `{tenantId: "${person.tenantId}", streamId: "${streamId}", epoch: ${epoch}}`
      const report = `mutation { reportStreamReconnecting(input: ${input}, reason: STALLED) { __typename } }`
      const { data } = await ask(node.token, report)
      return (data as { reportStreamReconnecting: { __typename: string } }).reportStreamReconnecting
        .__typename
    }
    expect(await reportReconnecting()).toBe('CommandAccepted')
    const before = await eventually(async () => {
      const found = await follow()
      if (!found.told.includes(streamId)) {
        found.close()
        throw new Error('not told yet')
      }
      return found
    })
    await api.tell(tell.tenantSuspended(person.tenantId))
    expect(await before.ended).toMatchObject(rightsChanged)
    before.close()
    const during = await follow()
    expect(during.told).not.toContain(streamId)
    expect(await renew()).toBe('Rejection')
    expect(await reportReconnecting()).toBe('Rejection')
    await api.tell(tell.tenantResumed(person.tenantId))
    expect(await during.ended).toMatchObject(rightsChanged)
    during.close()
    const after = await follow()
    expect(after.told).toContain(streamId)
    after.close()
  })

  test('an agent of a suspended tenant, and one whose credential was revoked, are refused', async () => {
    const person = await api.person(await api.createTenant())
    const agent = await api.pairedAgent(person, await api.createSite(person))
    await api.heartbeat(agent.token, 'ONLINE')
    await api.tell(tell.tenantSuspended(person.tenantId))
    const refused = (code: string) =>
      eventually(() => expect(api.heartbeat(agent.token, 'ONLINE')).rejects.toThrow(code))
    await refused('FORBIDDEN')
    expect((await api.fetchAgentToken(agent)).status).toBe(401)
    await api.tell(tell.tenantResumed(person.tenantId))
    await api.heartbeat(agent.token, 'ONLINE')
    const [paired] = await api.eventLog.readStream(`agent-${person.tenantId}.${agent.agentId}`)
    const { credentialId } = (paired as { data: { credentialId: string } }).data
    await api.tell(tell.keyRevoked(person.tenantId, agent.agentId, credentialId))
    await refused('UNAUTHENTICATED')
    expect((await api.fetchAgentToken(agent)).status).toBe(401)
  })
})

describe('members who see a part of the tenant', () => {
  test('see and touch what is in it; the rest is as if it were absent', async () => {
    const manager = await api.person(tenantId, { role: 'site_manager', siteIds: [siteId] })
    expect(idsOf((await ask(manager.token, cameras)).data)).toEqual([cameraId])
    const result = '{ __typename ... on Rejection { code message } }'
    const send = async (mutation: string) => {
      const { data } = await ask(manager.token, `mutation { result: ${mutation} ${result} }`)
      return (data as { result: object }).result
    }
    const start = (id: string) => send(`startStream(input: {cameraId: "${id}"})`)
    const stop = (id: string) => send(`stopStream(input: {cameraId: "${id}", streamId: "${v7()}"})`)
    const register = (id: string) =>
      send(`registerCamera(input: {siteId: "${id}", name: "X", address: "rtsp://camera.example/live"})`)
    const pair = (id: string) => send(`pairAgent(input: {siteId: "${id}", code: "000000"})`)
    for (const [act, theirs] of [
      [start, otherCamera],
      [stop, otherCamera],
      [register, otherSite],
      [pair, otherSite],
    ] as const) {
      const absent = await act(v7())
      expect(absent).toMatchObject({ __typename: 'Rejection', code: 'NOT_FOUND' })
      expect(await act(theirs)).toEqual(absent)
    }
    expect(await start(cameraId)).toMatchObject({ __typename: 'CommandAccepted' })
    expect(await register(siteId)).toMatchObject({ __typename: 'CommandAccepted' })
    const createSite = await ask(
      manager.token,
      'mutation { createSite(input: {name: "Yard"}) { __typename } }',
    )
    expect(createSite).toMatchObject({ status: 403, code: 'FORBIDDEN' })
  })
})
