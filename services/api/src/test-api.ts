import { createHash, createPrivateKey, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import type { Role } from '@sightline/contracts/members'
import { streamName, type TenantCategory } from '@sightline/contracts/stream-names'
import { createDataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { deriveKey } from '@sightline/data-keys/server-secret'
import { createDatabase } from '@sightline/database/database'
import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import { localSystemAdministrator, startIdentity } from '@sightline/local/identity'
import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { createFolderObjects } from '@sightline/objects/folder-objects'
import {
  CreateSiteDocument,
  CreateTenantDocument,
  EnrolPersonDocument,
  HeartbeatDocument,
  PairAgentDocument,
  RegisterCameraDocument,
  RequestPairingDocument,
  SitesDocument,
  StartStreamDocument,
} from '@sightline/schema/operations'
import { print } from 'graphql'
import { v7 } from 'uuid'
import { afterAll, expect, vi } from 'vitest'
import { appendPlaced, type PlacedEvent, tell } from './access/test-access-log.ts'
import { remoteKeys } from './access/tokens.ts'
import { type CommandSettings, defaultCommandSettings } from './commands.ts'
import { createApi, defaultServerSettings, type ServerSettings } from './create-api.ts'
import { dataKeyId } from './input.ts'
import { defaultTokenSettings, type TokenSettings } from './tokens/create-tokens.ts'

/** What a command answers, as the schema's unions have it. */
export type Answer = { __typename: string; code?: string; id?: string; position?: string }

/** Somebody with a token of a tenant, of which they are a member. */
export interface TestPerson {
  tenantId: string
  userId: string
  sessionId: string
  token: string
}

/** What a member may, an administrator everywhere by default; sites or cameras make it a role in these alone. */
export interface TestMembership {
  role?: Role
  everywhere?: boolean
  siteIds?: string[]
  cameraIds?: string[]
}

/**
 * A running API on a database and an event store of the test file's own, stopped after the file. To be called
 * at the top of a test file.
 */
export async function useTestApi(changes: Partial<CommandSettings & ServerSettings & TokenSettings> = {}) {
  const shared = await useSharedStack('postgres')
  const [databaseOf, store, identity] = await Promise.all([
    shared.createDatabase({ migrated: true }),
    shared.startEventStore(),
    startIdentity(),
  ])
  const logLines: string[] = []
  const logger = createLogger({
    name: 'api',
    level: 'warn',
    destination: { write: line => void logLines.push(line) },
  })
  const serverSecret = randomBytes(32)
  let aheadMs = 0
  const now = () => new Date(Date.now() + aheadMs)
  const { connection, passwords } = databaseOf
  const { projector: _, ...roles } = passwords
  // A busy machine keeps many who ask at once waiting: none of them is told to try again.
  const database = createDatabase({ connection, roles, connectWithinMs: 60_000, logger })
  const masterKey = createMasterKey(randomBytes(32).toString('base64'))
  const dataKeys = createDataKeys({ database, masterKey })
  const openLog = (connectionString: string) =>
    openEventLog({ connectionString, dataKeys, logger, create: true })
  const eventLog = await openLog(store.connectionString)
  await appendPlaced(eventLog, tell.administratorAppointed(localSystemAdministrator))
  const machineKey = createPrivateKey(identity.machineSigningKey)
  const objects = createFolderObjects(join(shared.folder, 'objects'))
  const { issuer } = identity
  const closing: (() => Promise<void>)[] = []

  /** Starts an instance of the API on the one database. */
  async function startInstance(
    log: EventLog,
    more: Partial<CommandSettings & ServerSettings & TokenSettings> = {},
  ) {
    const settings = {
      ...defaultCommandSettings,
      ...defaultServerSettings,
      ...defaultTokenSettings,
      host: '127.0.0.1',
      port: 0,
      // All of a file's devices ask from one address.
      pairingRequestRate: { points: 10_000, seconds: 60 },
      // The test shares our process and its pauses: a busy machine must refuse nobody.
      accessBounds: { probeMs: 5_000, staleMs: 60_000, lostMs: 120_000, patienceMs: 20_000 },
      positionWaitMs: 20_000,
      ...changes,
      ...more,
    }
    const api = createApi({
      eventLog: log,
      database,
      dataKeys,
      objects,
      masterKey,
      externalIssuers: {
        accessIssuer: issuer,
        accessKeys: remoteKeys(identity.jwksUrl, machineKey),
        machineIssuer: issuer,
        machineKey,
      },
      serverSecret,
      settings,
      now,
      logger,
    })
    closing.push(() => api.close())
    const { port } = await api.start()
    return { url: `${settings.tls ? 'https' : 'http'}://127.0.0.1:${port}`, close: () => api.close() }
  }
  const { url, close } = await startInstance(eventLog)
  afterAll(async () => {
    await Promise.all(closing.map(end => end()))
    await Promise.all([eventLog.close(), database.close(), identity.close()])
  })

  /**
   * Sends one operation; an answer with errors throws them.
   * @param to the instance that is asked
   */
  async function send<Data, Variables>(
    token: string | undefined,
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    to: { url: string } = { url },
  ): Promise<Data> {
    const response = await fetch(`${to.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query: print(document), variables }),
    })
    const body = (await response.json()) as { data?: Data; errors?: { extensions?: { code?: string } }[] }
    if (body.errors || !body.data) throw new Error(`refused: ${JSON.stringify(body.errors ?? body)}`)
    return body.data
  }

  /** Makes a user a member of a tenant, as its events say. */
  async function addMember(tenantId: string, userId: string, as: TestMembership = {}): Promise<void> {
    const { role = 'tenant_admin', siteIds = [], cameraIds = [] } = as
    const granted = siteIds.length + cameraIds.length > 0
    const { everywhere = !granted } = as
    const keyId = dataKeyId('user', userId)
    await dataKeys.create({ tenantId, keyId, subject: 'user', subjectId: userId })
    await appendPlaced(
      eventLog,
      tell.memberAdded(tenantId, userId, { role, everywhere, keyId }),
      ...(granted ? [tell.scopeGranted(tenantId, userId, { siteIds, cameraIds })] : []),
    )
  }

  /** A member of a tenant, of a new one if none is named: an administrator unless it is said. */
  async function person(tenantId = v7(), as: TestMembership = {}): Promise<TestPerson> {
    const [userId, sessionId] = [v7(), v7()]
    await addMember(tenantId, userId, as)
    const token = await identity.person({ tenantId, userId, sessionId })
    return { tenantId, userId, sessionId, token }
  }

  const tested = {
    url,
    /** What the API logged, warnings and worse. */
    logLines,
    eventLog,
    /** For whoever writes to the store past the application. */
    eventStoreUrl: store.connectionString,
    database,
    dataKeys,
    masterKey,
    objects,
    identity,
    /** What the addresses of pictures are signed with. */
    pictureKey: deriveKey(serverSecret, 'picture'),
    connection,
    passwords,
    logger,
    close,
    /**
     * Another instance of the API beside this one.
     * @param eventStoreUrl its own way to the event store
     */
    async startAnother(
      eventStoreUrl = store.connectionString,
      more: Partial<CommandSettings & ServerSettings & TokenSettings> = {},
    ) {
      const log = await openLog(eventStoreUrl)
      closing.push(() => log.close())
      return startInstance(log, more)
    },
    send,
    person,
    addMember,

    /** Tells the log who may what. Gives the position of the last event. */
    tell: (...events: PlacedEvent[]) => appendPlaced(eventLog, ...events),

    now,

    /** Sets the API's clock forward. */
    passTime(ms: number) {
      aheadMs += ms
    },

    /**
     * Waits for a fact while the API's clock hurries on, in steps so small that the sweeper misses none of the time. So a
     * test in which nobody waits stands as far from the end of a lease as in production.
     * @param check is asked after each step
     */
    eventuallyInTime<T>(check: () => Promise<T>): Promise<T> {
      return eventually(() => {
        aheadMs += 1_000
        return check()
      })
    },

    async createTenant(name = 'Harbour'): Promise<string> {
      const { createTenant } = await send(await identity.system(), CreateTenantDocument, { input: { name } })
      return idOf(createTenant)
    },

    async createSite(by: TestPerson, name = 'North gate'): Promise<string> {
      const { createSite } = await send(by.token, CreateSiteDocument, { input: { name } })
      return idOf(createSite)
    },

    /**
     * Waits until the read models hold what is in the log at this moment.
     * @param by whose tenant gets a site for it
     */
    async projected(by: TestPerson): Promise<void> {
      const { createSite } = await send(by.token, CreateSiteDocument, { input: { name: 'Last' } })
      if (createSite.__typename !== 'CommandAccepted') throw new Error(JSON.stringify(createSite))
      await send(by.token, SitesDocument, { atLeast: createSite.position })
    },

    async registerCamera(by: TestPerson, siteId: string): Promise<string> {
      const address = 'rtsp://user:secret@camera.example/live'
      const { registerCamera } = await send(by.token, RegisterCameraDocument, {
        input: { siteId, name: 'Entrance', address },
      })
      return idOf(registerCamera)
    },

    async startStream(by: TestPerson, cameraId: string): Promise<string> {
      const { startStream } = await send(by.token, StartStreamDocument, { input: { cameraId } })
      return idOf(startStream)
    },

    async enrolPerson(by: TestPerson, name = 'Ada Lovelace'): Promise<string> {
      const { enrolPerson } = await send(by.token, EnrolPersonDocument, { input: { name } })
      return idOf(enrolPerson)
    },

    /** A device that asked for a code. */
    async requestPairing(device = newDevice()) {
      const { agentId, secretHash } = device
      const { requestPairing } = await send(undefined, RequestPairingDocument, {
        input: { agentId, secretHash, name: 'Gate box', serial: 'SN-1' },
      })
      if (requestPairing.__typename !== 'PairingCode') throw new Error(JSON.stringify(requestPairing))
      return { ...device, code: requestPairing.pairingCode }
    },

    /** An agent that is paired, with its token. */
    async pairedAgent(by: TestPerson, siteId: string) {
      const device = await tested.requestPairing()
      const { pairAgent } = await send(by.token, PairAgentDocument, { input: { code: device.code, siteId } })
      idOf(pairAgent)
      const { status, body } = await tested.fetchAgentToken(device)
      expect(status).toBe(200)
      return { ...device, token: (body as { token: string }).token }
    },

    async fetchAgentToken(device: { agentId: string; secret: string }) {
      const { agentId, secret } = device
      const response = await fetch(`${url}/agent/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ agentId, secret }),
      })
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        body: (await response.json()) as Record<string, unknown>,
      }
    },

    async heartbeat(token: string, status: 'ONLINE' | 'IDLE' | 'OFFLINE') {
      return (await send(token, HeartbeatDocument, { input: { status } })).heartbeat
    },

    /** A media node with a key and a token. */
    async mediaNode(nodeId = v7()) {
      await appendPlaced(eventLog, tell.keyIssued(null, nodeId, { kind: 'media_node' }))
      return { nodeId, token: await identity.mediaNode(nodeId) }
    },

    /** The id of a person's data key. */
    async keyOfPerson(tenantId: string, personId: string): Promise<string> {
      const [enrolled] = await eventLog.readStream(streamName('person', tenantId, personId))
      if (enrolled?.type !== 'PersonEnrolled') throw new Error('there is no such person')
      return enrolled.data.keyId
    },

    /** The types of a stream's events, in order. */
    async eventTypes(category: TenantCategory, tenantId: string, id: string): Promise<string[]> {
      const events = await eventLog.readStream(streamName(category, tenantId, id))
      return events.map(event => event.type)
    },
  }
  return tested
}

/** A device before it is paired: its id, its secret, and the hash that stands for it. */
export function newDevice() {
  const secret = randomBytes(32)
  return {
    agentId: v7(),
    secret: secret.toString('base64url'),
    secretHash: createHash('sha256').update(secret).digest('hex'),
  }
}

/** The id of an accepted command; a refusal fails the test. */
export function idOf(answer: Answer): string {
  expect(answer).toMatchObject({ __typename: 'CommandAccepted' })
  return answer.id!
}

/** Waits for a fact. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 20_000, interval: 50 }) as Promise<T>
}
