import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { connect } from '@sightline/api/admin/connecting'
import { readEnvironment } from '@sightline/api/admin/environment'
import { makeSignInLink } from '@sightline/api/admin/people'
import { createRoles, migrate } from '@sightline/database/migrate'
import { newRolePasswords } from '@sightline/database/roles'
import { evaluationFaceModels } from '@sightline/local/assets'
import { type LocalIdentity, localSystemAdministrator, startIdentity } from '@sightline/local/identity'
import { type Death, type SupervisedProcess, startProcess } from '@sightline/local/processes'
import { type Stack, startStack } from '@sightline/local/stack'
import { createLogger } from '@sightline/logging/logging'
import { createGraphqlClient, type GraphqlClient } from '@sightline/schema/client'
import { IssueApiKeyDocument } from '@sightline/schema/operations'
import { connectKafka } from '@sightline/topics/connection'
import { ensureTopics } from '@sightline/topics/topics'

/** The root of the repository. */
const root = resolve(import.meta.dirname, '../../..')

/** The services that make a whole system, in the order in which they are started. */
export type ServiceName = 'api' | 'projector' | 'media-node' | 'recognition' | 'agent'

export interface SystemOptions {
  /** Which services run; all but the agent by default. */
  services?: readonly ServiceName[]
  /** Settings on top of the defaults, by service: what its `environment.ts` reads. */
  settings?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>
  /** Is told of each step of the start. */
  onProgress?: (step: string) => void
  /** Is told when a part ends that nobody stopped. */
  onDied?: (death: Death) => void
  /** Runs the services with a reload whenever a file that they import changes. */
  watch?: boolean
  /** The port of the API; a free one by default. */
  port?: number
}

/** A whole Sightline on this machine. */
export interface System extends AsyncDisposable {
  readonly stack: Stack
  readonly identity: LocalIdentity
  /** Where the API and the page are: `http://127.0.0.1:<port>`. */
  readonly url: string
  /** The event store that the services use: the local one, or the cluster that `ESDB_URL` names. */
  readonly eventStoreUrl: string
  /** Where the services keep their objects. */
  readonly objectsFolder: string
  /** What a process of the system is started with, by service. */
  environmentOf(service: ServiceName): Readonly<Record<string, string>>
  /** The newest process of a service. */
  process(service: ServiceName): SupervisedProcess<Record<string, unknown>>
  /** Starts a service, or one more of it under another name. */
  startService(
    service: ServiceName,
    options?: { name?: string; settings?: Readonly<Record<string, string>> },
  ): Promise<SupervisedProcess<Record<string, unknown>>>
  /** A client with this token. */
  client(token: string): GraphqlClient
  /** What `npm run admin -- …` of this system prints. @throws Error with what it complained of */
  admin(...args: string[]): Promise<string>
  /**
   * The address of a page that signs a user in, once, within five minutes.
   * @param path of the page, with its search parameters
   * @param url where the page is, if the API doesn't serve it itself
   */
  signInAddress(userId: string, path?: string, url?: string): Promise<string>
  /** A token of a media node, which is issued a key. */
  mediaNode(nodeId: string): Promise<string>
  /** An API key of a media node, which gets it tokens. */
  mediaNodeKey(nodeId: string): Promise<string>
  close(): Promise<void>
}

/** The one JSON log line by which a service says that it serves. */
function startedLine(line: string): Record<string, unknown> | undefined {
  if (!line.includes('"msg":"started"')) return undefined
  return JSON.parse(line) as Record<string, unknown>
}

/** The patience of parts that share a processor with all the others: more than on machines of their own. */
const patient: Partial<Record<ServiceName, Readonly<Record<string, string>>>> = {
  api: { POSITION_WAIT_MS: '15000', ACCESS_STALE_MS: '10000' },
  recognition: { PICTURE_TIMEOUT_MS: '10000' },
}

const run = promisify(execFile)

const base64Key = () => randomBytes(32).toString('base64')

