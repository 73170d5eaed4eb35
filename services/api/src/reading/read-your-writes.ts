import type { Database } from '@sightline/database/database'
import type { ReadPrincipal } from '@sightline/database/roles'
import { NOTHING_YET, readCheckpoint } from '@sightline/projections/checkpoint'
import { GraphQLError } from 'graphql'
import type { PositionCodec } from './positions.ts'
import type { Wakeups } from './wakeups.ts'

/** Waits until the rows hold what a command did. */
export interface ReadYourWrites {
  /**
   * Resolves when the rows are at least at `position`.
   * @throws GraphQLError POSITION_NOT_REACHED after the time that a query waits, with `reached`, a position token
   */
  reach(principal: ReadPrincipal, position: bigint, codec: PositionCodec): Promise<void>
}

/** @param waitMs how long a query waits */
export function createReadYourWrites(options: {
  database: Pick<Database, 'asPrincipal'>
  wakeups: Wakeups
  waitMs: number
  /** A monotonic clock, ms. */
  now: () => number
}): ReadYourWrites {
  const { database, wakeups, waitMs, now } = options
  return {
    async reach(principal, position, codec) {
      const reached = async () =>
        (await database.asPrincipal(principal, readCheckpoint))?.position ?? NOTHING_YET
      const waiter = wakeups.register()
      try {
        const deadline = now() + waitMs
        let current = await reached()
        while (current < position) {
          const left = deadline - now()
          if (left <= 0) throw positionNotReached(codec.encode(current))
          await waiter.wait(left)
          current = await reached()
        }
      } finally {
        waiter.close()
      }
    },
  }
}

function positionNotReached(reached: string): GraphQLError {
  return new GraphQLError('What was written at this position can not be read yet; try again', {
    extensions: { code: 'POSITION_NOT_REACHED', reached, http: { status: 503 } },
  })
}
