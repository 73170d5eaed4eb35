import { userStreamName } from '@sightline/contracts/stream-names'
import { EndSessionDocument, type EndSessionInput, SessionsDocument } from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { tell } from '../access/test-access-log.ts'
import {
  type Answer,
  eventually,
  idOf,
  type TestMembership,
  type TestPerson,
  useTestApi,
} from '../test-api.ts'
import { useProjector } from '../test-reading.ts'

const api = await useTestApi()
await useProjector(api)

const notFound = expect.objectContaining({ __typename: 'Rejection', code: 'NOT_FOUND' })

/** Somebody whose session the log tells, as it does of everybody who signs in. */
async function signedIn(tenantId = v7(), as: TestMembership = {}): Promise<TestPerson> {
  const person = await api.person(tenantId, as)
  await startSession(person, person.sessionId)
  return person
}

async function startSession({ userId, tenantId }: TestPerson, sessionId = v7()): Promise<string> {
  const expiresAt = new Date(Date.now() + 86_400_000)
  await api.tell(tell.sessionStarted(userId, tenantId, sessionId, expiresAt))
  return sessionId
}

const end = async (by: TestPerson, input: EndSessionInput): Promise<Answer> =>
  (await api.send(by.token, EndSessionDocument, { input })).endSession

const endOf = async (userId: string, sessionId: string) =>
  (await api.eventLog.readStream(userStreamName(userId))).flatMap(event =>
    event.type === 'SessionEnded' && event.data.sessionId === sessionId ? [event.data.reason] : [],
  )

async function sessionsOf(by: TestPerson, userId?: string) {
  const { sessions } = await api.send(by.token, SessionsDocument, { userId })
  return sessions.edges.map(({ node }) => node)
}

test('a member sees their sessions and ends them, the others’ they do not see', async () => {
  const viewer = await signedIn(v7(), { role: 'viewer' })
  const another = await startSession(viewer)
  const colleague = await signedIn(viewer.tenantId, { role: 'operator' })
  await eventually(async () => {
    expect(await sessionsOf(viewer)).toEqual([
      expect.objectContaining({ id: another, userId: viewer.userId, current: false, endedAt: null }),
      expect.objectContaining({ id: viewer.sessionId, current: true, endedAt: null }),
    ])
  })
  const ended = await end(viewer, { sessionId: another })
  expect(idOf(ended)).toBe(another)
  expect(await endOf(viewer.userId, another)).toEqual(['REVOKED'])
  await eventually(async () => {
    const found = (await sessionsOf(viewer)).find(({ id }) => id === another)
    expect(found?.endedAt).toEqual(expect.any(String))
  })
  // What is not theirs is as what is not there.
  expect(await sessionsOf(viewer, colleague.userId)).toEqual([])
  expect(await sessionsOf(viewer, v7())).toEqual([])
  for (const sessionId of [colleague.sessionId, v7()]) {
    expect(await end(viewer, { sessionId, userId: colleague.userId })).toEqual(notFound)
    expect(await end(viewer, { sessionId })).toEqual(notFound)
  }
  expect(await endOf(colleague.userId, colleague.sessionId)).toEqual([])
})

test('whose rights are narrowed sees and ends their own sessions too', async () => {
  const admin = await signedIn()
  const siteId = await api.createSite(admin)
  const narrowed = await signedIn(admin.tenantId, { role: 'viewer', siteIds: [siteId] })
  await eventually(async () => {
    expect(await sessionsOf(narrowed)).toMatchObject([{ id: narrowed.sessionId, current: true }])
  })
  const another = await startSession(narrowed)
  idOf(await end(narrowed, { sessionId: another }))
})

test('an administrator sees and ends the sessions of their tenant’s members, and no others', async () => {
  const admin = await signedIn()
  const viewer = await signedIn(admin.tenantId, { role: 'viewer' })
  // The same user in another tenant.
  const elsewhere = { ...viewer, tenantId: v7() }
  await api.addMember(elsewhere.tenantId, viewer.userId, { role: 'viewer' })
  const foreign = await startSession(elsewhere)
  await eventually(async () => {
    expect(await sessionsOf(admin, viewer.userId)).toMatchObject([{ id: viewer.sessionId, current: false }])
  })
  expect(await end(admin, { sessionId: foreign, userId: viewer.userId })).toEqual(notFound)
  expect(await endOf(viewer.userId, foreign)).toEqual([])
  idOf(await end(admin, { sessionId: viewer.sessionId, userId: viewer.userId }))
  await eventually(() => expect(sessionsOf(viewer)).rejects.toThrow('UNAUTHENTICATED'))
})

test('whoever ends the session that they are in has signed out', async () => {
  const member = await signedIn()
  idOf(await end(member, { sessionId: member.sessionId }))
  expect(await endOf(member.userId, member.sessionId)).toEqual(['SIGNED_OUT'])
  await eventually(() => expect(sessionsOf(member)).rejects.toThrow('UNAUTHENTICATED'))
})

/** A row as everybody has who may refresh their session. */
async function makeRefreshable({ userId, tenantId }: TestPerson, sessionId: string): Promise<void> {
  await api.database.inOps('ops_api', null, sql =>
    sql(
      `/* refreshableSession */ insert into ops.sessions
         (session_id, user_id, tenant_id, token_hash, started_at, last_used_at, expires_at)
       values ($1, $2, $3, $4, now(), now(), now() + interval '1 day')`,
      [sessionId, userId, tenantId, Buffer.alloc(32)],
    ),
  )
}

const isRefreshable = async (sessionId: string) =>
  (
    await api.database.inOps('ops_api', null, sql =>
      sql('/* refreshable */ select 1 from ops.sessions where session_id = $1 and ended_as is null', [
        sessionId,
      ]),
    )
  ).length > 0

test('no refresh token of an ended session counts any more, and those of others do', async () => {
  const [member, other] = [await signedIn(), await signedIn()]
  const another = await startSession(member)
  await makeRefreshable(member, another)
  await makeRefreshable(other, other.sessionId)
  const commandId = v7()
  idOf(await end(member, { sessionId: another, commandId }))
  expect(await isRefreshable(another)).toBe(false)
  // The same command again, about somebody else's session: it ended what it ended.
  await end(member, { sessionId: other.sessionId, commandId })
  expect(await isRefreshable(other.sessionId)).toBe(true)
  expect(await endOf(other.userId, other.sessionId)).toEqual([])
})

test('a system administrator ends anybody’s session', async () => {
  const member = await signedIn()
  const input = { sessionId: member.sessionId, userId: member.userId }
  const { endSession } = await api.send(await api.identity.system(), EndSessionDocument, { input })
  idOf(endSession)
  expect(await endOf(member.userId, member.sessionId)).toEqual(['REVOKED'])
  await eventually(() => expect(sessionsOf(member)).rejects.toThrow('UNAUTHENTICATED'))
})
