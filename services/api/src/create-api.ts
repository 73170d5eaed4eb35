import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { makeExecutableSchema } from '@graphql-tools/schema'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import type { MasterKey } from '@sightline/data-keys/master-key'
import { deriveKey } from '@sightline/data-keys/server-secret'
import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import type { Objects } from '@sightline/objects/objects'
import { readTypeDefinitions } from '@sightline/schema/type-definitions'
import { createTurns } from '@sightline/waiting/turns'
import express from 'express'
import { createAccessControl } from './access/access-control.ts'
import { type AccessBounds, createAccessFollower, defaultAccessBounds } from './access/follower.ts'
import { placesOf } from './access/state.ts'
import type { ExternalIssuers } from './access/tokens.ts'
import { type CommandSettings, createCommandRoutes, createMutations } from './commands.ts'
import { faultRoute } from './http/fault-route.ts'
import { graphqlRoute } from './http/graphql-route.ts'
import { graphqlSocket } from './http/graphql-socket.ts'
import { healthRoutes } from './http/health-routes.ts'
import { createHttpServer, type TlsSettings } from './http/http-server.ts'
import { ownOrigins } from './http/origin.ts'
import { pageHeaders, pageRoutes } from './http/page-routes.ts'
import { createRequestLimits, defaultRequestRates, type RequestRates } from './limits/request-limits.ts'
import { createOperationPreparation } from './operations/prepare.ts'
import { createPictureAddresses } from './pictures/addresses.ts'
import { createFollow } from './reading/follow.ts'
import { createReadYourWrites } from './reading/read-your-writes.ts'
import { createWakeups } from './reading/wakeups.ts'
import { createRequestContexts } from './request-contexts.ts'
import { createResolvers } from './resolvers.ts'
import { createSweeper } from './sweeper/sweeper.ts'
import { createTokens, type TokenSettings } from './tokens/create-tokens.ts'

/** What can be set about the server; durations in ms. */
export interface ServerSettings extends RequestRates {
  host: string
  /** 0 for a free one. */
  port: number
  /** With what TLS is ended here; plain HTTP without it. */
  tls?: TlsSettings | undefined
  /** Where people find the page, `https://host[:port]`; where we listen if it is not set. */
  publicUrl?: string | undefined
  /** Origins whose pages may open a socket and have sessions beside our own, `https://host[:port]`. */
  allowedOrigins: readonly string[]
  /** Addresses of proxies whose `X-Forwarded-For` is believed. */
  trustedProxies: readonly string[]
  /** How long a query waits for the position that it names. */
  positionWaitMs: number
  /** How often the checkpoint is looked at although nobody told that it moved. */
  recheckMs: number
  /** How long a socket may take to say who it is. */
  initWaitMs: number
  /** How often the other side of a socket must show that it lives. */
  keepAliveMs: number
  /** Changes of subscriptions that are read at a time; fewer than the database's connections. */
  changesAtOnce: number
  /** Within which time rights that were taken away end everything, also where the log can't be heard. */
  accessBounds: AccessBounds
}

/** As in production. */
export const defaultServerSettings: Omit<ServerSettings, 'host' | 'port'> = {
  allowedOrigins: [],
  trustedProxies: [],
  positionWaitMs: 2_000,
  recheckMs: 5_000,
  initWaitMs: 3_000,
  keepAliveMs: 12_000,
  changesAtOnce: 6,
  accessBounds: defaultAccessBounds,
  ...defaultRequestRates,
}

/** The API: commands, queries and subscriptions over HTTP and WebSocket, pictures, and the page. */
export interface Api {
  /** Resolves when it serves, with its port. */
  start(): Promise<{ port: number }>
  /** Takes nothing new, ends what is under way, and resolves when all of it has ended. */
  close(): Promise<void>
}

type Lifecycle =
  | { phase: 'new' }
  | { phase: 'started'; stop: () => Promise<void> }
  | { phase: 'closed'; closed: Promise<void> }

/**
 * Puts the API together; nothing runs before `start`.
 *
 * @param deps.masterKey wraps the keys that tokens are signed with
 * @param deps.serverSecret what the keys of positions, pairing codes and picture addresses are derived from
 * @param deps.webFolder the built page; without it none is served
 */
