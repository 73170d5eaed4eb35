import type { Database } from '@sightline/database/database'
import ipaddr from 'ipaddr.js'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'

/** How often something may happen: `points` times in `seconds`. */
export interface Rate {
  points: number
  seconds: number
}

/** Counts attempts by key, over all instances of the API. */
export interface Limiter {
  /** Counts one attempt before it is made; false where there were too many already. */
  take(key: string): Promise<boolean>
  /** Takes back an attempt that turned out to be right. */
  giveBack(key: string): Promise<void>
}

/**
 * Counters in `ops.rate_limits`. `name` keeps the keys of limiters apart. Whoever was refused is refused from memory until
 * the time is over: they would all wait for one row, and whoever needs the database for these.
 *
 * @param options.givesBack whether attempts are given back, so that somebody who was refused may soon go on
 */
export function createLimiter(
  database: Pick<Database, 'inOps'>,
  name: string,
  rate: Rate,
  { givesBack = false } = {},
): Limiter {
  const limiter = new RateLimiterPostgres({
    storeClient: queryClient(database),
    storeType: 'client',
    schemaName: 'ops',
    tableName: 'rate_limits',
    tableCreated: true,
    // The sweeper clears what ran out; the library would start a timer that can't be stopped.
    clearExpiredByTimeout: false,
    keyPrefix: name,
    points: rate.points,
    duration: rate.seconds,
    ...(givesBack ? {} : { inMemoryBlockOnConsumed: rate.points + 1 }),
  })
  return {
    async take(key) {
      try {
        await limiter.consume(key)
        return true
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return false
        throw refusal
      }
    },
    async giveBack(key) {
      await limiter.reward(key)
    },
  }
}

/**
 * What a network address counts as: an IPv4 address as itself, an IPv6 address as its /64, of which a single host
 * may have all addresses.
 */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown'
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  return `${(parsed as ipaddr.IPv6).parts
    .slice(0, 4)
    .map(part => part.toString(16))
    .join(':')}::/64`
}

/** What the limiter asks of pg's client, through the one door to `ops`. It reckons with numbers, not bigints. */
function queryClient(database: Pick<Database, 'inOps'>) {
  return {
    async query(query: { text: string; values?: unknown[] }) {
      const rows = await database.inOps('ops_api', null, sql =>
        sql<{ points: number; expire: bigint | null }>(`/* rateLimit */ ${query.text}`, query.values),
      )
      return {
        rowCount: rows.length,
        rows: rows.map(row => ({ ...row, expire: row.expire === null ? null : Number(row.expire) })),
      }
    },
  }
}

/** Removes counters that ran out before `now`. */
export async function clearRateLimits(database: Pick<Database, 'inOps'>, now: Date): Promise<void> {
  await database.inOps('ops_api', null, sql =>
    sql('/* clearRateLimits */ delete from ops.rate_limits where expire < $1', [now.getTime()]),
  )
}
