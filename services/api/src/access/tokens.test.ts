import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  MACHINE_AUDIENCE,
  MACHINE_TOKEN_TYPE,
} from '@sightline/contracts/tokens'
import { exportJWK, type JWK, SignJWT } from 'jose'
import { v7 } from 'uuid'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createVerifyToken, remoteKeys, TokenRefusedError, type VerifyToken } from './tokens.ts'

/** These are tokens of other issuers; those of the installation itself are tested beside its keys. */
const own = { installationId: v7(), keys: { publicKey: async () => undefined, goneOf: () => undefined } }

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const access = newKey()
const machine = newKey()
const stranger = newKey()

const published: JWK[] = []
let fetches = 0
const issuer = createServer((_request, response) => {
  fetches += 1
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ keys: published }))
})
let verify: VerifyToken

const publish = async (key: KeyObject, kid: string) =>
  published.push({ ...(await exportJWK(createPublicKey(key))), kid, alg: 'RS256', use: 'sig' })

beforeAll(async () => {
  await publish(access, 'access-1')
  await publish(machine, 'machine-1')
  await new Promise<void>(resolve => issuer.listen(0, '127.0.0.1', resolve))
  const { port } = issuer.address() as AddressInfo
  verify = createVerifyToken({
    own,
    external: {
      accessIssuer: 'people',
      accessKeys: remoteKeys(`http://127.0.0.1:${port}/jwks`, machine),
      machineIssuer: 'machines',
      machineKey: createPrivateKey(machine.export({ format: 'pem', type: 'pkcs8' })),
    },
    now: () => new Date(),
  })
})
afterAll(() => new Promise(resolve => issuer.close(resolve)))

const tenant = v7()
const sid = v7()
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600

interface Token {
  key: KeyObject
  header: Record<string, unknown>
  claims: Record<string, unknown>
}

const personToken: Token = {
  key: access,
  header: { alg: 'RS256', typ: ACCESS_TOKEN_TYPE, kid: 'access-1' },
  claims: {
    iss: 'people',
    aud: ACCESS_AUDIENCE,
    sub: 'anna',
    tenant,
    sid,
    principal: 'person',
    exp: inAnHour(),
  },
}
const nodeToken: Token = {
  key: machine,
  header: { alg: 'RS256', typ: MACHINE_TOKEN_TYPE, kid: 'machine-1' },
  claims: { iss: 'machines', aud: MACHINE_AUDIENCE, sub: 'node-1', principal: 'media_node', exp: inAnHour() },
}

const mint = ({ key, header, claims }: Token) =>
  new SignJWT(claims).setProtectedHeader(header as { alg: string }).sign(key)
const changed = (token: Token, change: { key?: KeyObject; header?: object; claims?: object }): Token => ({
  key: change.key ?? token.key,
  header: { ...token.header, ...change.header },
  claims: { ...token.claims, ...change.claims },
})

describe('a token', () => {
  test('of a person tells tenant, subject, session and end', async () => {
    expect(await verify(await mint(personToken))).toEqual({
      principal: { kind: 'person', tenantId: tenant, id: 'anna', sessionId: sid },
      sessionId: sid,
      keyId: null,
      signerGone: null,
      expiresAt: new Date((personToken.claims.exp as number) * 1000),
    })
  })

  test('of a media node has no tenant', async () => {
    expect((await verify(await mint(nodeToken))).principal).toEqual({ kind: 'media_node', id: 'node-1' })
  })

  const past = Math.floor(Date.now() / 1000) - 60
  const refused: Record<string, Token> = {
    'that has ended': changed(personToken, { claims: { exp: past } }),
    'that never ends': changed(personToken, { claims: { exp: undefined } }),
    'of another key': changed(personToken, { key: stranger }),
    'of an unknown key id': changed(personToken, { header: { kid: 'unknown' } }),
    'of another issuer': changed(personToken, { claims: { iss: 'machines' } }),
    'for another audience': changed(personToken, { claims: { aud: MACHINE_AUDIENCE } }),
    'of no type': changed(personToken, { header: { typ: 'JWT' } }),
    'of a person signed with the machine key': changed(personToken, {
      key: machine,
      header: { kid: 'machine-1' },
    }),
    'of a media node signed with the access key': changed(nodeToken, {
      key: access,
      header: { kid: 'access-1' },
    }),
    'of a media node dressed as an access token': changed(nodeToken, { header: { typ: ACCESS_TOKEN_TYPE } }),
    'of a person dressed as a machine token': changed(nodeToken, { claims: { principal: 'person', tenant } }),
    'of a media node with a tenant': changed(nodeToken, { claims: { tenant } }),
    'of a person without a tenant': changed(personToken, { claims: { tenant: undefined } }),
    'of an unknown kind of principal': changed(personToken, { claims: { principal: 'root' } }),
    'without a subject': changed(personToken, { claims: { sub: undefined } }),
  }
  for (const [what, token] of Object.entries(refused)) {
    test(`${what} is refused`, async () => {
      await expect(verify(await mint(token))).rejects.toThrow(TokenRefusedError)
    })
  }

  test('whose claims were altered is refused', async () => {
    const [header, , signature] = (await mint(personToken)).split('.')
    const claims = Buffer.from(JSON.stringify({ ...personToken.claims, tenant: v7() })).toString('base64url')
    await expect(verify(`${header}.${claims}.${signature}`)).rejects.toThrow(TokenRefusedError)
  })

  test('of another algorithm is refused: none, and HS256 with the public key as its secret', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = `${part({ alg: 'none', typ: ACCESS_TOKEN_TYPE })}.${part(personToken.claims)}.`
    await expect(verify(none)).rejects.toThrow(TokenRefusedError)
    const secret = createPublicKey(access).export({ format: 'pem', type: 'spki' })
    const confused = await new SignJWT(personToken.claims)
      .setProtectedHeader({ alg: 'HS256', typ: ACCESS_TOKEN_TYPE, kid: 'access-1' })
      .sign(Buffer.from(secret))
    await expect(verify(confused)).rejects.toThrow(TokenRefusedError)
  })

  test('that is none is refused', async () => {
    for (const text of ['', 'a', 'a.b.c', 'x'.repeat(10_000)]) {
      await expect(verify(text)).rejects.toThrow(TokenRefusedError)
    }
  })

  test('with an unknown key id causes one fetch of the keys, however many there are', async () => {
    await verify(await mint(personToken))
    const before = fetches
    const unknown = await mint(changed(personToken, { header: { kid: 'unknown' } }))
    await Promise.allSettled(Array.from({ length: 20 }, () => verify(unknown)))
    expect(fetches - before).toBeLessThanOrEqual(1)
  })
})