export function createApi(deps: {
  eventLog: EventLog
  database: Database
  dataKeys: DataKeys
  objects: Objects
  masterKey: MasterKey
  /** Issuers that are trusted beside the installation itself. */
  externalIssuers?: ExternalIssuers | undefined
  serverSecret: Uint8Array
  settings: CommandSettings & ServerSettings & TokenSettings
  webFolder?: string | undefined
  now: () => Date
  logger: Logger
}): Api {
  const { eventLog, database, dataKeys, objects, serverSecret, settings, now, logger } = deps
  let lifecycle: Lifecycle = { phase: 'new' }

  async function start(): Promise<{ port: number }> {
    if (lifecycle.phase !== 'new') throw new Error('the API was started before')
    const addresses = createPictureAddresses(deriveKey(serverSecret, 'picture'))
    const wakeups = createWakeups({ database, logger, recheckMs: settings.recheckMs })
    const follower = createAccessFollower({ eventLog, now, bounds: settings.accessBounds, logger })
    const contexts = createRequestContexts({
      database,
      tenantAccess: tenantId => follower.current().tenants.get(tenantId),
      positionKey: deriveKey(serverSecret, 'position'),
      now,
    })
    const access = createAccessControl({ follower, logger })
    const requestLimits = createRequestLimits({ rates: settings })
    let origins: readonly string[] = []
    const tokens = createTokens({
      eventLog,
      database,
      masterKey: deps.masterKey,
      serverSecret,
      external: deps.externalIssuers,
      origins: () => origins,
      async placesOf(userId) {
        await follower.catchUp()
        return placesOf(follower.current(), userId)
      },
      isEnded: sessionId => follower.current().sessions.get(sessionId)?.ended ?? false,
      settings,
      now,
      logger,
    })
    const { verifyToken } = tokens
    const follow = createFollow({ wakeups, contexts, turns: createTurns(settings.changesAtOnce) })
    const readYourWrites = createReadYourWrites({
      database,
      wakeups,
      waitMs: settings.positionWaitMs,
      now: () => performance.now(),
    })
    const commandDeps = { eventLog, database, dataKeys, objects, settings, now, logger }
    const mutations = createMutations({ ...commandDeps, serverSecret, follower })
    const schema = makeExecutableSchema({
      typeDefs: readTypeDefinitions(),
      resolvers: createResolvers({ mutations, follow, follower, database, dataKeys, addresses, now }),
    })
    const preparation = createOperationPreparation(schema)
    const sweeper = createSweeper(commandDeps)

    const { webFolder } = deps
    const graphql = await graphqlRoute({
      schema,
      preparation,
      contexts,
      access,
      readYourWrites,
      verifyToken,
      requestLimits,
      logger,
    })
    const app = express()
    app.set('trust proxy', [...settings.trustedProxies])
    app.disable('x-powered-by').disable('etag')
    app.use(pageHeaders({ tls: settings.tls !== undefined }))
    app.use(healthRoutes({ database, eventLog, follower, logger }))
    app.use(requestLimits.ofAddress)
    app.use(tokens.routes)
    app.use(
      createCommandRoutes({
        ...commandDeps,
        access,
        verifyToken,
        certificates: tokens.certificates,
        tokens: tokens.issuer,
        addresses,
      }),
    )
    app.use(graphql.router)
    if (webFolder !== undefined) app.use(pageRoutes(webFolder))
    app.use(faultRoute(logger))

    const server = createHttpServer(app, settings.tls)
    const sockets = graphqlSocket({
      schema,
      preparation,
      contexts,
      access,
      follower,
      verifyToken,
      requestLimits,
      allowedOrigins: settings.allowedOrigins,
      trustedProxies: settings.trustedProxies,
      settings,
      now,
      logger,
    })
    server.on('upgrade', sockets.upgrade)

    // Nothing is served before it is known who may what.
    await Promise.all([follower.start(), tokens.keys.start()])
    await wakeups.start()
    server.listen(settings.port, settings.host)
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    origins = [...settings.allowedOrigins, ...ownOrigins({ ...settings, port })]
    sweeper.start()
    lifecycle = {
      phase: 'started',
      async stop() {
        const served = new Promise<void>(resolve => server.close(() => resolve()))
        server.closeIdleConnections()
        await sockets.close()
        await wakeups.close()
        await Promise.all([follower.close(), tokens.keys.close()])
        await sweeper.close()
        const impatience = setTimeout(() => server.closeAllConnections(), 5_000)
        await served
        clearTimeout(impatience)
        await graphql.close()
      },
    }
    return { port }
  }

  return {
    start,
    close() {
      if (lifecycle.phase === 'closed') return lifecycle.closed
      const closed = lifecycle.phase === 'started' ? lifecycle.stop() : Promise.resolve()
      lifecycle = { phase: 'closed', closed }
      return closed
    },
  }
}
