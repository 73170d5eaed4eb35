import { createDataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase, type Database } from '@sightline/database/database'
import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import type { Environment } from './environment.ts'

/** Opens what the projector and its command stand on; waits until the store answers and the log is created. */
export async function connect(
  environment: Environment,
  logger: Logger,
): Promise<{ database: Database; eventLog: EventLog } & AsyncDisposable> {
  const database = createDatabase({
    connection: {
      host: environment.POSTGRES_HOST,
      port: environment.POSTGRES_PORT,
      database: environment.POSTGRES_DATABASE,
    },
    roles: {
      projector: environment.POSTGRES_PASSWORD_PROJECTOR,
      ops_keys: environment.POSTGRES_PASSWORD_OPS_KEYS,
    },
    logger,
    max: 4,
  })
  const dataKeys = createDataKeys({
    database,
    masterKey: createMasterKey(environment.MASTER_KEY, environment.PREVIOUS_MASTER_KEY),
  })
  const eventLog = await openEventLog({
    connectionString: environment.ESDB_URL,
    dataKeys,
    logger,
    create: false,
  })
  return {
    database,
    eventLog,
    async [Symbol.asyncDispose]() {
      await eventLog.close()
      await database.close()
    },
  }
}
