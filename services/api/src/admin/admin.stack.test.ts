import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { membersStreamName, SYSTEM_STREAM, tenantStreamName } from '@sightline/contracts/stream-names'
import { createDataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { TokenRefusedError } from '../access/tokens.ts'
import { readSigningKeys } from '../tokens/signing-keys.ts'
import { useTestTokens } from '../tokens/test-tokens.ts'

const api = await useTestTokens()
const run = promisify(execFile)

/** Runs the command as an administrator does. */
async function admin(args: string[], settings: Record<string, string> = {}) {
  const main = new URL('./main.ts', import.meta.url).pathname
  const { PATH, NODE_COMPILE_CACHE } = process.env
  const env = { PATH, NODE_COMPILE_CACHE, ...api.environment, ...settings }
  try {
    const { stdout, stderr } = await run(process.execPath, [main, ...args], { env })
    return { code: 0, out: stdout.trim(), err: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout.trim(), err: stderr }
  }
}

const types = async (stream: string) => (await api.eventLog.readStream(stream)).map(event => event.type)

test('the first administrator of the system is appointed, and is not dismissed as the last one', async () => {
  const first = await admin(['appoint', 'Ada@Example.org'])
  expect(first).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f-]{36}$/) })
  expect(await admin(['appoint', ' ada@example.org '])).toMatchObject({ code: 0, out: first.out })
  expect(await types(SYSTEM_STREAM)).toEqual(['SystemAdministratorAppointed'])
  // Whichever case an id is written in: it is the same user.
  expect(await admin(['appoint', first.out.toUpperCase()])).toMatchObject({ code: 0, out: first.out })
  expect(await types(SYSTEM_STREAM)).toEqual(['SystemAdministratorAppointed'])
  for (const id of [first.out, first.out.toUpperCase()]) {
    const refused = await admin(['dismiss', id])
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('appoint another first')])
  }
  await admin(['appoint', 'ben@example.org'])
  expect((await admin(['dismiss', 'ada@example.org'])).code).toBe(0)
})

test('a tenant is created with its administrator, who signs in by a link and is listed', async () => {
  const made = await admin(['create-tenant', 'Harbour', '--admin', 'carla@example.org'])
  expect(made.code).toBe(0)
  const tenantId = made.out
  expect(await types(tenantStreamName(tenantId))).toEqual(['TenantCreated'])
  const [added] = await api.eventLog.readStream(membersStreamName(tenantId))
  expect(added).toMatchObject({ type: 'MemberAdded', data: { role: 'tenant_admin', everywhere: true } })
  const { userId } = (added as { data: { userId: string } }).data
  api.places.set(userId, { systemAdministrator: false, tenantIds: [tenantId] })

  const link = await admin(['sign-in-link', 'carla@example.org'], {
    PUBLIC_URL: 'https://cameras.example:8443/x',
  })
  const [, secret] = /^https:\/\/cameras\.example:8443\/#sign-in=([\w-]{43})$/.exec(link.out)!
  const session = await api.ask('start', { body: { secret } })
  expect(session).toMatchObject({ status: 200, body: { userId, tenantId } })
  expect((await api.ask('start', { body: { secret } })).status).toBe(401)

  const listed = await admin(['sessions', 'carla@example.org'])
  expect(listed.out.split('\n')).toHaveLength(2)
  expect(listed.out).toContain(session.body.sessionId as string)
  expect((await admin(['end-sessions', userId])).code).toBe(0)
  expect((await api.ask('refresh', { cookie: session.cookie })).status).toBe(401)
  expect((await api.story(userId)).at(-1)).toBe('SessionEnded REVOKED')
  // Completing what was interrupted changes nothing.
  const again = ['create-tenant', 'Harbour', '--admin', 'carla@example.org', '--id', tenantId]
  expect(await admin(again)).toMatchObject({ code: 0, out: tenantId })
  expect(await types(membersStreamName(tenantId))).toEqual(['MemberAdded'])
})

test.each([
  [['sign-in-link', 'nobody@example.org', '--url', 'http://localhost'], 1, 'nobody has the address'],
  [['sign-in-link', 'carla@example.org'], 1, 'PUBLIC_URL is needed'],
  [['appoint', 'nobody'], 1, "neither a user's id nor an e-mail address"],
  [['appoint'], 2, 'npm run admin -- appoint <user>'],
  [['appoint', 'a', 'b'], 2, 'npm run admin -- appoint <user>'],
  [['create-tenant', 'Harbour'], 1, '--admin <e-mail> is needed'],
  [['create-tenant', 'Harbour', '--admin', 'x'], 1, 'is no e-mail address'],
  [['rotate-keys', '--kind', 'root'], 1, '--kind is one of access, machine, media'],
  [['rotate-keys', '--force'], 2, 'Unknown option'],
  [['rewrap-data-keys'], 1, 'PREVIOUS_MASTER_KEY and POSTGRES_PASSWORD_OPS_ADMIN are needed'],
  [['toString'], 2, 'there is no command toString'],
])('what can not be done says why: %j', async (args, code, message) => {
  const answer = await admin(args)
  expect([answer.code, answer.out, answer.err]).toEqual([code, '', expect.stringContaining(message)])
})

