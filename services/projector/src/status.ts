import type { Database } from '@sightline/database/database'
import { readCheckpoint } from '@sightline/projections/checkpoint'
import type { ProjectedLog } from './projector.ts'
import { PROJECTOR_LOCK } from './read-models.ts'

/** How the read models stand to the log. */
export interface ProjectionsStatus {
  logId: string
  /** Position of the log's last event. */
  end: bigint
  /** How far the rows are, for people. */
  rows: string
  projectorRuns: boolean
}

/** Looks without changing anything; also where the projector has never run. */
export async function readStatus(
  database: Pick<Database, 'asProjector' | 'tryLock'>,
  eventLog: ProjectedLog,
): Promise<ProjectionsStatus> {
  const checkpoint = await database.asProjector(async sql => {
    const there = await sql<{ there: boolean }>(
      "/* checkpointTable */ select to_regclass('read.checkpoint') is not null as there",
    )
    return there[0]?.there ? readCheckpoint(sql) : undefined
  })
  const end = await eventLog.lastPosition()
  const lock = await database.tryLock(PROJECTOR_LOCK)
  await lock?.release()
  let rows = 'there are none yet'
  if (checkpoint && checkpoint.logId !== eventLog.logId) rows = `of another log, ${checkpoint.logId}: rebuild`
  else if (checkpoint && checkpoint.position > end)
    rows = `of position ${checkpoint.position}, beyond the end: rebuild`
  else if (checkpoint && checkpoint.position < 0n) rows = 'before the first event'
  else if (checkpoint)
    rows = `of position ${checkpoint.position}${checkpoint.position === end ? ', up to date' : ''}`
  return { logId: eventLog.logId, end, rows, projectorRuns: lock === undefined }
}
