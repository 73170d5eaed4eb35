import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@sightline/database/database'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import type { Logger } from '@sightline/logging/logging'
import { allTables } from '@sightline/projections/all'
import { type Checkpoint, readCheckpoint } from '@sightline/projections/checkpoint'
import { applyBatch } from '@sightline/projector/batches'
import { createProjector, type ProjectedLog } from '@sightline/projector/projector'
import { emptyRead, ensureCheckpoint, ensureIndexes, ensureTables } from '@sightline/projector/read-models'
import { rebuild } from '@sightline/projector/rebuilding'
import { recorded, type Story, tell } from '@sightline/projector/test-story'

/** Events a second; the references do the same work with the same code, one transaction for each event. */
export interface ProjectionSpeeds {
  events: number
  /** One transaction an event, each waiting for the disk as PostgreSQL does by default. */
  oneByOne: number
  /** One transaction an event, not waiting for the disk. */
  oneByOneAsynchronous: number
  /** A projector that follows the log. */
  live: number
  /** A rebuild from nothing, its indexes included. */
  rebuild: number
  /** Reading the same log and doing nothing with it. */
  reading: number
  /** Whether the rows of live and rebuild are the same. */
  rowsIdentical: boolean
}

/** How many events the references are measured on. */
const REFERENCE_EVENTS = 1_500

/** A log in memory that hands on what the story tells: what is measured is the projection alone. */
export function logOf(story: Story): ProjectedLog {
  const events = recorded(tell(story))
  return {
    logId: '00000000-0000-8000-8000-000000000000',
    lastPosition: async () => events.at(-1)!.position,
    readAll: ({ after, maxBatch = 1_000, signal, live = true }) => ({
      [Symbol.asyncIterator]() {
        let next = after === null ? 0 : events.findIndex(event => event.position > after)
        return {
          async next() {
            const batch = next < 0 ? [] : events.slice(next, next + maxBatch)
            next += batch.length
            if (batch.length > 0) return { done: false, value: batch }
            if (live) await aborted(signal)
            return { done: true, value: undefined }
          },
        }
      },
    }),
  }
}

/**
 * Measures the projection of a log into a migrated database that holds nothing else; `read` is emptied.
 */
export async function measureProjection(options: {
  database: Database
  logger: Logger
  eventLog: ProjectedLog
}): Promise<ProjectionSpeeds> {
  const { database, logger, eventLog } = options
  const events = await readEvents(eventLog)
  const end = events.at(-1)!.position
  const durable: Pick<Database, 'asProjector'> = {
    asProjector: use =>
      database.asProjector(async sql => {
        await sql('/* waitForDisk */ set local synchronous_commit = on')
        return use(sql)
      }),
  }
  const reference = events.slice(0, REFERENCE_EVENTS)
  const oneByOne = await measureOneByOne(database, durable, eventLog, reference)
  const oneByOneAsynchronous = await measureOneByOne(database, database, eventLog, reference)

  await database.asProjector(emptyRead)
  const projector = createProjector({ eventLog, database, logger })
  const live = await perSecond(events.length, async () => {
    await projector.start()
    while ((await database.asProjector(readCheckpoint))?.position !== end) await wait(10)
  })
  await projector.close()
  const liveRows = await digest(database)

  const rebuilding = await perSecond(events.length, () => rebuild({ eventLog, database, logger }))
  const reading = await perSecond(events.length, () => readEvents(eventLog))
  return {
    events: events.length,
    oneByOne,
    oneByOneAsynchronous,
    live,
    rebuild: rebuilding,
    reading,
    rowsIdentical: (await digest(database)) === liveRows,
  }
}

async function readEvents(eventLog: ProjectedLog): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const batch of eventLog.readAll({ after: null, live: false })) events.push(...batch)
  return events
}

async function measureOneByOne(
  database: Database,
  door: Pick<Database, 'asProjector'>,
  eventLog: ProjectedLog,
  events: readonly RecordedEvent[],
): Promise<number> {
  let reached: Checkpoint = await database.asProjector(async sql => {
    await emptyRead(sql)
    await ensureTables(sql)
    return ensureCheckpoint(sql, eventLog.logId)
  })
  await ensureIndexes(database)
  return perSecond(events.length, async () => {
    for (const event of events) {
      const applied = await applyBatch(door, reached, [event])
      if (applied.outcome === 'overtaken') throw new Error('something else writes to this database')
      reached = { ...reached, position: applied.position }
    }
  })
}

async function perSecond(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return count / ((performance.now() - startedAt) / 1_000)
}

/** The same for the same rows. */
async function digest(database: Database): Promise<string> {
  const digests: string[] = []
  for (const { sqlName } of allTables) {
    const rows = await database.asProjector(sql =>
      sql<{ digest: string | null }>(
        `/* digest */ select md5(string_agg(t::text, '|' order by tenant_id, id)) as digest from ${sqlName} t`,
      ),
    )
    digests.push(rows[0]?.digest ?? '')
  }
  return digests.join()
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise(resolve => {
    if (!signal || signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
