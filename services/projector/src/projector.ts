import { setTimeout as wait } from 'node:timers/promises'
import type { HeldLock } from '@sightline/database/advisory-lock'
import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import type { Checkpoint } from '@sightline/projections/checkpoint'
import { applyBatch } from './batches.ts'
import { gather } from './gathering.ts'
import {
  ensureCheckpoint,
  ensureIndexes,
  ensureTables,
  PROJECTOR_LOCK,
  RebuildNeededError,
} from './read-models.ts'
import { createBackoff, isPassing, persist } from './retrying.ts'

/** What the projector needs of the log. */
export type ProjectedLog = Pick<EventLog, 'logId' | 'lastPosition' | 'readAll'>

/** Keeps the read models up with the log. */
export interface Projector {
  /**
   * Makes the tables, checks that the rows are of this log, and begins. While the database or the store is away
   * it waits for them.
   * @throws RebuildNeededError
   */
  start(): Promise<void>
  /**
   * Settles when the projector has ended: with undefined once it is closed, with the fault that stopped it
   * otherwise (an event that can't be applied, of an unknown type, or malformed; another log). Everything before
   * that event is applied; a new start goes on after the mend.
   */
  readonly ended: Promise<unknown>
  close(): Promise<void>
}

/** How often a projector that stands by looks whether the running one is gone, ms. */
const LOOK_FOR_LOCK_MS = 500

/** The most events of one transaction. */
const MAX_BATCH = 5_000

type Phase = { at: 'new' } | { at: 'running'; run: Promise<void> } | { at: 'closed' }

/**
 * @param options.alone whether it stands by while another runs (the default). Two may run at once: the checkpoint
 *   fences them, the lock only spares the work
 * @param options.maxBatch the most events of one transaction
 */
export function createProjector(options: {
  eventLog: ProjectedLog
  database: Pick<Database, 'asProjector' | 'tryLock'>
  logger: Logger
  alone?: boolean
  maxBatch?: number
}): Projector {
  const { eventLog, database, logger, alone = true, maxBatch = MAX_BATCH } = options
  const closing = new AbortController()
  const { promise: ended, resolve: end } = Promise.withResolvers<unknown>()
  let phase: Phase = { at: 'new' }

  /** Follows the log from the checkpoint, and from the new one whenever another projector was faster. */
  async function follow(signal: AbortSignal): Promise<void> {
    const backoff = createBackoff(logger)
    while (!signal.aborted) {
      const checkpoint = await persist(signal, logger, () => readyCheckpoint(database, eventLog))
      if (!checkpoint) return
      try {
        await project(checkpoint, signal, () => backoff.reset())
      } catch (error) {
        if (!isPassing(error)) throw error
        await backoff.wait(error, signal)
      }
    }
  }

  /** Applies what the log has after a checkpoint, until `signal` fires or another projector was faster. */
  async function project(from: Checkpoint, signal: AbortSignal, onApplied: () => void): Promise<void> {
    const after = from.position < 0n ? null : from.position
    const incoming = gather(eventLog.readAll({ after, signal, maxBatch }), maxBatch)
    try {
      let reached = from
      for (let events = await incoming.take(); events; events = await incoming.take()) {
        if (signal.aborted) return
        const result = await applyBatch(database, reached, events)
        if (result.outcome === 'overtaken') {
          logger.info(
            { position: String(reached.position) },
            'another projector is ahead, going on from its checkpoint',
          )
          return
        }
        reached = { ...reached, position: result.position }
        onApplied()
      }
    } finally {
      await incoming.close()
    }
  }

  async function run(): Promise<void> {
    const { signal } = closing
    while (!signal.aborted) {
      const lock = alone ? await takeTurn(database, signal, logger) : undefined
      try {
        if (!signal.aborted) await follow(lock ? AbortSignal.any([signal, lock.lost]) : signal)
      } finally {
        await lock?.release()
      }
    }
  }

  return {
    ended,
    async start() {
      if (phase.at !== 'new') throw new Error('a projector starts once')
      const checkpoint = await persist(closing.signal, logger, async () => {
        await database.asProjector(ensureTables)
        await ensureIndexes(database)
        return readyCheckpoint(database, eventLog)
      })
      if (!checkpoint) return
      logger.info({ position: String(checkpoint.position) }, 'the read models go on from their checkpoint')
      const running = run().then(
        () => end(undefined),
        error => {
          logger.error({ err: error }, 'the projector stopped')
          end(error)
        },
      )
      phase = { at: 'running', run: running }
    },
    async close() {
      closing.abort()
      if (phase.at === 'running') await phase.run
      phase = { at: 'closed' }
      end(undefined)
    },
  }
}

/** The checkpoint of this log's rows. @throws RebuildNeededError where they are of another log, or of more than it holds */
async function readyCheckpoint(
  database: Pick<Database, 'asProjector'>,
  eventLog: Pick<EventLog, 'logId' | 'lastPosition'>,
): Promise<Checkpoint> {
  const checkpoint = await database.asProjector(sql => ensureCheckpoint(sql, eventLog.logId))
  if (checkpoint.position >= 0n) {
    const last = await eventLog.lastPosition()
    if (checkpoint.position > last) {
      throw new RebuildNeededError(
        `the rows are of position ${checkpoint.position}, and the log ends at ${last}`,
      )
    }
  }
  return checkpoint
}

/** Waits until no other projector runs. */
async function takeTurn(
  database: Pick<Database, 'tryLock'>,
  signal: AbortSignal,
  logger: Logger,
): Promise<HeldLock | undefined> {
  let told = false
  while (!signal.aborted) {
    const lock = await persist(signal, logger, () => database.tryLock(PROJECTOR_LOCK))
    if (lock) return lock
    if (!told) logger.info({}, 'another projector runs, standing by')
    told = true
    await wait(LOOK_FOR_LOCK_MS, undefined, { signal }).catch(() => {})
  }
  return undefined
}
