import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase } from '@sightline/database/database'
import { openEventLog } from '@sightline/event-log/event-log'
import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import express from 'express'
import { afterAll } from 'vitest'
import { faultRoute } from '../http/fault-route.ts'
import { createTokens, defaultTokenSettings, type TokenSettings } from './create-tokens.ts'
import type { Places } from './sessions.ts'
import { openSignInLink } from './sign-in-links.ts'

/**
 * Keys, tokens and sessions on a database and an event store of the test file's own, served over HTTP, with a clock that
 * the test sets. To be called at the top of a test file.
 */
export async function useTestTokens(changes: Partial<TokenSettings> = {}) {
  const shared = await useSharedStack('postgres')
  const [{ connection, passwords }, store] = await Promise.all([
    shared.createDatabase({ migrated: true }),
    shared.startEventStore(),
  ])
  const logger = createLogger({ name: 'test', level: 'silent' })
  const database = createDatabase({ connection, roles: passwords, logger })
  const masterKeyText = randomBytes(32).toString('base64')
  const masterKey = createMasterKey(masterKeyText)
  const serverSecret = randomBytes(32)
  const dataKeys = { read: async () => undefined }
  const connectionString = store.connectionString
  const eventLog = await openEventLog({ connectionString, dataKeys, logger, create: true })
  // It stands still between the test's own steps, at a whole second as tokens count.
  let clock = Math.floor(Date.now() / 1_000) * 1_000
  const now = () => new Date(clock)
  const places = new Map<string, Places>()
  const ended = new Set<string>()
  const origins: string[] = []
  const instances: { close(): Promise<void> }[] = []

  /** One instance of the API, as far as tokens go. */
  async function startInstance() {
    const tokens = createTokens({
      eventLog,
      database,
      masterKey,
      serverSecret,
      origins: () => origins,
      placesOf: userId => places.get(userId) ?? { systemAdministrator: false, tenantIds: [] },
      isEnded: sessionId => ended.has(sessionId),
      settings: { ...defaultTokenSettings, sessionStartRate: { points: 1_000, seconds: 1 }, ...changes },
      now,
      logger,
    })
    await tokens.keys.start()
    const server = express().use(tokens.routes).use(faultRoute(logger)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    instances.push({
      async close() {
        server.closeAllConnections()
        server.close()
        await tokens.keys.close()
      },
    })
    return { ...tokens, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }
  const tokens = await startInstance()
  origins.push(tokens.url)
  afterAll(async () => {
    await Promise.all(instances.map(instance => instance.close()))
    await eventLog.close()
    await database.close()
  })

  /** Asks a session's route as a page of ours does; `cookie` is the refresh token. */
  async function ask(route: string, options: { body?: object; cookie?: string; headers?: object } = {}) {
    const { body = {}, cookie, headers = {} } = options
    const response = await fetch(`${tokens.url}/session/${route}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: tokens.url,
        'x-sightline-session': '1',
        ...(cookie && { cookie: `other=1; __Host-sightline-${eventLog.logId}=${cookie}` }),
        ...headers,
      },
      body: JSON.stringify(body),
    })
    const [setCookie = ''] = response.headers.getSetCookie()
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      setCookie,
      cookie: /^[^=]+=([^;]*)/.exec(setCookie)?.[1] ?? '',
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    }
  }

  return {
    ...tokens,
    startInstance,
    ask,
    database,
    eventLog,
    masterKey,
    /** What a process of this installation is started with. */
    environment: {
      ESDB_URL: connectionString,
      POSTGRES_HOST: connection.host,
      POSTGRES_PORT: String(connection.port),
      POSTGRES_DATABASE: connection.database,
      POSTGRES_PASSWORD_OPS_API: passwords.ops_api,
      POSTGRES_PASSWORD_OPS_KEYS: passwords.ops_keys,
      POSTGRES_PASSWORD_OPS_ADMIN: passwords.ops_admin,
      MASTER_KEY: masterKeyText,
      SERVER_SECRET: serverSecret.toString('base64'),
    },
    places,
    ended,
    origins,
    now,
    /** Sets the clock forward. */
    passTime(ms: number) {
      clock += ms
    },
    /** Signs a user in by a link. */
    async signIn(userId: string, body: object = {}) {
      const { secret } = await openSignInLink(database, { userId, now: now() })
      return ask('start', { body: { secret, ...body } })
    },
    /** What a user's stream tells: type, and the reason of an end. */
    async story(userId: string) {
      const events = await eventLog.readStream(`user-${userId}`)
      return events.map(event =>
        event.type === 'SessionEnded' ? `${event.type} ${event.data.reason}` : event.type,
      )
    },
  }
}
