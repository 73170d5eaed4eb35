import type { Database } from '@sightline/database/database'
import { isTransient } from '@sightline/database/faults'
import type { Sql } from '@sightline/database/sql'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import { allTables, projections } from '@sightline/projections/all'
import { type Checkpoint, READ_CHANNEL } from '@sightline/projections/checkpoint'
import { EventNotApplicableError, foldOf } from '@sightline/projections/folding'
import { wakePayload } from '@sightline/projections/wake'
import { writeChanges } from '@sightline/projections/writing'

const fold = foldOf(projections)

/** Applied up to there; or not at all, because the checkpoint isn't where the batch begins: another was faster. */
export type BatchOutcome = { outcome: 'applied'; position: bigint } | { outcome: 'overtaken' }

/**
 * Applies events in one transaction that begins with the fence: only from the checkpoint that the batch was read
 * after. Whoever listens to the channel is told in the same transaction.
 *
 * Where an event can't be applied, everything before it is.
 * @throws EventNotApplicableError naming the event; DatabaseUnavailableError, TransactionConflictError with nothing known of the outcome
 */
export async function applyBatch(
  database: Pick<Database, 'asProjector'>,
  from: Checkpoint,
  events: readonly RecordedEvent[],
): Promise<BatchOutcome> {
  const position = events.at(-1)!.position
  try {
    return await database.asProjector(async sql => {
      const fenced = await sql(
        `/* fence */ update read.checkpoint set position = $1 where log_id = $2 and position = $3 returning position`,
        [position, from.logId, from.position],
      )
      if (fenced.length === 0) return { outcome: 'overtaken' }
      await writeBatch(sql, events, position)
      return { outcome: 'applied', position }
    })
  } catch (error) {
    if (isTransient(error)) throw error
    if (events.length === 1) {
      if (error instanceof EventNotApplicableError) throw error
      throw new EventNotApplicableError(events[0]!, reasonOf(error), { cause: error })
    }
    return applyHalves(database, from, events)
  }
}

async function applyHalves(
  database: Pick<Database, 'asProjector'>,
  from: Checkpoint,
  events: readonly RecordedEvent[],
): Promise<BatchOutcome> {
  const middle = events.length >> 1
  const first = await applyBatch(database, from, events.slice(0, middle))
  if (first.outcome === 'overtaken') return first
  return applyBatch(database, { ...from, position: first.position }, events.slice(middle))
}

async function writeBatch(sql: Sql, events: readonly RecordedEvent[], position: bigint): Promise<void> {
  const changes = fold(events)
  await writeChanges(sql, changes, allTables)
  await sql(`/* wake */ select pg_notify('${READ_CHANNEL}', $1)`, [wakePayload(position, changes)])
}

/** What may be told of a fault: the database's own words can quote values. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return `${error.name}${code}`
}
