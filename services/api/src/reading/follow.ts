import type { Sql } from '@sightline/database/sql'
import type { Turns } from '@sightline/waiting/turns'
import { type RequestContext, tenantOf } from '../context.ts'
import type { ReadTogether, RequestContexts } from '../request-contexts.ts'
import { changesOf, type Delivery, type Followed } from './changes.ts'
import type { Snapshot } from './snapshot.ts'
import type { Wakeups } from './wakeups.ts'

interface FollowedRow {
  id: string
  position: bigint
  removed: boolean
}

/** Begins a subscription: the changes of what is followed, under the caller's rights. */
export type Follow = <Row extends FollowedRow>(
  context: RequestContext,
  followed: Followed<Row>,
) => AsyncIterableIterator<Delivery<Row>>

/** A read that several subscriptions are given. */
interface SharedRead {
  /** How many are given it; nobody joins once it has begun. */
  holders: number
  read: Promise<ReadTogether & { found: unknown; release(): Promise<void> }>
}

/**
 * However many subscribers wake, each change is read once for all of them that stand at the same place under the same
 * rights, while that read waits for its turn: once it has begun, whoever wakes may have been woken by something newer.
 *
 * @param options.turns the places in which changes are read: queries keep their connections
 */
export function createFollow(options: { wakeups: Wakeups; contexts: RequestContexts; turns: Turns }): Follow {
  const { wakeups, contexts, turns } = options
  const queued = new Map<string, SharedRead>()

  function join(context: RequestContext, place: string, read: (sql: Sql) => Promise<unknown>): SharedRead {
    const key = `${contexts.readerKeyOf(context)} ${place}`
    const found = queued.get(key)
    if (found) return found
    const shared: SharedRead = { holders: 0, read: begin() }
    queued.set(key, shared)
    return shared

    async function begin() {
      const giveBack = await turns.take()
      queued.delete(key)
      const { snapshot, loaders } = contexts.openSnapshot(context)
      let held = shared.holders
      const release = async () => {
        held -= 1
        if (held === 0) await snapshot.finish().finally(giveBack)
      }
      try {
        return { found: await snapshot.read(read), snapshot, loaders, release }
      } catch (error) {
        await snapshot.finish().finally(giveBack)
        throw error
      }
    }
  }

  return (context, followed) =>
    changesOf(followed, {
      waiter: wakeups.register(followed.models, tenantOf(context.principal)),
      logger: context.logger,
      async open<Found>(place: string, read: (sql: Sql) => Promise<Found>) {
        // Read under rights of this moment, or not at all.
        await context.gate?.heard()
        // A socket's messages are made one after another, each when the one before has left: however many
        // subscriptions a socket carries, it holds one unsent message.
        const sent = (await context.socketTurns?.take()) ?? (() => {})
        try {
          const shared = join(context, place, read)
          shared.holders += 1
          const together = await shared.read
          const found = together.found as Found
          const snapshot = heldBy(together)
          return { found, context: contexts.within(context, together), snapshot, sent }
        } catch (error) {
          sent()
          throw error
        }
      },
    })
}

/** The snapshot of one of its holders: it goes on until all have finished. */
function heldBy({ snapshot, release }: { snapshot: Snapshot; release(): Promise<void> }): Snapshot {
  let finished: Promise<void> | undefined
  return {
    read: snapshot.read,
    finish() {
      finished ??= release()
      return finished
    },
    get fault() {
      return snapshot.fault
    },
  }
}
