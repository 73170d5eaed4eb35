import { createDataKeys, type DataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey, type MasterKey } from '@sightline/data-keys/master-key'
import { deriveKey } from '@sightline/data-keys/server-secret'
import { createDatabase, type Database } from '@sightline/database/database'
import type { CommandContext } from '@sightline/event-log/decide'
import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import { newTraceparent } from '@sightline/logging/traceparent'
import { v7 } from 'uuid'
import { createUserIds, type UserIds } from '../users/user-ids.ts'
import type { Environment } from './environment.ts'

/** How long the log may take to answer, ms. */
const LOG_WITHIN_MS = 30_000

/** A command can't be carried out; the message is for whoever typed it. */
export class AdminError extends Error {
  override name = 'AdminError'
}

/** What the admin command stands on. */
export interface Connections extends AsyncDisposable {
  environment: Environment
  database: Database
  masterKey: MasterKey
  dataKeys: DataKeys
  userIds: UserIds
  /** Opened when it is first asked for: what is about keys alone needs no log. */
  eventLog(): Promise<EventLog>
}

/** Connects nothing before it is used. */
export function connect(environment: Environment, logger: Logger): Connections {
  const database = createDatabase({
    connection: {
      host: environment.POSTGRES_HOST,
      port: environment.POSTGRES_PORT,
      database: environment.POSTGRES_DATABASE,
    },
    roles: {
      ops_api: environment.POSTGRES_PASSWORD_OPS_API,
      ops_keys: environment.POSTGRES_PASSWORD_OPS_KEYS,
      ...(environment.POSTGRES_PASSWORD_OPS_ADMIN && { ops_admin: environment.POSTGRES_PASSWORD_OPS_ADMIN }),
    },
    logger,
    max: 2,
  })
  const masterKey = createMasterKey(environment.MASTER_KEY, environment.PREVIOUS_MASTER_KEY)
  const dataKeys = createDataKeys({ database, masterKey })
  const userKey = deriveKey(environment.SERVER_SECRET, 'user')
  let opening: Promise<EventLog> | undefined
  return {
    environment,
    database,
    masterKey,
    dataKeys,
    userIds: createUserIds({ database, userKey, now: () => new Date() }),
    eventLog() {
      opening ??= openEventLog({
        connectionString: environment.ESDB_URL,
        dataKeys,
        logger,
        create: false,
        signal: AbortSignal.timeout(LOG_WITHIN_MS),
      }).catch(cause => {
        const message =
          'the event log is not there: does the event store run, and has the API been started once?'
        throw new AdminError(message, { cause })
      })
      return opening
    },
    async [Symbol.asyncDispose]() {
      await opening?.then(log => log.close()).catch(() => undefined)
      await database.close()
    },
  }
}

/** Who, when and why, for what is commanded here. */
export function adminContext(tenantId: string | null, now: Date): CommandContext {
  const commandId = v7()
  return {
    tenantId,
    actor: { principal: 'system', id: 'admin-command', sessionId: null },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    traceparent: newTraceparent(),
    now,
  }
}
