import { membersStreamName } from '@sightline/contracts/stream-names'
import {
  AddMemberDocument,
  ChangeRoleDocument,
  GrantScopeDocument,
  type GrantScopeInput,
  MemberDocument,
  MembersChangedDocument,
  MembersDocument,
  MyselfDocument,
  RemoveMemberDocument,
  RevokeGrantDocument,
} from '@sightline/schema/operations'
import { v7, version as versionOf } from 'uuid'
import { describe, expect, test } from 'vitest'
import { type Answer, eventually, idOf, type TestPerson, useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'

const api = await useTestApi({ sweepIntervalMs: 100 })
await useProjector(api)

const refused = (code: string) => expect.objectContaining({ __typename: 'Rejection', code })

/** Somebody whom an administrator adds by their address, with a token. */
async function added(by: TestPerson, email: string, role: 'VIEWER' | 'TENANT_ADMIN', everywhere = true) {
  const { addMember } = await api.send(by.token, AddMemberDocument, { input: { email, role, everywhere } })
  const userId = idOf(addMember)
  const sessionId = v7()
  const token = await api.identity.person({ tenantId: by.tenantId, userId, sessionId })
  return { tenantId: by.tenantId, userId, sessionId, token, position: (addMember as Answer).position! }
}

const remove = async (by: TestPerson, userId: string): Promise<Answer> =>
  (await api.send(by.token, RemoveMemberDocument, { input: { userId } })).removeMember

const grant = async (by: TestPerson, input: GrantScopeInput): Promise<Answer> =>
  (await api.send(by.token, GrantScopeDocument, { input })).grantScope

async function membersOf(tenantId: string): Promise<string[]> {
  const members = new Set<string>()
  for (const event of await api.eventLog.readStream(membersStreamName(tenantId))) {
    if (event.type === 'MemberAdded') members.add(event.data.userId)
    if (event.type === 'MemberRemoved') members.delete(event.data.userId)
  }
  return [...members]
}

describe('members', () => {
  test('begin with the one whom a system administrator adds, and are the tenant administrators’ business then', async () => {
    const tenantId = await api.createTenant()
    const system = await api.identity.system()
    const input = { tenantId, email: 'Ada@Example.com', role: 'TENANT_ADMIN', everywhere: true } as const
    const first = await api.send(system, AddMemberDocument, { input })
    const ada = { tenantId, userId: idOf(first.addMember), sessionId: v7() }
    const admin: TestPerson = { ...ada, token: await api.identity.person(ada) }

    const ben = await added(admin, ' ben@example.com ', 'VIEWER', false)
    const { members } = await api.send(admin.token, MembersDocument, { atLeast: ben.position })
    expect(members.edges.map(({ node }) => node)).toMatchObject([
      { id: admin.userId, email: 'ada@example.com', role: 'TENANT_ADMIN', everywhere: true },
      { id: ben.userId, email: 'ben@example.com', role: 'VIEWER', everywhere: false, grants: [] },
    ])
    const again = await api.send(admin.token, AddMemberDocument, {
      input: { email: 'BEN@example.com', role: 'VIEWER', everywhere: false },
    })
    expect(idOf(again.addMember)).toBe(ben.userId)
    const other = await api.send(admin.token, AddMemberDocument, {
      input: { email: 'ben@example.com', role: 'OPERATOR', everywhere: true },
    })
    expect(other.addMember).toEqual(refused('ALREADY_MEMBER'))
  })

  test('are the same users in every tenant, each told where they are a member', async () => {
    const [here, there] = [
      await api.person(await api.createTenant('Here')),
      await api.person(await api.createTenant('There')),
    ]
    const cy = await added(here, 'cy@example.com', 'VIEWER')
    const elsewhere = await added(there, 'cy@example.com', 'TENANT_ADMIN')
    expect(elsewhere.userId).toBe(cy.userId)
    // An id that held its time would tell whoever adds a stranger since when others know them.
    expect(versionOf(cy.userId)).toBe(4)
    const { myself } = await eventually(async () => {
      const answer = await api.send(elsewhere.token, MyselfDocument, { atLeast: elsewhere.position })
      expect(answer.myself.tenants).toHaveLength(2)
      return answer
    })
    expect(myself).toMatchObject({
      id: cy.userId,
      email: 'cy@example.com',
      role: 'TENANT_ADMIN',
      tenant: { id: there.tenantId, name: 'There' },
      sessionId: elsewhere.sessionId,
      systemAdministrator: false,
      tenants: [
        { id: here.tenantId, name: 'Here', role: 'VIEWER' },
        { id: there.tenantId, name: 'There', role: 'TENANT_ADMIN' },
      ],
    })
  })

  test('are not taken for an address that is none', async () => {
    const admin = await api.person()
    for (const email of [
      '',
      'nobody',
      'a@b',
      'a b@example.com',
      'a@exam\nple.com',
      `${'a'.repeat(200)}@b.example`,
    ]) {
      const input = { email, role: 'VIEWER', everywhere: true } as const
      await expect(api.send(admin.token, AddMemberDocument, { input })).rejects.toThrow('BAD_USER_INPUT')
    }
    const narrowed = { email: 'a@example.org', role: 'TENANT_ADMIN', everywhere: false } as const
    await expect(api.send(admin.token, AddMemberDocument, { input: narrowed })).rejects.toThrow(
      'BAD_USER_INPUT',
    )
  })

  test('are told as they change', async () => {
    const admin = await api.person()
    const told = subscribe(api.url, admin.token, MembersChangedDocument, {})
    await told.next()
    const dan = await added(admin, 'dan@example.com', 'VIEWER', false)
    const siteId = await api.createSite(admin)
    await grant(admin, { userId: dan.userId, siteIds: [siteId] })
    const next = async () => {
      const message = (await told.next()).data?.membersChanged
      return message?.changed.find(({ id }) => id === dan.userId)
    }
    let member = await next()
    while (!member || member.grants.length === 0) member = await next()
    expect(member).toMatchObject({
      email: 'dan@example.com',
      grants: [{ sites: [{ id: siteId }], cameras: [] }],
    })
    await remove(admin, dan.userId)
    let removed: readonly string[] = []
    while (removed.length === 0) removed = (await told.next()).data?.membersChanged.removed ?? []
    expect(removed).toEqual([dan.userId])
    told.close()
  })
})

describe('at the same instant', () => {
  test('of two administrators who remove each other one stays', async () => {
    for (let round = 0; round < 5; round++) {
      const one = await api.person()
      const other = await added(one, 'other@example.com', 'TENANT_ADMIN')
      const answers = await Promise.allSettled([remove(one, other.userId), remove(other, one.userId)])
      const accepted = answers.filter(
        answer => answer.status === 'fulfilled' && answer.value.__typename === 'CommandAccepted',
      )
      expect(accepted, JSON.stringify(answers)).toHaveLength(1)
      expect(await membersOf(one.tenantId)).toHaveLength(1)
    }
  })

  test('of two administrators who remove themselves one stays', async () => {
    const one = await api.person()
    const other = await added(one, 'self@example.com', 'TENANT_ADMIN')
    const answers = await Promise.all([remove(one, one.userId), remove(other, other.userId)])
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['CommandAccepted', 'Rejection'])
    expect(answers).toContainEqual(refused('LAST_ADMIN'))
    expect(await membersOf(one.tenantId)).toHaveLength(1)
  })

  test('two who add the same person get the same member', async () => {
    const admin = await api.person()
    const input = { email: 'twin@example.com', role: 'VIEWER', everywhere: true } as const
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => api.send(admin.token, AddMemberDocument, { input })),
    )
    expect(new Set(answers.map(({ addMember }) => idOf(addMember))).size).toBe(1)
    expect(await membersOf(admin.tenantId)).toHaveLength(2)
  })
})