test('help is an answer', async () => {
  expect(await admin(['rotate-keys', '--help'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('rotate-keys [--kind <kind>] [--compromised]'),
    err: '',
  })
})

test('an environment that is not complete is told at once, without a value', async () => {
  const answer = await admin(['keys'], { MASTER_KEY: 'c2VjcmV0', ESDB_URL: 'http://x' })
  expect(answer.code).toBe(1)
  expect(answer.err).toMatch(/ESDB_URL: .*\n\s+MASTER_KEY: must be 32 bytes/)
  expect(answer.err).not.toContain('c2VjcmV0')
})

test('keys are rotated and listed, and compromised ones count no longer', async () => {
  expect((await admin(['keys'])).out.match(/ signing /g)).toHaveLength(3)
  expect((await admin(['rotate-keys', '--kind', 'media'])).code).toBe(0)
  expect((await admin(['keys'])).out).toMatch(/media +published/)
  const early = await admin(['rotate-keys', '--kind', 'media'])
  expect([early.code, early.err]).toEqual([1, expect.stringContaining('rotate again after that')])

  const notAfter = new Date(api.now().getTime() + 60_000)
  const of = { userId: v7(), sessionId: v7(), tenantId: v7(), lifeMs: 60_000, notAfter }
  const { token } = await api.issuer.accessToken(of)
  expect((await admin(['rotate-keys', '--compromised'])).code).toBe(0)
  await expect
    .poll(() => api.verifyToken(token).catch(error => error), { timeout: 20_000 })
    .toBeInstanceOf(TokenRefusedError)
  const states = (await admin(['keys'])).out
  expect([states.match(/ signing /g)?.length, states.match(/ compromised /g)?.length]).toEqual([3, 4])
})

test('keys are wrapped by a new master key, however often that is interrupted, and no event changes', async () => {
  const before = api.environment.MASTER_KEY
  const next = randomBytes(32).toString('base64')
  const dataKeysUnder = (text: string, previous?: string) =>
    createDataKeys({ database: api.database, masterKey: createMasterKey(text, previous) })
  const requests = Array.from({ length: 1_201 }, () => ({
    tenantId: v7(),
    keyId: v7(),
    subject: 'person' as const,
    subjectId: v7(),
  }))
  // As after a run that was interrupted: some are wrapped by the new one already.
  const wrappedBy = (index: number) => (index < 700 ? before : next)
  const made: Uint8Array[] = []
  // A hundred at a time: whoever waits for a connection for seconds is refused.
  for (let first = 0; first < requests.length; first += 100) {
    const some = requests.slice(first, first + 100)
    made.push(
      ...(await Promise.all(
        some.map((request, index) => dataKeysUnder(wrappedBy(first + index)).create(request)),
      )),
    )
  }
  const [destroyed, kept] = requests
  await dataKeysUnder(before).destroy(destroyed!.tenantId, destroyed!.keyId)
  const end = await api.eventLog.lastPosition()

  const settings = { MASTER_KEY: next, PREVIOUS_MASTER_KEY: before }
  const rewrapped = await admin(['rewrap-data-keys'], settings)
  expect(rewrapped).toMatchObject({ code: 0, out: expect.stringContaining('keys were re-wrapped') })
  expect(rewrapped.err).toMatch(/70\d keys re-wrapped, 120\d were already\n$/)
  // What is done is done: a second run finds nothing.
  expect((await admin(['rewrap-data-keys'], settings)).out).toMatch(/^0 keys were re-wrapped/)
  for (const [index, { tenantId, keyId }] of requests.entries()) {
    if (index === 0 || index % 100 !== 1) continue
    expect(await dataKeysUnder(next).read(tenantId, keyId)).toEqual(made[index])
  }
  const { tenantId, keyId } = kept!
  await expect(dataKeysUnder(before).read(tenantId, keyId)).rejects.toThrow()
  // A service that has both reads either.
  expect(await dataKeysUnder(next, before).read(tenantId, keyId)).toEqual(made[1])
  expect(await dataKeysUnder(next).read(destroyed!.tenantId, destroyed!.keyId)).toBeUndefined()
  for (const key of await api.database.inOps('ops_keys', null, readSigningKeys)) {
    if (key.wrapped) createMasterKey(next).unwrap(key.wrapped, `${key.kind} signing key`)
  }
  expect(await api.eventLog.lastPosition()).toBe(end)
})

test('a master key that opens nothing changes nothing, and the keys are named', async () => {
  const settings = {
    MASTER_KEY: randomBytes(32).toString('base64'),
    PREVIOUS_MASTER_KEY: randomBytes(32).toString('base64'),
  }
  const answer = await admin(['rewrap-data-keys'], settings)
  expect([answer.code, answer.out]).toEqual([1, ''])
  expect(answer.err).toContain('neither master key opens ')
})
