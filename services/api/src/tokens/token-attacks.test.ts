import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  MACHINE_AUDIENCE,
  MACHINE_TOKEN_TYPE,
  MEDIA_AUDIENCE,
  MEDIA_TOKEN_TYPE,
  ownIssuer,
  type TokenKind,
} from '@sightline/contracts/tokens'
import { SignJWT } from 'jose'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { createVerifyMediaToken, createVerifyToken, TokenRefusedError } from '../access/tokens.ts'
import { createTokenIssuer } from './token-issuer.ts'

const newKey = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const signing: Record<TokenKind, KeyObject> = { access: newKey(), machine: newKey(), media: newKey() }
const stranger = newKey()

/** Kinds whose key has been rotated out. */
const gone = new Set<TokenKind>()
const keys = {
  signer: (kind: TokenKind) => ({ keyId: `${kind}-1`, privateKey: signing[kind] }),
  publicKey: async (kind: TokenKind, keyId: string) =>
    keyId === `${kind}-1` && !gone.has(kind) ? createPublicKey(signing[kind]) : undefined,
  goneOf: () => undefined,
}

const installationId = v7()
const start = Date.parse('2030-01-01T00:00:00Z')
let clock = start
const now = () => new Date(clock)
const issuer = createTokenIssuer({ installationId, keys, now })
const own = { installationId, keys }
const verify = createVerifyToken({ own, now })
const verifyMedia = createVerifyMediaToken({ own, now })

const tenantId = v7()
const userId = v7()
const sessionId = v7()
const cameraId = v7()
const inAnHour = new Date(start + 3_600_000)
const lifeMs = 600_000

const accessToken = () => issuer.accessToken({ userId, sessionId, tenantId, lifeMs, notAfter: inAnHour })
const machineToken = () =>
  issuer.machineToken({
    kind: 'media_node',
    subjectId: userId,
    tenantId: null,
    keyId: sessionId,
    certificate: undefined,
    lifeMs,
  })
const mediaToken = () =>
  issuer.mediaToken({ subjectId: userId, tenantId, cameraId, sessionId, action: 'watch', lifeMs: 300_000 })

async function later<T>(ms: number, look: () => Promise<T>): Promise<T> {
  clock += ms
  try {
    return await look()
  } finally {
    clock -= ms
  }
}

describe('a token of the installation', () => {
  test('of a person says who, where, and in which session', async () => {
    const { token, expiresAt } = await accessToken()
    expect(await verify(token)).toEqual({
      principal: { kind: 'person', tenantId, id: userId, sessionId },
      sessionId,
      keyId: null,
      expiresAt,
      signerGone: null,
    })
  })

  test('of a system administrator has no tenant, and a session', async () => {
    const of = { userId, sessionId, tenantId: null, lifeMs, notAfter: inAnHour }
    expect(await verify((await issuer.accessToken(of)).token)).toMatchObject({
      principal: { kind: 'system', id: userId, sessionId },
      sessionId,
    })
  })

  test('of a machine says which key it was given for', async () => {
    expect(await verify((await machineToken()).token)).toMatchObject({
      principal: { kind: 'media_node', id: userId },
      keyId: sessionId,
    })
  })

  test('for media is for one camera, one session and one action', async () => {
    const { token, expiresAt } = await mediaToken()
    expect(await verifyMedia(token)).toEqual({
      subjectId: userId,
      tenantId,
      cameraId,
      sessionId,
      action: 'watch',
      expiresAt,
    })
  })

  test('ends with its session, however long it would last', async () => {
    const notAfter = new Date(start + 60_000)
    const { expiresAt } = await issuer.accessToken({ userId, sessionId, tenantId, lifeMs, notAfter })
    expect(expiresAt).toEqual(notAfter)
  })

  test('that says it lasts for years counts for an hour', async () => {
    const { expiresAt } = await verify(await forge({}, { exp: seconds + 100_000_000 }))
    expect(expiresAt).toEqual(inAnHour)
  })

  test('that would outlive its key is not made', async () => {
    const forLonger = { userId, sessionId, tenantId, lifeMs: 3_600_001, notAfter: inAnHour }
    await expect(issuer.accessToken(forLonger)).rejects.toThrow(RangeError)
  })
})

