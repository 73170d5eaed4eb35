import type { RequestHandler, Response } from 'express'
import { GraphQLError } from 'graphql'
import type { KnownPrincipal } from '../access/rights.ts'
import { type Principal, tenantOf } from '../context.ts'
import { sendProblem } from '../problem.ts'
import { networkOf, type Rate } from './rate-limits.ts'

/**
 * How much is taken, by whom it is of and from where it comes: of a principal the points that operations cost, of an
 * address requests.
 */
export interface RequestRates {
  /** Of a person, or of an agent. */
  requestsOfPrincipalRate: Rate
  /** Of a media node or a worker: they report for all the cameras that they hold. */
  requestsOfMachineRate: Rate
  /** Of a network address, whoever sends them. */
  requestsOfAddressRate: Rate
  /** Sockets that a principal has open at a time. */
  socketsOfPrincipal: number
}

/** As in production. */
export const defaultRequestRates: RequestRates = {
  requestsOfPrincipalRate: { points: 120_000, seconds: 60 },
  requestsOfMachineRate: { points: 1_200_000, seconds: 60 },
  requestsOfAddressRate: { points: 60_000, seconds: 60 },
  socketsOfPrincipal: 200,
}

/** What is counted of each policy, as its headers name the unit. */
const units = { principal: 'points', address: 'requests' } as const

/** What became of what was asked for. */
interface Taken {
  allowed: boolean
  policy: keyof typeof units
  rate: Rate
  /** How much more there is, and in how many seconds there is all of it again. */
  remaining: number
  resetS: number
}

/**
 * Counts what operations cost by principal, and requests by network address. Counts are kept in the process: each instance allows as many, and
 * no request waits for a database. What guards secrets is counted in Postgres instead (`rate-limits.ts`).
 */
export interface RequestLimits {
  /** Refuses an address that sends too much, before anything else is done; tells the others how far they may go. */
  ofAddress: RequestHandler
  /** Counts a request for a socket, which no handler sees; false where its address sends too much. */
  takeUpgradeOf(address: string | undefined): boolean
  /**
   * Takes points of a principal's and tells in the response, where there is one, how many are left. Where there are
   * fewer it takes none. Strangers count by their address alone.
   * @throws GraphQLError TOO_MANY_REQUESTS
   */
  takeOf(principal: Principal, points: number, response?: Response): void
  /**
   * Counts a socket of a principal's; what it gives is to be called when that is closed.
   * @throws GraphQLError TOO_MANY_REQUESTS where there are too many already
   */
  openSocketOf(principal: KnownPrincipal): () => void
}

/** The oldest counters are let go of when there are so many. */
const MAX_COUNTERS = 50_000

/** @param options.now ms of a clock that nobody sets back */
export function createRequestLimits(options: { rates: RequestRates; now?: () => number }): RequestLimits {
  const { rates, now = () => performance.now() } = options
  const counters = new Map<string, { used: number; resetAt: number }>()
  const socketsOf = new Map<string, number>()

  function take(policy: Taken['policy'], key: string, rate: Rate, points: number): Taken {
    const at = now()
    let counter = counters.get(key)
    if (!counter || counter.resetAt <= at) {
      counters.delete(key)
      if (counters.size >= MAX_COUNTERS) forget()
      counter = { used: 0, resetAt: at + rate.seconds * 1_000 }
      counters.set(key, counter)
    }
    const allowed = counter.used + points <= rate.points
    if (allowed) counter.used += points
    return {
      allowed,
      policy,
      rate,
      remaining: rate.points - counter.used,
      // The clock has fractions: a whole minute must not be told as a little more.
      resetS: Math.ceil(Math.round((counter.resetAt - at) * 1_000) / 1_000_000),
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
    take('address', `address ${networkOf(address ?? '')}`, rates.requestsOfAddressRate, 1)

  return {
    takeUpgradeOf: address => takeOfAddress(address).allowed,
    ofAddress(request, response, next) {
      const taken = takeOfAddress(request.ip)
      tell(response, taken)
      if (taken.allowed) return next()
      sendProblem(response, 429, 'Too many requests')
    },
    takeOf(principal, points, response) {
      if (principal.kind === 'anonymous') return
      const serves = principal.kind === 'media_node' || principal.kind === 'worker'
      const rate = serves ? rates.requestsOfMachineRate : rates.requestsOfPrincipalRate
      const taken = take('principal', keyOf(principal), rate, points)
      if (response) tell(response, taken)
      if (!taken.allowed)
        throw tooManyRequests(`Too many requests; try again in ${taken.resetS} s`, taken.resetS)
    },
    openSocketOf(principal) {
      const key = keyOf(principal)
      const open = socketsOf.get(key) ?? 0
      if (open >= rates.socketsOfPrincipal) throw tooManyRequests('Too many sockets are open')
      socketsOf.set(key, open + 1)
      return () => {
        const left = socketsOf.get(key)! - 1
        if (left > 0) socketsOf.set(key, left)
        else socketsOf.delete(key)
      }
    },
  }
}

/** The fields of draft-ietf-httpapi-ratelimit-headers. */
function tell(response: Response, { allowed, policy, rate, remaining, resetS }: Taken): void {
  tellPolicy(response, 'ratelimit-policy', policy, `q=${rate.points};w=${rate.seconds};qu="${units[policy]}"`)
  tellPolicy(response, 'ratelimit', policy, `r=${remaining};t=${resetS}`)
  if (!allowed) response.set('retry-after', String(resetS))
}

/** Says what holds of a policy now, beside the others. */
function tellPolicy(response: Response, header: string, policy: string, holds: string): void {
  const told = [response.getHeader(header) ?? []].flat().map(String)
  const others = told.filter(text => !text.startsWith(`"${policy}"`))
  response.set(header, [...others, `"${policy}";${holds}`])
}

function keyOf(principal: KnownPrincipal): string {
  return `${principal.kind} ${tenantOf(principal)} ${principal.id}`
}

function tooManyRequests(message: string, retryAfterS?: number): GraphQLError {
  return new GraphQLError(message, {
    extensions: { code: 'TOO_MANY_REQUESTS', http: { status: 429 }, retryAfterS },
  })
}
