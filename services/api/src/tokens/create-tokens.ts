import type { MasterKey } from '@sightline/data-keys/master-key'
import { deriveKey } from '@sightline/data-keys/server-secret'
import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import { Router } from 'express'
import { createVerifyToken, type ExternalIssuers, type VerifyToken } from '../access/tokens.ts'
import { type ClientCertificates, createClientCertificates } from '../http/client-certificates.ts'
import { createLimiter, type Rate } from '../limits/rate-limits.ts'
import { jwksRoute } from './jwks-route.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { machineTokenRoute } from './machine-token-route.ts'
import { createRefreshTokens } from './refresh-token.ts'
import { createSessionCookie } from './session-cookie.ts'
import { sessionRoutes } from './session-routes.ts'
import { createSessions, type PlacesOf, type SessionSettings } from './sessions.ts'
import { createTokenIssuer, type TokenIssuer } from './token-issuer.ts'

/** What can be set about tokens and sessions; durations in ms. */
export interface TokenSettings extends SessionSettings {
  /** How long a machine's token lasts that was given for an API key. */
  machineTokenMs: number
  /** Whether a machine's token counts only when it is bound to a certificate, or also without. */
  machineCertificates: 'optional' | 'required'
  /** Requests to start a session, by network address. */
  sessionStartRate: Rate
  /** Requests to refresh or end a session, by network address. */
  sessionRefreshRate: Rate
  /** Requests for a machine's token, by network address. */
  machineTokenRate: Rate
}

/** As in production. */
export const defaultTokenSettings: TokenSettings = {
  sessionMs: 14 * 86_400_000,
  accessTokenMs: 600_000,
  machineTokenMs: 600_000,
  machineCertificates: 'optional',
  sessionStartRate: { points: 60, seconds: 300 },
  sessionRefreshRate: { points: 300, seconds: 60 },
  machineTokenRate: { points: 300, seconds: 60 },
}

/** Keys, tokens and sessions of the installation. */
export interface Tokens {
  /** To be started before anything is verified or issued. */
  keys: KeyRing
  issuer: TokenIssuer
  verifyToken: VerifyToken
  /** What tokens of machines are bound to. */
  certificates: ClientCertificates
  /** `/.well-known/jwks.json`, `/session/…`, `/oauth/token`. To be mounted at the root, before anything parses bodies. */
  routes: Router
}

/**
 * @param deps.external issuers that are trusted beside the installation itself
 * @param deps.origins the origins of the installation's own pages
 * @param deps.placesOf where a user may have a session
 * @param deps.isEnded whether the log says that a session has ended
 */
export function createTokens(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  masterKey: MasterKey
  serverSecret: Uint8Array
  external?: ExternalIssuers | undefined
  origins: () => readonly string[]
  placesOf: PlacesOf
  isEnded: (sessionId: string) => boolean
  settings: TokenSettings
  now: () => Date
  logger: Logger
}): Tokens {
  const { eventLog, database, settings, now, logger } = deps
  const installationId = eventLog.logId
  const keys = createKeyRing({ database, masterKey: deps.masterKey, now, logger })
  const certificates = createClientCertificates({
    neededByMachines: settings.machineCertificates === 'required',
    now,
  })
  const issuer = createTokenIssuer({ installationId, keys, now })
  const sessions = createSessions({
    eventLog,
    database,
    tokens: issuer,
    refreshTokens: createRefreshTokens(deriveKey(deps.serverSecret, 'session')),
    placesOf: deps.placesOf,
    isEnded: deps.isEnded,
    settings,
    now,
  })
  const routes = Router()
  routes.use(jwksRoute(keys))
  routes.use(
    sessionRoutes({
      sessions,
      cookie: createSessionCookie(installationId),
      origins: deps.origins,
      starts: createLimiter(database, 'session-start', settings.sessionStartRate),
      refreshes: createLimiter(database, 'session-refresh', settings.sessionRefreshRate),
      logger,
    }),
  )
  routes.use(
    machineTokenRoute({
      eventLog,
      database,
      tokens: issuer,
      certificates,
      requests: createLimiter(database, 'machine-token', settings.machineTokenRate),
      machineTokenMs: settings.machineTokenMs,
      now,
      logger,
    }),
  )
  const own = { installationId, keys }
  return {
    keys,
    issuer,
    verifyToken: createVerifyToken({ own, external: deps.external, certificates, now }),
    certificates,
    routes,
  }
}