const seconds = Math.floor(start / 1000)
const claims = {
  iss: ownIssuer(installationId, 'access'),
  aud: ACCESS_AUDIENCE,
  sub: userId,
  tenant: tenantId,
  sid: sessionId,
  principal: 'person',
  iat: seconds,
  exp: seconds + 600,
}
const header = { alg: 'RS256', typ: ACCESS_TOKEN_TYPE, kid: 'access-1' }
const base64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const forge = (
  changedHeader: object = {},
  changedClaims: object = {},
  key: KeyObject | Uint8Array = signing.access,
) =>
  new SignJWT({ ...claims, ...changedClaims }).setProtectedHeader({ ...header, ...changedHeader }).sign(key)

const machineIssuer = ownIssuer(installationId, 'machine')
const node = { principal: 'media_node', tenant: undefined, sid: undefined }
const publicPem = createPublicKey(signing.access).export({ format: 'pem', type: 'spki' })
const publicDer = createPublicKey(signing.access).export({ format: 'der', type: 'spki' })
const strangerJwk = createPublicKey(stranger).export({ format: 'jwk' })

const attacks: Record<string, () => Promise<string> | string> = {
  'without a signature': () => `${base64url({ ...header, alg: 'none' })}.${base64url(claims)}.`,
  'without a signature, under another spelling': () =>
    `${base64url({ ...header, alg: 'nOnE' })}.${base64url(claims)}.`,
  'with an HMAC under the public key in PEM': () => forge({ alg: 'HS256' }, {}, Buffer.from(publicPem)),
  'with an HMAC under the public key in DER': () => forge({ alg: 'HS256' }, {}, publicDer),
  'of another algorithm of the same key': () => forge({ alg: 'PS256' }),
  'of an unknown key id': () => forge({ kid: 'access-2' }),
  'without a key id': () => forge({ kid: undefined }),
  'of a key id that is a path': () => forge({ kid: '../../dev/null' }),
  'of another key': () => forge({}, {}, stranger),
  'with a jku': () => forge({ jku: 'https://attacker.example/jwks.json' }),
  'with a jku and a key of its own': () =>
    forge({ jku: 'https://attacker.example/j', kid: 'x' }, {}, stranger),
  'with an x5u': () => forge({ x5u: 'https://attacker.example/certificate.pem' }, {}, stranger),
  'with an x5c': () => forge({ x5c: ['MIIB'] }, {}, stranger),
  'with a key in its header': () => forge({ jwk: strangerJwk }, {}, stranger),
  'of another issuer': () => forge({}, { iss: 'https://attacker.example' }),
  'of another installation': () => forge({}, { iss: ownIssuer(v7(), 'access') }),
  'of the issuer of another kind': () => forge({}, { iss: machineIssuer }),
  'without an issuer': () => forge({}, { iss: undefined }),
  'for another audience': () => forge({}, { aud: MACHINE_AUDIENCE }),
  'without an audience': () => forge({}, { aud: undefined }),
  'of another type': () => forge({ typ: 'JWT' }),
  'without a type': () => forge({ typ: undefined }),
  'of a machine signed as of a person': () =>
    forge({ typ: MACHINE_TOKEN_TYPE }, { ...node, iss: machineIssuer, aud: MACHINE_AUDIENCE }),
  'of a machine under the key id of persons': () =>
    forge(
      { typ: MACHINE_TOKEN_TYPE, kid: 'access-1' },
      { ...node, iss: machineIssuer, aud: MACHINE_AUDIENCE },
      signing.machine,
    ),
  'of a person signed as of a machine': () => forge({ kid: 'machine-1' }, {}, signing.machine),
  'of a machine that calls itself an access token': () => forge({}, node),
  'that has ended': () => forge({}, { exp: seconds - 6 }),
  'that never ends': () => forge({}, { exp: undefined }),
  'that is not yet valid': () => forge({}, { nbf: seconds + 60 }),
  'that was issued in the future': () => forge({}, { iat: seconds + 60 }),
  'that does not say when it was issued': () => forge({}, { iat: undefined }),
  'that lasts longer than any': () => forge({}, { iat: seconds - 3_700, exp: seconds + 600 }),
  'of a person without a tenant': () => forge({}, { tenant: undefined }),
  'of a system administrator with a tenant': () => forge({}, { principal: 'system' }),
  'of an unknown kind of principal': () => forge({}, { principal: 'root' }),
  'without a subject': () => forge({}, { sub: undefined }),
  'that is for media': async () => (await mediaToken()).token,
  'with a critical extension': () => {
    const signed = `${base64url({ ...header, crit: ['exp'], exp: 1 })}.${base64url(claims)}`
    return `${signed}.${sign('sha256', Buffer.from(signed), signing.access).toString('base64url')}`
  },
}