/**
 * Starts the local stack and the services on it, each as its own process.
 * @throws ProcessStartError naming the part that didn't start, with the end of its log; the others are stopped then.
 */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const progress = options.onProgress ?? (() => undefined)
  const passwords = newRolePasswords()
  const open: { close(): Promise<unknown> }[] = []
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      // Last started first: services go before what they stand on.
      for (const part of open.reverse()) await part.close()
    })()
    return closing
  }

  try {
    progress('PostgreSQL, Kafka and the event store')
    const stack = await startStack({
      prepareCluster: adminUrl => createRoles(adminUrl, passwords),
      onPartDied: (part, death) => options.onDied?.({ ...death, name: part }),
    })
    open.push(stack)
    const identity = await startIdentity()
    open.push(identity)

    progress('the database and the topics')
    const postgresUrl = new URL(stack.postgres.adminUrl)
    const kafka = connectKafka({
      brokers: stack.kafka.brokers,
      clientId: 'set-up',
      logger: createLogger({ name: 'set-up', level: 'error' }),
    })
    await Promise.all([migrate(stack.postgres.adminUrl), ensureTopics(kafka, { prefix: '', partitions: 12 })])

    // A real cluster, where one is given, takes the local store's place.
    const eventStoreUrl = process.env.ESDB_URL ?? stack.eventStore.connectionString
    const objectsFolder = join(stack.folder, 'objects')
    await mkdir(objectsFolder)
    const models = evaluationFaceModels()
    const nodeId = randomUUID()
    const masterKey = base64Key()
    const common = { LOG_LEVEL: 'info' }
    const postgres = {
      POSTGRES_HOST: postgresUrl.hostname,
      POSTGRES_PORT: postgresUrl.port,
      POSTGRES_DATABASE: postgresUrl.pathname.slice(1),
    }
    const environments: Record<ServiceName, () => Record<string, string>> = {
      api: () => ({
        ...common,
        ...postgres,
        HOST: '127.0.0.1',
        PORT: String(options.port ?? 0),
        ESDB_URL: eventStoreUrl,
        POSTGRES_PASSWORD_API_TENANT: passwords.api_tenant,
        POSTGRES_PASSWORD_API_SCOPED: passwords.api_scoped,
        POSTGRES_PASSWORD_API_MACHINE: passwords.api_machine,
        POSTGRES_PASSWORD_API_SYSTEM: passwords.api_system,
        POSTGRES_PASSWORD_OPS_API: passwords.ops_api,
        POSTGRES_PASSWORD_OPS_KEYS: passwords.ops_keys,
        MASTER_KEY: masterKey,
        SERVER_SECRET: serverSecret,
        JWKS_URL: identity.jwksUrl,
        ACCESS_ISSUER: identity.issuer,
        MACHINE_SIGNING_KEY: identity.machineSigningKey,
        OBJECTS_FOLDER: objectsFolder,
        WEB_FOLDER: join(root, 'web/dist'),
      }),
      projector: () => ({
        ...common,
        ...postgres,
        ESDB_URL: eventStoreUrl,
        POSTGRES_PASSWORD_PROJECTOR: passwords.projector,
        POSTGRES_PASSWORD_OPS_KEYS: passwords.ops_keys,
        MASTER_KEY: masterKey,
      }),
      'media-node': () => ({
        ...common,
        API_URL: system.url,
        API_KEY: nodeKey,
        KAFKA_BROKERS: stack.kafka.brokers.join(','),
        ALLOWED_CAMERA_NETWORKS: '127.0.0.0/8,::1/128',
      }),
      recognition: () => ({
        ...common,
        ...postgres,
        ESDB_URL: eventStoreUrl,
        POSTGRES_PASSWORD_OPS_KEYS: passwords.ops_keys,
        MASTER_KEY: masterKey,
        KAFKA_BROKERS: stack.kafka.brokers.join(','),
        OBJECTS_FOLDER: objectsFolder,
        MODELS_FOLDER: join(models.detect, '..'),
      }),
      agent: () => ({
        ...common,
        API_URL: system.url,
        STATE_FOLDER: join(stack.folder, 'agent'),
        AGENT_NAME: 'Demo agent',
        AGENT_SERIAL: 'SL-0001',
      }),
    }
    const serverSecret = base64Key()
    let nodeKey = ''
    const processes = new Map<ServiceName, SupervisedProcess<Record<string, unknown>>>()

    const startService: System['startService'] = async (service, { name = service, settings = {} } = {}) => {
      const started = await startProcess({
        name,
        command: process.execPath,
        args: [
          ...(options.watch ? ['--watch', '--watch-preserve-output'] : []),
          `services/${service}/src/main.ts`,
        ],
        cwd: root,
        environment: { ...system.environmentOf(service), ...settings },
        logFile: join(stack.logs, `${name}.log`),
        ready: startedLine,
        ...(options.onDied ? { onDied: options.onDied } : {}),
      })
      processes.set(service, started)
      open.push({ close: () => started.stop() })
      return started
    }

    const system: System & { url: string } = {
      stack,
      identity,
      url: '',
      eventStoreUrl,
      objectsFolder,
      environmentOf: service => ({
        ...environments[service](),
        ...patient[service],
        ...options.settings?.[service],
      }),
      process(service) {
        const running = processes.get(service)
        if (!running) throw new Error(`${service} was not started`)
        return running
      },
      startService,
      client(token) {
        const client = createGraphqlClient({
          url: `${system.url}/graphql`,
          token: async () => token,
          logger: createLogger({ name: 'client', level: 'error' }),
        })
        open.push({ close: async () => client.close() })
        return client
      },
      async admin(...args) {
        const { stdout } = await run(process.execPath, ['services/api/src/admin/main.ts', ...args], {
          cwd: root,
          env: { ...process.env, ...environments.api() },
        })
        return stdout.trim()
      },
      async signInAddress(userId, path = '/', url = system.url) {
        const logger = createLogger({ name: 'sign-in links', level: 'error' })
        await using connections = connect(readEnvironment(environments.api()), logger)
        const address = new URL((await makeSignInLink(connections, userId, url)).address)
        return `${address.origin}${path}${address.hash}`
      },
      async mediaNodeKey(subjectId) {
        const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
        const input = { kind: 'MEDIA_NODE', subjectId, name: 'Media node', expiresAt } as const
        const client = system.client(await identity.system())
        const { issueApiKey } = await client.request(IssueApiKeyDocument, { input })
        if (issueApiKey.__typename === 'Rejection') throw new Error(issueApiKey.message)
        return issueApiKey.key
      },
      async mediaNode(subjectId) {
        await system.mediaNodeKey(subjectId)
        return identity.mediaNode(subjectId)
      },
      close,
      [Symbol.asyncDispose]: close,
    }

    const wanted = options.services ?? ['api', 'projector', 'media-node', 'recognition']
    if (wanted.includes('api')) {
      progress('the API')
      const { ready } = await startService('api')
      system.url = `http://127.0.0.1:${ready.port}`
      await system.admin('appoint', localSystemAdministrator)
      nodeKey = await system.mediaNodeKey(nodeId)
    }
    const others = wanted.filter(service => service !== 'api')
    if (others.length > 0) progress(others.join(', '))
    await Promise.all(others.map(service => startService(service)))
    return system
  } catch (error) {
    await close()
    throw error
  }
}
