import type { Sql } from '@sightline/database/sql'
import type { Logger } from '@sightline/logging/logging'
import { NOTHING_YET, readCheckpoint } from '@sightline/projections/checkpoint'
import type { Model } from '@sightline/projections/projection'
import { backoff } from '@sightline/waiting/backoff'
import type { RequestContext } from '../context.ts'
import { isUnavailable } from '../unavailable.ts'
import type { Snapshot } from './snapshot.ts'
import type { Waiter } from './wakeups.ts'

/** What a subscriber is told, as the schema's `…Change` types have it. */
export interface Change<Row> {
  position: string
  replaces: boolean
  changed: Row[]
  removed: string[]
}

/** A change and the snapshot that it was read from, in which its relations are read too. */
export interface Delivery<Row> {
  change: Change<Row>
  /** For the resolvers of this change alone. */
  context: RequestContext
  snapshot: Snapshot
  /** Says that the change is told; without it the next one tells it again. */
  accept(): void
  /** Resolves when it is time to try again what failed. */
  retry(): Promise<void>
}

/** What a subscription reads. */
export interface Followed<Row> {
  /** Which subscription it is, with what it was asked for: those of equal texts read the same, under the same rights. */
  of: readonly (string | null | undefined)[]
  /** Which read models a change may come from; relations that are only shown don't count. */
  models: readonly Model[]
  /** What the client should hold at the beginning. */
  everything(read: Sql): Promise<Row[]>
  /**
   * What changed after a position, in the order of the change. `removed` rows are those that the client should
   * hold no longer. As many rows as `limit` tell that there may be more.
   */
  changedAfter(read: Sql, position: bigint): Promise<Row[]>
  limit?: number
  /** Resumes after this position instead of beginning with everything. */
  after?: bigint
}

interface FollowedRow {
  id: string
  position: bigint
  removed: boolean
}

/** Where a subscription is: nothing told yet, or everything up to a position of a log. */
type Told = { upTo: 'nothing' } | { upTo: bigint; logId: string | undefined }

/** What was read for a change, and in what its relations are read. */
export interface Opened<Found> {
  found: Found
  context: RequestContext
  /** To be finished by whoever delivers the change, or doesn't. */
  snapshot: Snapshot
  /** Says that what was read has been handed to the network, or is nothing. */
  sent(): void
}

/** What a source needs of its surroundings. */
export interface ChangeSurroundings {
  waiter: Waiter
  /**
   * Reads a change when it is this subscription's turn, in one snapshot. Others that stand at the same place, with the
   * same rights, may be given the same.
   * @param place where the subscription is
   */
  open<Found>(place: string, read: (sql: Sql) => Promise<Found>): Promise<Opened<Found>>
  logger: Pick<Logger, 'warn'>
}

const RETRY_AFTER_MS = { first: 100, longest: 5_000 }

/**
 * The changes of a subscription, pulled one at a time: nothing is read before it is asked for, so several changes
 * of a row may arrive as one and a slow subscriber queues nothing.
 *
 * The waiter hears of changes before the first read, so none falls in between. Each change is read in one
 * snapshot with the checkpoint; rows up to there are told, the next change tells what is after. What can't be
 * read because the database is away is read when it is back.
 *
 * The iterator is written by hand: `return()` ends a pending `next()`, which a generator can't.
 */
export function changesOf<Row extends FollowedRow>(
  followed: Followed<Row>,
  surroundings: ChangeSurroundings,
): AsyncIterableIterator<Delivery<Row>> {
  const { waiter, open, logger } = surroundings
  let told: Told = { upTo: 'nothing' }
  let more = true
  let closed = false
  let failures = 0
  let unsent: (() => void) | undefined

  function markSent(): void {
    unsent?.()
    unsent = undefined
  }

  /** What is to be told now; undefined where nothing is. The snapshot is the caller's then. */
  async function readNext(): Promise<Delivery<Row> | undefined> {
    const place = JSON.stringify([
      ...followed.of,
      String(followed.after),
      String(told.upTo),
      told.upTo === 'nothing' ? null : told.logId,
    ])
    const from = told
    const { found, context, snapshot, sent } = await open(place, sql => readChange(sql, followed, from))
    let delivered = false
    try {
      if (closed) return undefined
      if (found.change) {
        delivered = true
        unsent = sent
        const { replaces, changed, removed } = found.change
        const position = context.position.encode(found.next.upTo)
        return {
          change: { position, replaces, changed, removed },
          context,
          snapshot,
          accept() {
            told = found.next
            more = found.more
            failures = 0
          },
          retry,
        }
      }
      told = found.next
      more = found.more
      return undefined
    } finally {
      if (!delivered) {
        await snapshot.finish()
        sent()
      }
    }
  }

  async function retry(): Promise<void> {
    markSent()
    await waiter.wait(backoff(failures, RETRY_AFTER_MS))
    more = true
    failures += 1
  }

  async function next(): Promise<IteratorResult<Delivery<Row>>> {
    // Whoever asks for the next message has sent the one before.
    markSent()
    while (!closed) {
      if (!more && !(await waiter.wait())) break
      more = true
      try {
        const delivery = await readNext()
        if (delivery && !closed) return { done: false, value: delivery }
        await delivery?.snapshot.finish()
        markSent()
      } catch (error) {
        if (!isUnavailable(error)) throw error
        logger.warn({ err: error }, 'a change could not be read and is read again')
        await retry()
      }
    }
    return { done: true, value: undefined }
  }

  return {
    next,
    async return() {
      closed = true
      waiter.close()
      markSent()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

/** Reads what changed since what was told, in one snapshot. */
async function readChange<Row extends FollowedRow>(
  sql: Sql,
  followed: Followed<Row>,
  told: Told,
): Promise<{
  change?: { replaces: boolean; changed: Row[]; removed: string[] }
  next: Exclude<Told, { upTo: 'nothing' }>
  more: boolean
}> {
  const checkpoint = await readCheckpoint(sql)
  const reached = { upTo: checkpoint?.position ?? NOTHING_YET, logId: checkpoint?.logId }
  const since = resumable(followed, told, reached)
  if (since === undefined) {
    const rows = await followed.everything(sql)
    return { change: { replaces: true, changed: rows, removed: [] }, next: reached, more: false }
  }
  const rows = since === reached.upTo ? [] : await followed.changedAfter(sql, since)
  const cut = followed.limit !== undefined && rows.length >= followed.limit
  const next = cut ? { ...reached, upTo: rows.at(-1)!.position } : reached
  // The first message comes always: it tells where the subscription stands.
  if (rows.length === 0 && told.upTo !== 'nothing') return { next, more: cut }
  return {
    change: {
      replaces: false,
      changed: rows.filter(row => !row.removed),
      removed: rows.filter(row => row.removed).map(row => row.id),
    },
    next,
    more: cut,
  }
}

/** After which position to go on; undefined where everything must be told: at first, and when the rows were rebuilt. */
function resumable(
  followed: { after?: bigint },
  told: Told,
  reached: { upTo: bigint; logId: string | undefined },
): bigint | undefined {
  if (told.upTo === 'nothing') {
    return followed.after !== undefined && followed.after <= reached.upTo ? followed.after : undefined
  }
  const { upTo, logId } = told
  return logId === reached.logId && upTo <= reached.upTo ? upTo : undefined
}
