import {
  ACCESS_AUDIENCE,
  ACCESS_TOKEN_TYPE,
  MACHINE_AUDIENCE,
  MACHINE_TOKEN_TYPE,
  MEDIA_AUDIENCE,
  MEDIA_TOKEN_TYPE,
  type MediaAction,
  ownIssuer,
  type TokenKind,
} from '@sightline/contracts/tokens'
import { SignJWT } from 'jose'
import type { KeyRing } from './key-ring.ts'
import { LONGEST_TOKEN_MS } from './key-schedule.ts'

/** A token and its end. */
export interface IssuedToken {
  token: string
  expiresAt: Date
}

/** Issues the tokens of the installation. All throw KeysUnavailableError where there is no key to sign with. */
export interface TokenIssuer {
  /**
   * An access token of a person in a tenant, or of a system administrator where the tenant is null.
   * @param of.notAfter the end of the session
   */
  accessToken(of: {
    userId: string
    sessionId: string
    tenantId: string | null
    lifeMs: number
    notAfter: Date
  }): Promise<IssuedToken>
  /**
   * @param of.keyId the API key that it is given for; of an agent that was paired its credential
   * @param of.certificate what it is bound to, as `cnf` has it; a token without is its bearer's
   */
  machineToken(of: {
    kind: 'agent' | 'media_node' | 'worker'
    subjectId: string
    tenantId: string | null
    keyId: string
    certificate: string | undefined
    lifeMs: number
    notAfter?: Date
  }): Promise<IssuedToken>
  mediaToken(of: {
    subjectId: string
    tenantId: string
    cameraId: string
    sessionId: string
    action: MediaAction
    lifeMs: number
  }): Promise<IssuedToken>
}

const typeAndAudience = {
  access: { typ: ACCESS_TOKEN_TYPE, audience: ACCESS_AUDIENCE },
  machine: { typ: MACHINE_TOKEN_TYPE, audience: MACHINE_AUDIENCE },
  media: { typ: MEDIA_TOKEN_TYPE, audience: MEDIA_AUDIENCE },
} as const satisfies Record<TokenKind, { typ: string; audience: string }>

/** @param deps.installationId the log's id */
export function createTokenIssuer(deps: {
  installationId: string
  keys: Pick<KeyRing, 'signer'>
  now: () => Date
}): TokenIssuer {
  const { installationId, keys, now } = deps

  async function issue(
    kind: TokenKind,
    subject: string,
    claims: Record<string, unknown>,
    life: { lifeMs: number; notAfter?: Date | undefined },
  ): Promise<IssuedToken> {
    if (life.lifeMs > LONGEST_TOKEN_MS) throw new RangeError('no token may live so long')
    const { keyId, privateKey } = keys.signer(kind)
    const issuedAt = now().getTime()
    const end = Math.min(issuedAt + life.lifeMs, life.notAfter?.getTime() ?? Number.POSITIVE_INFINITY)
    const expires = Math.floor(end / 1000)
    const { typ, audience } = typeAndAudience[kind]
    const token = await new SignJWT({ ...claims })
      .setProtectedHeader({ alg: 'RS256', typ, kid: keyId })
      .setIssuer(ownIssuer(installationId, kind))
      .setAudience(audience)
      .setSubject(subject)
      .setIssuedAt(Math.floor(issuedAt / 1000))
      .setExpirationTime(expires)
      .sign(privateKey)
    return { token, expiresAt: new Date(expires * 1000) }
  }

  return {
    accessToken({ userId, sessionId, tenantId, lifeMs, notAfter }) {
      const who = tenantId === null ? { principal: 'system' } : { principal: 'person', tenant: tenantId }
      return issue('access', userId, { ...who, sid: sessionId }, { lifeMs, notAfter })
    },
    machineToken({ kind, subjectId, tenantId, keyId, certificate, lifeMs, notAfter }) {
      const claims = {
        principal: kind,
        ...(tenantId !== null && { tenant: tenantId }),
        key: keyId,
        ...(certificate !== undefined && { cnf: { 'x5t#S256': certificate } }),
      }
      return issue('machine', subjectId, claims, { lifeMs, notAfter })
    },
    mediaToken({ subjectId, tenantId, cameraId, sessionId, action, lifeMs }) {
      const claims = { tenant: tenantId, camera: cameraId, sid: sessionId, action }
      return issue('media', subjectId, claims, { lifeMs })
    },
  }
}
