import type { Database } from '@sightline/database/database'
import type { Listening } from '@sightline/database/listening'
import type { Logger } from '@sightline/logging/logging'
import { NOTHING_YET, READ_CHANNEL, readCheckpoint } from '@sightline/projections/checkpoint'
import type { Model } from '@sightline/projections/projection'
import { tenantMark } from '@sightline/projections/wake'

/** Waits until rows may have changed. What it is told is a hint: whoever is woken looks for themselves. */
export interface Waiter {
  /**
   * Resolves with true at the next wake-up, at once if there was one since the last call; with false when the
   * waiter is closed, or after `timeoutMs`.
   */
  wait(timeoutMs?: number): Promise<boolean>
  close(): void
}

/** Wakes those who wait for changed rows: the one LISTEN connection of the process. */
export interface Wakeups {
  start(): Promise<void>
  /**
   * Hears of changes in any of these models from now on; without models of every step of the checkpoint.
   * @param tenantId whose rows; of all where it is null
   */
  register(models?: readonly Model[], tenantId?: string | null): Waiter
  close(): Promise<void>
}

interface Registered {
  models: readonly Model[] | undefined
  /** Undefined for all tenants. */
  mark: string | undefined
  wake(): void
  close(): void
}

/**
 * Notifications may be lost without anybody's notice, so after each reconnection everybody is woken, and every
 * `recheckMs` the checkpoint itself is asked whether it moved unheard.
 */
export function createWakeups(options: {
  database: Pick<Database, 'listen' | 'asPrincipal'>
  logger: Logger
  recheckMs: number
}): Wakeups {
  const { database, logger, recheckMs } = options
  const registered = new Set<Registered>()
  let heard: bigint | undefined
  let listening: Listening | undefined
  let timer: NodeJS.Timeout | undefined
  let rechecking: Promise<void> | undefined

  function wakeAll(): void {
    for (const one of registered) one.wake()
  }

  function hear(payload: string): void {
    const notice = parseNotice(payload)
    if (!notice) {
      wakeAll()
      return
    }
    heard = notice.position
    const { models, tenants } = notice
    for (const one of registered) {
      if (one.mark !== undefined && tenants && !tenants.has(one.mark)) continue
      if (!one.models || one.models.some(model => models.includes(model))) one.wake()
    }
  }

  async function recheck(): Promise<void> {
    try {
      const checkpoint = await database.asPrincipal({ kind: 'machine' }, readCheckpoint)
      const position = checkpoint?.position ?? NOTHING_YET
      if (position === heard) return
      heard = position
      wakeAll()
    } catch (error) {
      logger.warn({ err: error }, 'the checkpoint could not be read')
    }
  }

  return {
    async start() {
      listening = await database.listen(READ_CHANNEL, hear, wakeAll)
      timer = setInterval(() => {
        rechecking ??= recheck().finally(() => {
          rechecking = undefined
        })
      }, recheckMs)
    },
    register(models, tenantId = null) {
      let woken = false
      let closed = false
      let resume: ((woken: boolean) => void) | undefined
      const one: Registered = {
        models,
        mark: tenantId === null ? undefined : tenantMark(tenantId),
        wake() {
          woken = true
          settle()
        },
        close() {
          closed = true
          registered.delete(one)
          settle()
        },
      }
      function settle(): void {
        const waiting = resume
        resume = undefined
        if (!waiting) return
        const answer = woken && !closed
        woken = false
        waiting(answer)
      }
      registered.add(one)
      return {
        wait(timeoutMs) {
          if (closed) return Promise.resolve(false)
          if (woken) {
            woken = false
            return Promise.resolve(true)
          }
          return new Promise(resolve => {
            const timeout = timeoutMs === undefined ? undefined : setTimeout(settle, timeoutMs)
            resume = answer => {
              clearTimeout(timeout)
              resolve(answer)
            }
          })
        },
        close: one.close,
      }
    },
    async close() {
      clearInterval(timer)
      for (const one of registered) one.close()
      await listening?.close()
      await rechecking
    },
  }
}

interface Notice {
  position: bigint
  models: readonly string[]
  /** By their marks; undefined where it isn't told whose rows changed. */
  tenants: ReadonlySet<unknown> | undefined
}

function parseNotice(payload: string): Notice | undefined {
  try {
    const { position, models, tenants } = JSON.parse(payload) as Record<string, unknown>
    if (typeof position !== 'string' || !/^-?\d+$/.test(position) || !Array.isArray(models)) return undefined
    return {
      position: BigInt(position),
      models,
      tenants: Array.isArray(tenants) ? new Set(tenants) : undefined,
    }
  } catch {
    return undefined
  }
}
