import { createDataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase } from '@sightline/database/database'
import { openEventLog } from '@sightline/event-log/event-log'
import { createLogger } from '@sightline/logging/logging'
import { createFolderObjects } from '@sightline/objects/folder-objects'
import { createApi } from './create-api.ts'
import { externalIssuersOf, readEnvironment, settingsOf } from './environment.ts'

const environment = readEnvironment()
const logger = createLogger({ name: 'api', level: environment.LOG_LEVEL })
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const database = createDatabase({
  connection: {
    host: environment.POSTGRES_HOST,
    port: environment.POSTGRES_PORT,
    database: environment.POSTGRES_DATABASE,
  },
  roles: {
    api_tenant: environment.POSTGRES_PASSWORD_API_TENANT,
    api_scoped: environment.POSTGRES_PASSWORD_API_SCOPED,
    api_machine: environment.POSTGRES_PASSWORD_API_MACHINE,
    api_system: environment.POSTGRES_PASSWORD_API_SYSTEM,
    ops_api: environment.POSTGRES_PASSWORD_OPS_API,
    ops_keys: environment.POSTGRES_PASSWORD_OPS_KEYS,
  },
  logger,
})
const masterKey = createMasterKey(environment.MASTER_KEY, environment.PREVIOUS_MASTER_KEY)
const dataKeys = createDataKeys({ database, masterKey })
const eventLog = await openEventLog({
  connectionString: environment.ESDB_URL,
  dataKeys,
  logger,
  create: true,
  signal: stopping.signal,
})
const api = createApi({
  eventLog,
  database,
  dataKeys,
  objects: createFolderObjects(environment.OBJECTS_FOLDER),
  masterKey,
  externalIssuers: externalIssuersOf(environment),
  serverSecret: environment.SERVER_SECRET,
  settings: settingsOf(environment),
  webFolder: environment.WEB_FOLDER,
  now: () => new Date(),
  logger,
})

const { port } = await api.start()
logger.info({ port }, 'started')
if (!stopping.signal.aborted) {
  await new Promise(resolve => stopping.signal.addEventListener('abort', resolve, { once: true }))
}
await api.close()
await eventLog.close()
await database.close()
logger.info('stopped')
