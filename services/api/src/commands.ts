import type { DataKeys } from '@sightline/data-keys/data-keys'
import { deriveKey } from '@sightline/data-keys/server-secret'
import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import type { Objects } from '@sightline/objects/objects'
import { Router } from 'express'
import type { AccessControl } from './access/access-control.ts'
import type { AccessFollower } from './access/follower.ts'
import type { VerifyToken } from './access/tokens.ts'
import { agentMutations } from './agents/mutations.ts'
import { apiKeyMutations } from './api-keys/mutations.ts'
import { cameraMutations } from './cameras/mutations.ts'
import type { ClientCertificates } from './http/client-certificates.ts'
import { createLimiter, type Rate } from './limits/rate-limits.ts'
import { memberMutations } from './members/mutations.ts'
import { agentTokenRoute } from './pairing/agent-token.ts'
import { createCodeAttempts } from './pairing/attempts.ts'
import { pairingMutations } from './pairing/mutations.ts'
import { peopleMutations } from './people/mutations.ts'
import type { PictureAddresses } from './pictures/addresses.ts'
import { pictureServingRoutes } from './pictures/serving-routes.ts'
import { pictureUploadRoute } from './pictures/upload-route.ts'
import { sessionMutations } from './sessions/mutations.ts'
import { siteMutations } from './sites/mutations.ts'
import { streamMutations } from './streams/mutations.ts'
import type { SweeperSettings } from './sweeper/sweeper.ts'
import { tenantMutations } from './tenants/mutations.ts'
import type { TokenIssuer } from './tokens/token-issuer.ts'
import { createUserIds } from './users/user-ids.ts'

/** What can be set about commands and what stands around them; durations in ms. */
export interface CommandSettings extends SweeperSettings {
  /** How long a pairing code can be used. */
  pairingCodeMs: number
  /** How long the token of an agent lasts. */
  agentTokenMs: number
  /** Requests for a pairing code, by network address. */
  pairingRequestRate: Rate
  /** Requests for an agent's token, by network address: an agent that waits to be paired asks every few seconds. */
  agentTokenRate: Rate
  /** Wrong pairing codes of one user. */
  wrongCodesOfUserRate: Rate
  /** Wrong pairing codes of all users of one tenant. */
  wrongCodesOfTenantRate: Rate
}

/** As in production. */
export const defaultCommandSettings: CommandSettings = {
  sweepIntervalMs: 1_000,
  leaseMs: 15_000,
  heartbeatIntervalMs: 30_000,
  uploadRetentionMs: 3_600_000,
  pairingCodeMs: 300_000,
  agentTokenMs: 600_000,
  pairingRequestRate: { points: 60, seconds: 600 },
  agentTokenRate: { points: 600, seconds: 60 },
  wrongCodesOfUserRate: { points: 5, seconds: 900 },
  wrongCodesOfTenantRate: { points: 10, seconds: 3_600 },
}

interface CommandDeps {
  eventLog: EventLog
  database: Pick<Database, 'asPrincipal' | 'inOps'>
  dataKeys: DataKeys
  settings: CommandSettings
  now: () => Date
}

/**
 * All mutations.
 * @param deps.serverSecret what the key of pairing codes is derived from
 */
export function createMutations(
  deps: CommandDeps & { serverSecret: Uint8Array; follower: Pick<AccessFollower, 'current' | 'catchUp'> },
) {
  const { eventLog, database, dataKeys, settings, follower, now } = deps
  return {
    ...tenantMutations({ eventLog, database, now }),
    ...memberMutations({
      eventLog,
      database,
      dataKeys,
      userIds: createUserIds({ database, userKey: deriveKey(deps.serverSecret, 'user'), now }),
      now,
    }),
    ...apiKeyMutations({ eventLog, database, now }),
    ...sessionMutations({ eventLog, database }),
    ...siteMutations({ eventLog }),
    ...pairingMutations({
      eventLog,
      database,
      pairingKey: deriveKey(deps.serverSecret, 'pairing'),
      pairingCodeMs: settings.pairingCodeMs,
      requests: createLimiter(database, 'pairing-request', settings.pairingRequestRate),
      attempts: createCodeAttempts(database, {
        user: settings.wrongCodesOfUserRate,
        tenant: settings.wrongCodesOfTenantRate,
      }),
      follower,
      now,
    }),
    ...agentMutations({ eventLog, database, heartbeatIntervalMs: settings.heartbeatIntervalMs, now }),
    ...cameraMutations({ eventLog, database, dataKeys, now }),
    ...streamMutations({ eventLog, database, leaseMs: settings.leaseMs, follower, now }),
    ...peopleMutations({ eventLog, database, dataKeys, now }),
  }
}

/**
 * What stands around the commands over plain HTTP: `POST /agent/token`, `PUT /people/:personId/pictures/:pictureId`,
 * `GET /pictures/:token`, `GET /crops/:token`. To be mounted at the root, before anything parses bodies.
 */
export function createCommandRoutes(
  deps: CommandDeps & {
    objects: Pick<Objects, 'get' | 'put' | 'delete'>
    access: AccessControl
    verifyToken: VerifyToken
    certificates: ClientCertificates
    tokens: Pick<TokenIssuer, 'machineToken'>
    addresses: PictureAddresses
    logger: Logger
  },
): Router {
  const { eventLog, database, dataKeys, objects, access, verifyToken, addresses, settings, now, logger } =
    deps
  const router = Router()
  router.use(
    agentTokenRoute({
      eventLog,
      database,
      tokens: deps.tokens,
      certificates: deps.certificates,
      agentTokenMs: settings.agentTokenMs,
      requests: createLimiter(database, 'agent-token', settings.agentTokenRate),
      access,
      logger,
    }),
  )
  router.use(pictureUploadRoute({ eventLog, database, dataKeys, objects, access, verifyToken, now, logger }))
  router.use(pictureServingRoutes({ access, addresses, dataKeys, objects, now, logger }))
  return router
}
