import { createPublicKey, type KeyObject } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  MACHINE_AUDIENCE,
  MACHINE_TOKEN_TYPE,
  MEDIA_AUDIENCE,
  MEDIA_TOKEN_TYPE,
  type MediaAction,
  mediaClaims,
  ownIssuer,
  type TokenClaims,
  type TokenKind,
  tokenClaims,
} from '@sightline/contracts/tokens'
import {
  type CryptoKey,
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import type { Principal } from '../context.ts'
import type { ClientCertificates } from '../http/client-certificates.ts'
import type { KeyRing } from '../tokens/key-ring.ts'
import { LONGEST_TOKEN_MS } from '../tokens/key-schedule.ts'
import { KeysUnavailableError } from '../unavailable.ts'

/** A token that counts: who it is of, and until when. */
export interface VerifiedToken {
  principal: Exclude<Principal, { kind: 'anonymous' }>
  /** The session that the token belongs to; null where it has none. */
  sessionId: string | null
  /** The API key or the pairing's credential that a machine's token was given for; null where there is none. */
  keyId: string | null
  expiresAt: Date
  /** Fires when the key that signed the token counts no longer; null for the tokens of other issuers. */
  signerGone: AbortSignal | null
}

/** A media token that counts: what its bearer may do with which camera, in which session. */
export interface VerifiedMediaToken {
  subjectId: string
  tenantId: string
  cameraId: string
  sessionId: string
  action: MediaAction
  expiresAt: Date
}

/**
 * Checks a token that a request brings, or a message on its connection. Without the request a token that is bound to a
 * certificate doesn't count.
 * @throws TokenRefusedError where it doesn't count; any other error is a fault (the keys can't be had)
 */
export type VerifyToken = (token: string, request?: IncomingMessage) => Promise<VerifiedToken>

/** A token that is no JWT of ours, expired, forged, or of the wrong kind. The message is for logs, never for callers. */
export class TokenRefusedError extends Error {
  override name = 'TokenRefusedError'
}

/** One issuer of one kind of token: its `typ`, who issues it to whom, with which keys, and for which principals. */
interface TrustedIssuer {
  typ: string
  issuer: string
  audience: string
  key: JWTVerifyGetKey
  principals: readonly TokenClaims['principal'][]
  /** The longest life of its tokens, s; undefined where that is the issuer's own affair. */
  maxAgeS?: number
  /** Fires when a key counts no longer. */
  goneOf?: (keyId: string) => AbortSignal | undefined
}

/** Issuers beside the installation itself: one of access tokens by its published keys, one of machine tokens by its key. */
export interface ExternalIssuers {
  accessIssuer: string
  /** Gives the key of an access token; `remoteKeys` for a published set. */
  accessKeys: JWTVerifyGetKey
  machineIssuer: string
  /** The key that machine tokens are signed with: its public or private half. */
  machineKey: KeyObject
}

/** A token this much longer than the longest that is issued is no token. */
const MAX_TOKEN_LENGTH = 8_192

/** Clocks of issuer and API may differ by this, s. */
const CLOCK_TOLERANCE_S = 5

/** Parameters of a header that name a key of the sender's choice. No token of ours has them. */
const FOREIGN_KEY_PARAMETERS = ['jku', 'jwk', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'crit', 'zip']

/** The own keys that tokens are verified with, and the installation whose they are. */
export interface OwnKeys {
  installationId: string
  keys: Pick<KeyRing, 'publicKey' | 'goneOf'>
}

/**
 * Verifies access and machine tokens, RS256 JWTs: those of the installation by its own keys, each kind by its own, and
 * those of other issuers where some are configured. One that is bound to a certificate counts only on connections whose
 * client has proven it, whoever issued it.
 *
 * @param options.certificates those of connections; without them no token that is bound counts
 */
export function createVerifyToken(options: {
  own: OwnKeys
  external?: ExternalIssuers | undefined
  certificates?: ClientCertificates | undefined
  now: () => Date
}): VerifyToken {
  const { own, external, certificates, now } = options
  const issuers = [...ownIssuers(own), ...(external ? externalIssuers(external) : [])]

  function checkBinding({ cnf }: TokenClaims, typ: string, request: IncomingMessage | undefined): void {
    if (!cnf) {
      if (typ !== MACHINE_TOKEN_TYPE || !certificates?.neededByMachines) return
      throw new TokenRefusedError('the token of a machine is bound to no certificate')
    }
    const shown = request && certificates?.of(request)
    if (shown === undefined || shown !== cnf['x5t#S256']) {
      throw new TokenRefusedError('the token is bound to a certificate that this connection has not shown')
    }
  }

  return async (token, request) => {
    const { issuer, payload, gone } = await verifyWith(token, issuers, now())
    const claims = tokenClaims.safeParse(payload)
    if (!claims.success) throw new TokenRefusedError('the claims are not those of a token of Sightline')
    if (!issuer.principals.includes(claims.data.principal)) {
      throw new TokenRefusedError(`a ${claims.data.principal} has no token of type ${issuer.typ}`)
    }
    checkBinding(claims.data, issuer.typ, request)
    return verified(claims.data, issuer, gone)
  }
}

/**
 * Verifies media tokens of the installation.
 * @returns a function that throws TokenRefusedError where a token doesn't count
 */
export function createVerifyMediaToken(options: {
  own: OwnKeys
  now: () => Date
}): (token: string) => Promise<VerifiedMediaToken> {
  const { own, now } = options
  const media: TrustedIssuer = {
    typ: MEDIA_TOKEN_TYPE,
    issuer: ownIssuer(own.installationId, 'media'),
    audience: MEDIA_AUDIENCE,
    key: ownKey(own, 'media'),
    principals: [],
    maxAgeS: LONGEST_TOKEN_MS / 1000,
  }
  return async token => {
    const { payload } = await verifyWith(token, [media], now())
    const claims = mediaClaims.safeParse(payload)
    if (!claims.success) throw new TokenRefusedError('the claims are not those of a media token')
    const { sub, tenant, camera, sid, action, exp } = claims.data
    return {
      subjectId: sub,
      tenantId: tenant,
      cameraId: camera,
      sessionId: sid,
      action,
      expiresAt: new Date(exp * 1000),
    }
  }
}

function ownIssuers(own: OwnKeys): TrustedIssuer[] {
  const maxAgeS = LONGEST_TOKEN_MS / 1000
  return [
    {
      typ: ACCESS_TOKEN_TYPE,
      issuer: ownIssuer(own.installationId, 'access'),
      audience: ACCESS_AUDIENCE,
      key: ownKey(own, 'access'),
      goneOf: keyId => own.keys.goneOf('access', keyId),
      principals: ['person', 'system'],
      maxAgeS,
    },
    {
      typ: MACHINE_TOKEN_TYPE,
      issuer: ownIssuer(own.installationId, 'machine'),
      audience: MACHINE_AUDIENCE,
      key: ownKey(own, 'machine'),
      goneOf: keyId => own.keys.goneOf('machine', keyId),
      principals: ['agent', 'media_node', 'worker'],
      maxAgeS,
    },
  ]
}

function externalIssuers(external: ExternalIssuers): TrustedIssuer[] {
  const machineKey = publicHalf(external.machineKey)
  return [
    {
      typ: ACCESS_TOKEN_TYPE,
      issuer: external.accessIssuer,
      audience: ACCESS_AUDIENCE,
      key: external.accessKeys,
      principals: ['person', 'system'],
    },
    {
      typ: MACHINE_TOKEN_TYPE,
      issuer: external.machineIssuer,
      audience: MACHINE_AUDIENCE,
      key: async () => machineKey,
      principals: ['agent', 'media_node', 'worker'],
    },
  ]
}

/** The key that a token's header names, of this kind alone. */
function ownKey(own: OwnKeys, kind: TokenKind): JWTVerifyGetKey {
  return async header => {
    const key = header.kid === undefined ? undefined : await own.keys.publicKey(kind, header.kid)
    if (!key) throw new TokenRefusedError('the token names no key of its kind that counts')
    return key
  }
}

async function verifyWith(
  token: string,
  issuers: readonly TrustedIssuer[],
  now: Date,
): Promise<{ issuer: TrustedIssuer; payload: JWTPayload; gone: AbortSignal | null }> {
  if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefusedError('the token is too long')
  const issuer = issuerOf(token, issuers)
  try {
    const { payload, protectedHeader } = await jwtVerify(token, issuer.key, {
      algorithms: ['RS256'],
      typ: issuer.typ,
      issuer: issuer.issuer,
      audience: issuer.audience,
      requiredClaims: ['exp', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_S,
      currentDate: now,
      ...(issuer.maxAgeS === undefined ? {} : { maxTokenAge: issuer.maxAgeS }),
    })
    const gone = issuer.goneOf?.(protectedHeader.kid ?? '') ?? null
    return { issuer, payload, gone }
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new TokenRefusedError(error.message, { cause: error })
    throw error
  }
}

/**
 * The keys that an issuer publishes, as access tokens use them. An unknown key id causes one fetch in 30 s at
 * most. The machine key is never among them, whatever the set holds: a machine's issuer can't make people.
 */
export function remoteKeys(jwksUrl: string, machineKey: KeyObject): JWTVerifyGetKey {
  const published = createRemoteJWKSet(new URL(jwksUrl), { cooldownDuration: 30_000, timeoutDuration: 5_000 })
  const machine = publicHalf(machineKey).export({ format: 'jwk' }).n
  const accepted = new WeakSet<CryptoKey>()
  return async (header, token) => {
    const key = await published(header, token).catch(error => {
      if (error instanceof errors.JOSEError && !isFaultOfKeys(error)) throw error
      throw new KeysUnavailableError('the keys of access tokens can not be had', { cause: error })
    })
    if (!accepted.has(key)) {
      const { n } = await crypto.subtle.exportKey('jwk', key)
      if (n === machine) throw new TokenRefusedError('an access token is signed with the machine key')
      accepted.add(key)
    }
    return key
  }
}

function publicHalf(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key
}

/** The issuer that a token claims to be of; whether it is, its signature tells. */
function issuerOf(token: string, issuers: readonly TrustedIssuer[]): TrustedIssuer {
  let header: ReturnType<typeof decodeProtectedHeader>
  let claimed: string | undefined
  try {
    header = decodeProtectedHeader(token)
    claimed = decodeJwt(token).iss
  } catch (cause) {
    throw new TokenRefusedError('the token is no JWT', { cause })
  }
  if (FOREIGN_KEY_PARAMETERS.some(name => name in header)) {
    throw new TokenRefusedError('the token brings a key of its own')
  }
  const issuer = issuers.find(one => one.typ === header.typ && one.issuer === claimed)
  if (!issuer) throw new TokenRefusedError('the token is of another type, or of an issuer that nobody trusts')
  return issuer
}

/** Keys that can't be fetched say nothing about the token. */
function isFaultOfKeys(error: errors.JOSEError): boolean {
  return (
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC'
  )
}

function verified(claims: TokenClaims, issuer: TrustedIssuer, gone: AbortSignal | null): VerifiedToken {
  // Whoever has stolen a key could write any end.
  const longest = issuer.maxAgeS === undefined ? claims.exp : (claims.iat ?? 0) + issuer.maxAgeS
  return {
    principal: principalOf(claims),
    sessionId: claims.sid ?? null,
    keyId: claims.key ?? null,
    expiresAt: new Date(Math.min(claims.exp, longest) * 1000),
    signerGone: gone,
  }
}

function principalOf({ principal, sub, tenant, sid }: TokenClaims): VerifiedToken['principal'] {
  switch (principal) {
    case 'person':
      return { kind: 'person', tenantId: tenant!, id: sub, sessionId: sid ?? null }
    case 'system':
      return { kind: 'system', id: sub, sessionId: sid ?? null }
    case 'agent':
      return { kind: 'agent', tenantId: tenant!, id: sub }
    default:
      return { kind: principal, id: sub }
  }
}
