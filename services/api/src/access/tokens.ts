import { createPublicKey, type KeyObject } from 'node:crypto'
import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  MACHINE_AUDIENCE,
  MACHINE_TOKEN_TYPE,
  type TokenClaims,
  tokenClaims,
} from '@sightline/contracts/tokens'
import {
  type CryptoKey,
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import type { Principal } from '../context.ts'
import { KeysUnavailableError } from '../unavailable.ts'

/** A token that counts: who it is of, and until when. */
export interface VerifiedToken {
  principal: Exclude<Principal, { kind: 'anonymous' }>
  /** The session that the token belongs to; null where it has none. */
  sessionId: string | null
  expiresAt: Date
}

/**
 * Checks a token.
 * @throws TokenRefusedError where it doesn't count; any other error is a fault (the keys can't be had)
 */
export type VerifyToken = (token: string) => Promise<VerifiedToken>

/** A token that is no JWT of ours, expired, forged, or of the wrong kind. The message is for logs, never for callers. */
export class TokenRefusedError extends Error {
  override name = 'TokenRefusedError'
}

/** One kind of token: its `typ`, who issues it to whom, with which keys, and for which principals. */
interface TokenKind {
  typ: string
  issuer: string
  audience: string
  key: JWTVerifyGetKey
  principals: readonly TokenClaims['principal'][]
}

/** A token this much longer than the longest that is issued is no token. */
const MAX_TOKEN_LENGTH = 8_192

/** Clocks of issuer and API may differ by this, s. */
const CLOCK_TOLERANCE_S = 5

/**
 * Verifies RS256 JWTs: access tokens by the issuer's published keys, machine tokens by the machine key alone.
 *
 * @param options.accessKeys gives the key of an access token; `remoteKeys` for a published set
 * @param options.machineKey the key that machine tokens are signed with: its public or private half
 */
export function createVerifyToken(options: {
  accessIssuer: string
  accessKeys: JWTVerifyGetKey
  machineIssuer: string
  machineKey: KeyObject
}): VerifyToken {
  const machineKey =
    options.machineKey.type === 'private' ? createPublicKey(options.machineKey) : options.machineKey
  const kinds: readonly TokenKind[] = [
    {
      typ: ACCESS_TOKEN_TYPE,
      issuer: options.accessIssuer,
      audience: ACCESS_AUDIENCE,
      key: options.accessKeys,
      principals: ['person', 'system'],
    },
    {
      typ: MACHINE_TOKEN_TYPE,
      issuer: options.machineIssuer,
      audience: MACHINE_AUDIENCE,
      key: async () => machineKey,
      principals: ['agent', 'media_node', 'worker'],
    },
  ]

  return async token => {
    if (token.length > MAX_TOKEN_LENGTH) throw new TokenRefusedError('the token is too long')
    const kind = kindOf(token, kinds)
    try {
      const { payload } = await jwtVerify(token, kind.key, {
        algorithms: ['RS256'],
        typ: kind.typ,
        issuer: kind.issuer,
        audience: kind.audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
      })
      const claims = tokenClaims.safeParse(payload)
      if (!claims.success) throw new TokenRefusedError('the claims are not those of a token of Sightline')
      if (!kind.principals.includes(claims.data.principal)) {
        throw new TokenRefusedError(`a ${claims.data.principal} has no token of type ${kind.typ}`)
      }
      return verified(claims.data)
    } catch (error) {
      if (error instanceof errors.JOSEError) {
        throw new TokenRefusedError(error.message, { cause: error })
      }
      throw error
    }
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

function kindOf(token: string, kinds: readonly TokenKind[]): TokenKind {
  let typ: unknown
  try {
    typ = decodeProtectedHeader(token).typ
  } catch (cause) {
    throw new TokenRefusedError('the token is no JWT', { cause })
  }
  const kind = kinds.find(one => one.typ === typ)
  if (!kind) throw new TokenRefusedError('the token is of another type')
  return kind
}

/** Keys that can't be fetched say nothing about the token. */
function isFaultOfKeys(error: errors.JOSEError): boolean {
  return (
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    error.code === 'ERR_JOSE_GENERIC'
  )
}

function verified(claims: TokenClaims): VerifiedToken {
  const sessionId = claims.sid ?? null
  return { principal: principalOf(claims), sessionId, expiresAt: new Date(claims.exp * 1000) }
}

function principalOf({ principal, sub, tenant, sid }: TokenClaims): VerifiedToken['principal'] {
  switch (principal) {
    case 'person':
      return { kind: 'person', tenantId: tenant!, id: sub, sessionId: sid ?? null }
    case 'agent':
      return { kind: 'agent', tenantId: tenant!, id: sub }
    default:
      return { kind: principal, id: sub }
  }
}