test('a token that is forged with the own key counts: what follows differs from it in one thing', async () => {
  expect(await verify(await forge())).toMatchObject({ sessionId })
})

describe('no token counts', () => {
  for (const [what, make] of Object.entries(attacks)) {
    test(what, async () => {
      await expect(verify(await make())).rejects.toThrow(TokenRefusedError)
    })
  }

  test('whose part was altered', async () => {
    const { token } = await accessToken()
    const [head, , signature] = token.split('.')
    const other = base64url({ ...claims, tenant: v7() })
    await expect(verify(`${head}.${other}.${signature}`)).rejects.toThrow(TokenRefusedError)
    await expect(verify(`${token.slice(0, -4)}AAAA`)).rejects.toThrow(TokenRefusedError)
    await expect(verify(`${token}.`)).rejects.toThrow(TokenRefusedError)
  })

  test('after its end, but for the difference of clocks', async () => {
    const { token } = await accessToken()
    expect(await later(lifeMs + 4_000, () => verify(token))).toMatchObject({ sessionId })
    await expect(later(lifeMs + 6_000, () => verify(token))).rejects.toThrow(TokenRefusedError)
  })

  test('whose key has been rotated out', async () => {
    const { token } = await accessToken()
    gone.add('access')
    try {
      await expect(verify(token)).rejects.toThrow(TokenRefusedError)
    } finally {
      gone.delete('access')
    }
    expect(await verify(token)).toMatchObject({ sessionId })
  })

  test('for media that is of another kind, another audience, or names no action of ours', async () => {
    const media = (changes: object, key = signing.media, kid = 'media-1') =>
      forge(
        { typ: MEDIA_TOKEN_TYPE, kid },
        {
          iss: ownIssuer(installationId, 'media'),
          aud: MEDIA_AUDIENCE,
          camera: cameraId,
          action: 'watch',
          principal: undefined,
          ...changes,
        },
        key,
      )
    expect(await verifyMedia(await media({}))).toMatchObject({ cameraId, action: 'watch' })
    const refused = [
      await media({ action: 'record' }),
      await media({ camera: undefined }),
      await media({ tenant: undefined }),
      await media({ sid: undefined }),
      await media({ aud: ACCESS_AUDIENCE }),
      await media({ iss: claims.iss }),
      await media({}, signing.access),
      await media({}, signing.access, 'access-1'),
      (await accessToken()).token,
      (await machineToken()).token,
    ]
    for (const token of refused) await expect(verifyMedia(token)).rejects.toThrow(TokenRefusedError)
    const { token } = await mediaToken()
    await expect(later(306_000, () => verifyMedia(token))).rejects.toThrow(TokenRefusedError)
  })
})
