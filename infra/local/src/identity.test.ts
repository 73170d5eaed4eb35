import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto'
import { MACHINE_AUDIENCE, tokenClaims } from '@sightline/contracts/tokens'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type LocalIdentity, startIdentity } from './identity.ts'

let identity: LocalIdentity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity?.close())

test('a person is known by the served key, in one tenant and one session, for a day', async () => {
  const [tenantId, userId, sessionId] = [randomUUID(), randomUUID(), randomUUID()]
  const token = await identity.person({ tenantId, userId, sessionId })
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(identity.jwksUrl)), {
    issuer: 'sightline-local',
    audience: 'sightline-api',
    typ: 'at+jwt',
  })
  const claims = tokenClaims.parse(payload)
  expect(claims).toMatchObject({ principal: 'person', sub: userId, tenant: tenantId, sid: sessionId })
  expect(payload.exp! - payload.iat!).toBe(24 * 60 * 60)
})

test('the system has an access token without a tenant', async () => {
  const keys = createRemoteJWKSet(new URL(identity.jwksUrl))
  const { payload } = await jwtVerify(await identity.system(), keys, { typ: 'at+jwt' })
  expect(tokenClaims.parse(payload)).not.toHaveProperty('tenant')
})

test('machines have tokens of the machine key, which is not among the served ones', async () => {
  const key = createPublicKey(createPrivateKey(identity.machineSigningKey))
  const served = createRemoteJWKSet(new URL(identity.jwksUrl))
  for (const token of [await identity.mediaNode('node-1'), await identity.worker('worker-1')]) {
    const { payload } = await jwtVerify(token, key, { audience: MACHINE_AUDIENCE, typ: 'machine+jwt' })
    expect(tokenClaims.parse(payload).sub).toMatch(/-1$/)
    await expect(jwtVerify(token, served)).rejects.toThrow('no applicable key')
  }
})
