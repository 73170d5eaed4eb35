import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import { readCheckpoint } from '@sightline/projections/checkpoint'
import { Router } from 'express'
import type { AccessFollower } from '../access/follower.ts'

/** How long a part may take to show that it is there, ms. */
const ANSWER_WITHIN_MS = 2_000

/**
 * `GET /health/alive`: the process serves. `GET /health/ready`: it reaches the event store and the database, and hears
 * who may what; 503
 * with what is missing otherwise.
 */
export function healthRoutes(deps: {
  database: Pick<Database, 'asPrincipal'>
  eventLog: Pick<EventLog, 'lastPosition'>
  follower: Pick<AccessFollower, 'current'>
  logger: Logger
}): Router {
  const { database, eventLog, follower, logger } = deps
  const parts: Record<string, () => Promise<unknown>> = {
    database: oneAtATime(() => database.asPrincipal({ kind: 'machine' }, readCheckpoint)),
    eventStore: oneAtATime(() => eventLog.lastPosition()),
    access: async () => follower.current(),
  }
  const router = Router()
  router.get('/health/alive', (_request, response) => {
    response.set('cache-control', 'no-store').json({ status: 'alive' })
  })
  router.get('/health/ready', async (_request, response) => {
    const missing: string[] = []
    await Promise.all(
      Object.entries(parts).map(async ([name, look]) => {
        try {
          await within(ANSWER_WITHIN_MS, look())
        } catch (error) {
          missing.push(name)
          logger.warn({ err: error, part: name }, 'not ready')
        }
      }),
    )
    response
      .status(missing.length === 0 ? 200 : 503)
      .set('cache-control', 'no-store')
      .json(missing.length === 0 ? { status: 'ready' } : { status: 'not ready', missing: missing.sort() })
  })
  return router
}

/** Whoever asks while somebody looks is given what that one finds: strangers ask, and nobody counts how often. */
function oneAtATime<T>(look: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return () => {
    underWay ??= look().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('no answer in time')), ms)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
