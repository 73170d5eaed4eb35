import { randomBytes } from 'node:crypto'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { v7 } from 'uuid'
import { expect, test, vi } from 'vitest'
import { TokenRefusedError } from '../access/tokens.ts'
import { LONGEST_TOKEN_MS, PUBLISHED_BEFORE_SIGNING_MS } from './key-schedule.ts'
import { destroyLeftKeys, RotationUnderWayError, readSigningKeys, rotateSigningKeys } from './signing-keys.ts'
import { useTestTokens } from './test-tokens.ts'

const api = await useTestTokens()
const tenantId = v7()
const kinds = ['access', 'machine', 'media'] as const

async function accessToken() {
  const notAfter = new Date(api.now().getTime() + 86_400_000)
  const of = { userId: v7(), sessionId: v7(), tenantId, lifeMs: LONGEST_TOKEN_MS, notAfter }
  return (await api.issuer.accessToken(of)).token
}
const keyOf = (token: string) => decodeProtectedHeader(token).kid
const stored = () => api.database.inOps('ops_keys', null, readSigningKeys)
const published = async () => {
  const response = await fetch(`${api.url}/.well-known/jwks.json`)
  expect(response.headers.get('cache-control')).toBe('public, max-age=300')
  return (await response.json()) as { keys: { kid: string; d?: string }[] }
}
const rotate = (compromised = false) =>
  rotateSigningKeys(
    { database: api.database, masterKey: api.masterKey, now: api.now() },
    { kinds, compromised },
  )
/** Until the ring has read what is in the database. */
const until = (look: () => Promise<void>) => vi.waitFor(look, { timeout: 20_000, interval: 50 })

test('each kind has a key of its own, made once however many instances start', async () => {
  await Promise.all([api.startInstance(), api.startInstance(), api.startInstance()])
  const keys = await stored()
  expect(keys.map(key => key.kind).sort()).toEqual([...kinds])
})

test('the published keys verify the tokens, and say nothing of the private halves', async () => {
  const set = await published()
  expect(Object.keys(set.keys[0]!).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  const { payload } = await jwtVerify(await accessToken(), createLocalJWKSet(set as never), {
    currentDate: api.now(),
  })
  expect(payload).toMatchObject({ tenant: tenantId })
})

test('private halves are in the database under the master key alone, each bound to its kind', async () => {
  for (const key of await stored()) {
    const purpose = `${key.kind} signing key` as const
    expect(api.masterKey.unwrap(key.wrapped!, purpose).length).toBeGreaterThan(1_000)
    const otherKind = kinds.find(kind => kind !== key.kind)!
    expect(() => api.masterKey.unwrap(key.wrapped!, `${otherKind} signing key`)).toThrow()
    expect(() => createMasterKey(randomBytes(32).toString('base64')).unwrap(key.wrapped!, purpose)).toThrow()
  }
})

test('a rotation signs nobody out: every token counts to its end, whenever it was made', async () => {
  const before = await accessToken()
  const [made] = await rotate()
  await expect(rotate()).rejects.toThrow(RotationUnderWayError)
  await until(async () => {
    expect((await published()).keys.map(key => key.kid)).toContain(made!.keyId)
  })
  expect(keyOf(await accessToken())).toBe(keyOf(before))
  api.passTime(PUBLISHED_BEFORE_SIGNING_MS - 60_000)
  const lastOfOld = await accessToken()
  expect(keyOf(lastOfOld)).toBe(keyOf(before))
  api.passTime(60_000)
  const firstOfNew = await accessToken()
  expect(keyOf(firstOfNew)).toBe(made!.keyId)
  for (const token of [before, lastOfOld, firstOfNew]) await api.verifyToken(token)

  api.passTime(LONGEST_TOKEN_MS)
  expect((await published()).keys.map(key => key.kid)).not.toContain(keyOf(before))
  await expect(api.verifyToken(lastOfOld)).rejects.toThrow(TokenRefusedError)
  expect((await published()).keys).toHaveLength(3)
  await api.verifyToken(await accessToken())

  await destroyLeftKeys(api.database, api.now())
  const left = (await stored()).filter(key => key.leavesAt !== null)
  expect(left.map(key => key.wrapped)).toEqual([null, null, null])
})

test('compromised keys count no longer in any instance, and are destroyed', async () => {
  const other = await api.startInstance()
  const before = await accessToken()
  await other.verifyToken(before)
  const made = await rotate(true)
  for (const instance of [api, other]) {
    await until(() => expect(instance.verifyToken(before)).rejects.toThrow(TokenRefusedError))
  }
  expect(keyOf(await accessToken())).toBe(made[0]!.keyId)
  await other.verifyToken(await accessToken())
  expect((await published()).keys.map(key => key.kid).sort()).toEqual(made.map(key => key.keyId).sort())
  const destroyed = (await stored()).filter(key => key.compromised)
  expect(destroyed.length).toBeGreaterThanOrEqual(3)
  for (const key of destroyed) expect(key.wrapped).toBeNull()
})

test('a key that somebody else puts in the table, or of another kind, does not count', async () => {
  const [machine] = (await stored()).filter(key => key.kind === 'machine' && key.wrapped)
  const stranger = createMasterKey(randomBytes(32).toString('base64'))
  const insert = (keyId: string, wrapped: Uint8Array) =>
    api.database.inOps('ops_keys', null, sql =>
      sql(
        `/* plantKey */ insert into ops.signing_keys (key_id, kind, wrapped, created_at, signs_from)
         values ($1, 'access', $2, now(), now())`,
        [keyId, wrapped],
      ),
    )
  const expected = await published()
  await insert('planted', stranger.wrap(randomBytes(1_200), 'access signing key'))
  await insert('moved', machine!.wrapped!)
  const instance = await api.startInstance()
  const { keys } = (await (await fetch(`${instance.url}/.well-known/jwks.json`)).json()) as typeof expected
  expect(keys).toEqual(expected.keys)
  await instance.verifyToken(await accessToken())
})
