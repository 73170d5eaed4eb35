import type { RequestHandler, Response } from 'express'
import { GraphQLError } from 'graphql'
import { type Principal, tenantOf } from '../context.ts'
import { sendProblem } from '../problem.ts'
import { networkOf, type Rate } from './rate-limits.ts'

/** How many requests are taken, by whom they are of and from where they come. */
export interface RequestRates {
  /** Of a person, or of an agent. */
  requestsOfPrincipalRate: Rate
  /** Of a media node or a worker: they report for all the cameras that they hold. */
  requestsOfMachineRate: Rate
  /** Of a network address, whoever sends them. */
  requestsOfAddressRate: Rate
}

/** As in production. */
export const defaultRequestRates: RequestRates = {
  requestsOfPrincipalRate: { points: 6_000, seconds: 60 },
  requestsOfMachineRate: { points: 60_000, seconds: 60 },
  requestsOfAddressRate: { points: 60_000, seconds: 60 },
}

/** What became of one request's count. */
export interface Taken {
  allowed: boolean
  /** `principal` or `address`. */
  policy: string
  rate: Rate
  /** How many more there may be, and in how many seconds there may be all of them again. */
  remaining: number
  resetS: number
}

/**
 * Counts requests by principal and by network address. Counts are kept in the process: each instance allows as many, and
 * no request waits for a database. What guards secrets is counted in Postgres instead (`rate-limits.ts`).
 */
export interface RequestLimits {
  /** Refuses an address that sends too much, before anything else is done; tells the others how far they may go. */
  ofAddress: RequestHandler
  /** Counts a request for a socket, which no handler sees; false where its address sends too much. */
  takeUpgradeOf(address: string | undefined): boolean
  /**
   * Counts a request of a principal and tells in the response, where there is one, how far they may go. Strangers count
   * by their address alone.
   * @throws GraphQLError TOO_MANY_REQUESTS
   */
  takeOf(principal: Principal, response?: Response): void
}

/** The oldest counters are let go of when there are so many. */
const MAX_COUNTERS = 50_000

/** @param options.now ms of a clock that nobody sets back */
export function createRequestLimits(options: { rates: RequestRates; now?: () => number }): RequestLimits {
  const { rates, now = () => performance.now() } = options
  const counters = new Map<string, { used: number; resetAt: number }>()

  function take(policy: Taken['policy'], key: string, rate: Rate): Taken {
    const at = now()
    let counter = counters.get(key)
    if (!counter || counter.resetAt <= at) {
      counters.delete(key)
      if (counters.size >= MAX_COUNTERS) forget()
      counter = { used: 0, resetAt: at + rate.seconds * 1_000 }
      counters.set(key, counter)
    }
    counter.used += 1
    return {
      allowed: counter.used <= rate.points,
      policy,
      rate,
      remaining: Math.max(0, rate.points - counter.used),
      resetS: Math.ceil((counter.resetAt - at) / 1_000),
    }
  }

  /** The oldest of them, ever so many at once: looking for those that ran out would cost more with each that didn't. */
  function forget(): void {
    let left = MAX_COUNTERS / 4
    for (const key of counters.keys()) {
      if (left-- <= 0) return
      counters.delete(key)
    }
  }

  const takeOfAddress = (address: string | undefined) =>
    take('address', `address ${networkOf(address ?? '')}`, rates.requestsOfAddressRate)

  return {
    takeUpgradeOf: address => takeOfAddress(address).allowed,
    ofAddress(request, response, next) {
      const taken = takeOfAddress(request.ip)
      tell(response, taken)
      if (taken.allowed) return next()
      sendProblem(response, 429, 'Too many requests')
    },
    takeOf(principal, response) {
      if (principal.kind === 'anonymous') return
      const serves = principal.kind === 'media_node' || principal.kind === 'worker'
      const rate = serves ? rates.requestsOfMachineRate : rates.requestsOfPrincipalRate
      const key = `${principal.kind} ${tenantOf(principal)} ${principal.id}`
      const taken = take('principal', key, rate)
      if (response) tell(response, taken)
      if (!taken.allowed) throw tooManyRequests(taken)
    },
  }
}

/** The fields of draft-ietf-httpapi-ratelimit-headers: one more policy beside those that were told before. */
function tell(response: Response, { allowed, policy, rate, remaining, resetS }: Taken): void {
  response.append('ratelimit-policy', `"${policy}";q=${rate.points};w=${rate.seconds}`)
  response.append('ratelimit', `"${policy}";r=${remaining};t=${resetS}`)
  if (!allowed) response.set('retry-after', String(resetS))
}

function tooManyRequests({ resetS }: Taken): GraphQLError {
  return new GraphQLError(`Too many requests; try again in ${resetS} s`, {
    extensions: { code: 'TOO_MANY_REQUESTS', http: { status: 429 }, retryAfterS: resetS },
  })
}
