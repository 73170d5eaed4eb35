import type { Database } from '@sightline/database/database'
import type { Logger } from '@sightline/logging/logging'
import type { Checkpoint } from '@sightline/projections/checkpoint'
import { applyBatch } from './batches.ts'
import { gather } from './gathering.ts'
import type { ProjectedLog } from './projector.ts'
import { emptyRead, ensureCheckpoint, ensureIndexes, ensureTables, PROJECTOR_LOCK } from './read-models.ts'
import { persist } from './retrying.ts'

/** A projector runs: the rows can't be taken from under it. */
export class ProjectorRunsError extends Error {
  override name = 'ProjectorRunsError'
}

/** How far a rebuild is: events applied, and of which position the rows are. */
export interface RebuildProgress {
  events: number
  position: bigint
}

const MAX_BATCH = 5_000

/**
 * Empties `read` and computes all rows anew, from the first event to the end of the log; a projector that starts
 * afterwards goes on from there. Readers see `read` fill up meanwhile.
 *
 * @param options.onProgress is told after each transaction
 * @throws ProjectorRunsError; EventNotApplicableError and the log's faults, with everything before applied
 */
export async function rebuild(options: {
  eventLog: ProjectedLog
  database: Pick<Database, 'asProjector' | 'tryLock'>
  logger: Pick<Logger, 'warn'>
  onProgress?: (progress: RebuildProgress) => void
  maxBatch?: number
}): Promise<RebuildProgress> {
  const { eventLog, database, logger, onProgress, maxBatch = MAX_BATCH } = options
  const lock = await database.tryLock(PROJECTOR_LOCK)
  if (!lock) throw new ProjectorRunsError('a projector runs: stop it first')
  try {
    let reached: Checkpoint = await database.asProjector(async sql => {
      await emptyRead(sql)
      await ensureTables(sql)
      return ensureCheckpoint(sql, eventLog.logId)
    })
    let events = 0
    const incoming = gather(eventLog.readAll({ after: null, live: false, maxBatch }), maxBatch)
    try {
      for (let batch = await incoming.take(); batch; batch = await incoming.take()) {
        const from = reached
        const applying = batch
        const applied = await persist(lock.lost, logger, () => applyBatch(database, from, applying))
        // The connection that held the lock is gone, or somebody went on from this rebuild's own checkpoint.
        if (applied?.outcome !== 'applied')
          throw new ProjectorRunsError('the rebuild was overtaken: begin it again')
        reached = { ...reached, position: applied.position }
        events += batch.length
        onProgress?.({ events, position: reached.position })
      }
    } finally {
      await incoming.close()
    }
    await ensureIndexes(database)
    return { events, position: reached.position }
  } finally {
    await lock.release()
  }
}