test('the last administrator neither leaves nor steps down', async () => {
  const admin = await api.person()
  await added(admin, 'viewer@example.com', 'VIEWER')
  expect(await remove(admin, admin.userId)).toEqual(refused('LAST_ADMIN'))
  const input = { userId: admin.userId, role: 'VIEWER', everywhere: true } as const
  const { changeRole } = await api.send(admin.token, ChangeRoleDocument, { input })
  expect(changeRole).toEqual(refused('LAST_ADMIN'))
})

describe('grants', () => {
  test('name what is the tenant’s own', async () => {
    const [admin, stranger] = [await api.person(), await api.person()]
    const { userId } = await added(admin, 'eve@example.com', 'VIEWER', false)
    const siteId = await api.createSite(admin)
    const cameraId = await api.registerCamera(admin, siteId)
    const theirs = await api.createSite(stranger)
    const both = { userId, siteIds: [siteId], cameraIds: [cameraId] }
    idOf(await grant(admin, both))
    for (const unknown of [theirs, v7()]) {
      expect(await grant(admin, { userId, siteIds: [siteId, unknown] })).toEqual(refused('NOT_FOUND'))
      expect(await grant(admin, { userId, cameraIds: [unknown] })).toEqual(refused('NOT_FOUND'))
    }
    // Others' members, and nobody's.
    expect(await grant(stranger, { userId, siteIds: [theirs] })).toEqual(refused('NOT_FOUND'))
    await expect(grant(admin, { userId })).rejects.toThrow('BAD_USER_INPUT')
  })

  test('are seen until they are revoked', async () => {
    const admin = await api.person()
    const { userId, token } = await added(admin, 'flo@example.com', 'VIEWER', false)
    const siteId = await api.createSite(admin)
    const grantId = idOf(await grant(admin, { userId, siteIds: [siteId] }))
    const grants = async (at: Answer) =>
      (await api.send(admin.token, MemberDocument, { id: userId, atLeast: at.position! })).member?.grants
    const repeated = await grant(admin, { grantId, userId, siteIds: [siteId] })
    expect(await grants(repeated)).toMatchObject([{ id: grantId, sites: [{ id: siteId }], endsAt: null }])
    const { myself } = await api.send(token, MyselfDocument, {})
    expect(myself).toMatchObject({ everywhere: false, grants: [{ id: grantId, sites: [{ id: siteId }] }] })
    const { revokeGrant } = await api.send(admin.token, RevokeGrantDocument, { input: { grantId } })
    expect(await grants(revokeGrant)).toEqual([])
  })

  test('end by the clock, and are told to have ended', async () => {
    const admin = await api.person()
    const { userId } = await added(admin, 'gil@example.com', 'VIEWER', false)
    const siteId = await api.createSite(admin)
    const endsAt = new Date(api.now().getTime() + 3_600_000).toISOString()
    const granted = await grant(admin, { userId, siteIds: [siteId], endsAt })
    const lasting = await grant(admin, { userId, siteIds: [siteId] })
    expect(await grant(admin, { userId, siteIds: [siteId], endsAt: new Date(0).toISOString() })).toEqual(
      refused('EXPIRY_NOT_ACCEPTED'),
    )
    api.passTime(3_600_001)
    await eventually(async () => {
      const events = await api.eventLog.readStream(membersStreamName(admin.tenantId))
      const ended = events.flatMap(event => (event.type === 'GrantEnded' ? [event.data] : []))
      expect(ended).toEqual([{ grantId: idOf(granted), userId }])
    })
    const { member } = await eventually(async () => {
      const answer = await api.send(admin.token, MemberDocument, { id: userId })
      expect(answer.member?.grants).toHaveLength(1)
      return answer
    })
    expect(member?.grants[0]?.id).toBe(idOf(lasting))
  })
})
