import { createDataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase } from '@sightline/database/database'
import { openEventLog } from '@sightline/event-log/event-log'
import { createLogger } from '@sightline/logging/logging'
import { createFolderObjects } from '@sightline/objects/folder-objects'
import { connectKafka } from '@sightline/topics/connection'
import { endsWithin } from '@sightline/waiting/giving-up'
import { readEnvironment } from './environment.ts'
import { readModelSet } from './faces/model-set.ts'
import { createRecognition } from './recognition.ts'

const environment = readEnvironment()
const { RECOGNISER_ID: recogniserId, timings } = environment
const logger = createLogger({ name: 'recognition', level: environment.LOG_LEVEL }).child({ recogniserId })
/** How long closing one part may take, ms; recognition itself takes its leave of several. */
const CLOSED_WITHIN_MS = 20_000
const stopping = new AbortController()
/** What is open, to be closed in the reverse order. */
const opened: { close(): Promise<unknown> }[] = []

async function stop(code: number) {
  if (stopping.signal.aborted) return
  stopping.abort()
  // What hangs on a store that doesn't answer is not waited for.
  for (const one of opened.reverse()) await endsWithin(one.close(), CLOSED_WITHIN_MS)
  logger.info('stopped')
  process.exit(code)
}
process.on('SIGTERM', () => void stop(0))
process.on('SIGINT', () => void stop(0))

const database = createDatabase({
  connection: {
    host: environment.POSTGRES_HOST,
    port: environment.POSTGRES_PORT,
    database: environment.POSTGRES_DATABASE,
  },
  roles: { ops_keys: environment.POSTGRES_PASSWORD_OPS_KEYS },
  logger,
})
opened.push(database)
const dataKeys = createDataKeys({
  database,
  masterKey: createMasterKey(environment.MASTER_KEY, environment.PREVIOUS_MASTER_KEY),
})
// Names of people are none of recognition's business: without keys the log gives them as erased.
const log = await openEventLog({
  connectionString: environment.ESDB_URL,
  dataKeys: null,
  logger,
  create: false,
  signal: stopping.signal,
})
opened.push(log)
const recognition = createRecognition({
  log,
  dataKeys,
  objects: createFolderObjects(environment.OBJECTS_FOLDER),
  kafka: connectKafka({ brokers: environment.KAFKA_BROKERS, clientId: 'recognition', logger }),
  topicPrefix: environment.TOPIC_PREFIX,
  partitions: environment.FRAME_PARTITIONS,
  groupId: `${environment.KAFKA_GROUP_PREFIX}recognition`,
  recogniserId,
  modelSet: readModelSet(environment.MODEL_SET_FILE),
  weightsFolder: environment.MODELS_FOLDER,
  ...(environment.RECOGNITION_WORKERS === undefined ? {} : { workers: environment.RECOGNITION_WORKERS }),
  timings,
  logger,
  onFault: error => {
    logger.fatal({ err: error }, 'the event log can not be followed any further')
    void stop(1)
  },
})
opened.push(recognition)
await recognition.start()
logger.info('started')
