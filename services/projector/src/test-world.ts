import { randomBytes } from 'node:crypto'
import { createDataKeys, type DataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase, type Database } from '@sightline/database/database'
import { migrate } from '@sightline/database/migrate'
import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import type { EventToAppend } from '@sightline/event-log/recorded-event'
import type { TestStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { allTables } from '@sightline/projections/all'
import { readCheckpoint } from '@sightline/projections/checkpoint'
import { expect, vi } from 'vitest'
import { createProjector, type ProjectedLog, type Projector } from './projector.ts'
import { type StoryEvent, toAppend } from './test-story.ts'

/** A database and an event store of a test's own, for projectors to stand between. */
export interface TestWorld extends AsyncDisposable {
  database: Database
  eventLog: EventLog
  dataKeys: DataKeys
  /** Settings that the projector's commands take. */
  environment: Record<string, string>
  eventStore: Awaited<ReturnType<TestStack<never>['startEventStore']>>
  /** What the projectors logged. */
  lines: string[]
  /** Appends a story, each of its streams from its beginning; several appends are under way at once. */
  append(story: Iterable<StoryEvent>): Promise<void>
  /** A started projector, closed with the world. */
  project(options?: { eventLog?: ProjectedLog; alone?: boolean; maxBatch?: number }): Promise<Projector>
  /** Waits until the rows are of the log's last event. */
  caughtUp(): Promise<void>
  /** Every row of every read model. */
  rows(): Promise<Record<string, object[]>>
}

/** Where a world's parts come from. */
export type WorldParts = Pick<TestStack<'postgres'>, 'createDatabase' | 'startEventStore'>

export async function startWorld(stack: WorldParts): Promise<TestWorld> {
  const [{ connection, ownerUrl, passwords }, eventStore] = await Promise.all([
    stack.createDatabase(),
    stack.startEventStore(),
  ])
  await migrate(ownerUrl)
  const lines: string[] = []
  const logger = createLogger({ name: 'test', destination: { write: line => void lines.push(line) } })
  const database = createDatabase({ connection, roles: passwords, logger })
  const masterKey = randomBytes(32).toString('base64')
  const dataKeys = createDataKeys({ database, masterKey: createMasterKey(masterKey), maxAgeMs: 0 })
  const { connectionString } = eventStore
  const eventLog = await openEventLog({ connectionString, dataKeys, logger, create: true })
  const projectors: Projector[] = []

  return {
    database,
    eventLog,
    dataKeys,
    eventStore,
    lines,
    environment: {
      ESDB_URL: connectionString,
      POSTGRES_HOST: connection.host,
      POSTGRES_PORT: String(connection.port),
      POSTGRES_DATABASE: connection.database,
      POSTGRES_PASSWORD_PROJECTOR: passwords.projector,
      POSTGRES_PASSWORD_OPS_KEYS: passwords.ops_keys,
      MASTER_KEY: masterKey,
    },
    async append(story) {
      const streams = new Map<string, EventToAppend[]>()
      for (const told of story) {
        const { event } = told
        if (event.type === 'PersonEnrolled') {
          const { tenantId } = told
          const { keyId } = event.data
          await dataKeys.create({ tenantId, keyId, subject: 'person', subjectId: keyId })
        }
        streams.set(told.stream, [...(streams.get(told.stream) ?? []), toAppend(told)])
      }
      // What recognition says of a picture follows upon what was said of its person.
      const waves = Object.groupBy(streams, ([stream]) => (stream.startsWith('picture-') ? 'later' : 'first'))
      for (const wave of [waves.first ?? [], waves.later ?? []]) {
        await Promise.all(
          wave.map(async ([stream, events]) => {
            for (let at = 0; at < events.length; at += 20) {
              await eventLog.append(stream, at === 0 ? 'no_stream' : at - 1, events.slice(at, at + 20))
            }
          }),
        )
      }
    },
    async project(options = {}) {
      const projector = createProjector({ eventLog, database, logger, ...options })
      projectors.push(projector)
      await projector.start()
      return projector
    },
    async caughtUp() {
      const end = await eventLog.lastPosition()
      const reached = async () => {
        const checkpoint = await database.asProjector(readCheckpoint)
        expect(checkpoint?.position).toBe(end)
      }
      await vi.waitFor(reached, { timeout: 60_000, interval: 20 })
    },
    async rows() {
      const all: Record<string, object[]> = {}
      for (const { name, sqlName } of allTables) {
        all[name] = await database.asProjector(sql =>
          sql(`/* rows */ select * from ${sqlName} order by tenant_id, id`),
        )
      }
      return all
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(projectors.map(projector => projector.close()))
      await eventLog.close()
      await database.close()
    },
  }
}
