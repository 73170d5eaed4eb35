import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import { AccessUnavailableError } from '../unavailable.ts'
import { createFreshness } from './freshness.ts'
import { type Caller, isSameRights, type Standing, standingOf } from './rights.ts'
import {
  type AccessState,
  accessEventTypes,
  applyAccessEvent,
  emptyAccessState,
  forgetEndedSessions,
  type RecordedAccessEvent,
  type Touched,
} from './state.ts'

/** The bounds within which a right that was taken away ends everything, ms. */
export interface AccessBounds {
  /** How often the last position of the log is read. */
  probeMs: number
  /** Behind or silent for so long, the state decides nothing new. */
  staleMs: number
  /** Behind or silent for so long, it ends what is open. */
  lostMs: number
  /** How long somebody waits for the state to reach a position. */
  patienceMs: number
}

/** As the design has them. */
export const defaultAccessBounds: AccessBounds = {
  probeMs: 1_000,
  staleMs: 3_000,
  lostMs: 15_000,
  patienceMs: 2_500,
}

/** Somebody whose standing is followed while they are connected. */
export interface AccessWatch {
  /** As it is now. */
  readonly standing: Standing
  /**
   * Whether the standing is that of this moment: `unheard` where nobody knows. What the clock has ended by now is told
   * before it answers.
   */
  check(): 'heard' | 'unheard'
  /** Resolves with true once the state is of this moment again, with false when the watch is closed. */
  heard(): Promise<boolean>
  close(): void
}

/** What a watch tells. */
export interface AccessWatcher {
  /**
   * The standing is another, or what may be done with it is; `position` is that of the event that made it so, or of now
   * where time did.
   */
  changed(standing: Standing, position: bigint): void
  /** The log has not been heard for too long: what is open must end. */
  lost(): void
}

/** Who may what, as the log says at this moment. One in each process that decides. */
export interface AccessFollower {
  /** Reads the log to its present end. */
  start(): Promise<void>
  /** Up to where the log is in the state. */
  readonly position: bigint
  /**
   * The state of this moment.
   * @throws AccessUnavailableError where the log isn't heard
   */
  current(): AccessState
  /** What the state says of somebody now. @throws AccessUnavailableError where the log isn't heard */
  standing(caller: Caller): Standing
  /** Resolves when the state holds what is in the log at this moment. @throws AccessUnavailableError in vain */
  catchUp(): Promise<void>
  /** Resolves when the state holds what is in the log up to a position. @throws AccessUnavailableError in vain */
  reach(position: bigint): Promise<void>
  /** Follows somebody's standing. */
  watch(caller: Caller, watcher: AccessWatcher): AccessWatch
  close(): Promise<void>
}

/** A subscription that makes no way for so long although there is more to read is opened anew, ms. */
const STUCK_MS = 5_000

/** How often sessions that nobody can use any more are let go of, ms. */
const FORGET_EVERY_MS = 600_000

const types: ReadonlySet<string> = new Set(accessEventTypes)

interface Watched extends AccessWatch {
  caller: Caller
  watcher: AccessWatcher
  standing: Standing
  resume(): void
}

/**
 * Follows the access events by a subscription of its own.
 *
 * @param options.now the clock that grants, sessions and keys end by
 * @param options.monotonic ms of a clock that nobody sets
 */
export function createAccessFollower(options: {
  eventLog: Pick<EventLog, 'readAll' | 'lastPosition'>
  now: () => Date
  monotonic?: () => number
  bounds?: AccessBounds
  logger: Pick<Logger, 'info' | 'warn' | 'error'>
}): AccessFollower {
  const { eventLog, now, monotonic = () => performance.now(), logger } = options
  const { probeMs, staleMs, lostMs, patienceMs } = options.bounds ?? defaultAccessBounds
  const state = emptyAccessState()
  const freshness = createFreshness({ staleMs, monotonic })
  const watched = new Set<Watched>()
  const bySubject = new Map<string, Set<Watched>>()
  const byTenant = new Map<string, Set<Watched>>()
  const waiting = new Set<{ position: bigint; resolve: () => void }>()
  const closing = new AbortController()
  let position = -1n
  let movedAt = monotonic()
  let reading: { stop: AbortController; done: Promise<void> } | undefined
  let timer: NodeJS.Timeout | undefined
  let forgottenAt = monotonic()
  let failed = false
  let told: 'heard' | 'unheard' | 'lost' = 'heard'
  let probe: Promise<bigint> | undefined
  let nextProbe: Promise<bigint> | undefined

  function apply(event: RecordedAccessEvent): void {
    const touched = applyAccessEvent(state, event)
    if (watched.size === 0) return
    if (touched) tellTouched(touched, event.position)
    if (event.type === 'TenantSuspended' || event.type === 'TenantResumed') tellNodes(event.position)
  }

  function tellTouched(touched: NonNullable<Touched>, at: bigint): void {
    const concerned =
      'tenantId' in touched ? byTenant.get(touched.tenantId) : bySubject.get(touched.subjectId)
    // Whoever is told may close and so leave the set.
    for (const one of [...(concerned ?? [])]) judge(one, at)
  }

  /** The streams that nodes may act on are others now, although their own standing is the same. */
  function tellNodes(at: bigint): void {
    for (const one of [...watched]) {
      if (one.caller.principal.kind === 'media_node') one.watcher.changed(one.standing, at)
    }
  }

  function judge(one: Watched, at: bigint): void {
    const before = one.standing
    one.standing = standingOf(state, one.caller, now().getTime())
    if (!isSameStanding(before, one.standing)) one.watcher.changed(one.standing, at)
  }

  function readUpTo(reached: bigint): void {
    position = reached
    movedAt = monotonic()
    freshness.reached(position)
    for (const one of waiting) {
      if (one.position > position) continue
      waiting.delete(one)
      one.resolve()
    }
    if (told !== 'heard') look()
  }

  async function follow(stop: AbortSignal, { live }: { live: boolean }): Promise<void> {
    try {
      const batches = eventLog.readAll({
        after: position < 0n ? null : position,
        signal: AbortSignal.any([stop, closing.signal]),
        live,
        types,
        personal: 'erased',
        onReadUpTo: reached => {
          if (!stop.aborted) readUpTo(reached)
        },
      })
      for await (const batch of batches) {
        if (stop.aborted) return
        for (const event of batch) apply(event as RecordedAccessEvent)
      }
    } catch (error) {
      failed = true
      // Whoever can't read who may what lets nobody do anything.
      logger.error({ err: error, after: position }, 'the access events can not be followed')
    }
  }

  function read(): void {
    const stop = new AbortController()
    movedAt = monotonic()
    reading = { stop, done: follow(stop.signal, { live: true }) }
  }

  /** Reads the log's end. What is under way already may have begun before whoever asks now. */
  function probeNow(): Promise<bigint> {
    if (probe) {
      nextProbe ??= probe.catch(() => {}).then(startProbe)
      return nextProbe
    }
    return startProbe()
  }

  function startProbe(): Promise<bigint> {
    const startedAt = monotonic()
    nextProbe = undefined
    const current = eventLog.lastPosition({ withinMs: Math.min(staleMs, 2 * probeMs) })
    probe = current
    const settle = () => {
      if (probe === current) probe = undefined
    }
    current.then(last => {
      settle()
      freshness.probed({ startedAt, last, position })
      if (told !== 'heard') look()
    }, settle)
    return current
  }

  function look(): void {
    const heard = freshness.age() >= lostMs || failed ? 'lost' : freshness.isStale() ? 'unheard' : 'heard'
    if (heard === told) return
    const before = told
    told = heard
    if (heard === 'heard') {
      logger.info({ position }, 'the access events are heard again')
      for (const one of watched) one.resume()
      return
    }
    if (before === 'heard')
      logger.warn({ position }, 'the access events are not heard: nothing new is served')
    if (heard === 'lost') {
      logger.error({ position }, 'the access events were not heard for too long: connections end')
      for (const one of [...watched]) one.watcher.lost()
    }
  }

  function tick(): void {
    if (!probe) startProbe().catch(() => {})
    look()
    const at = now().getTime()
    for (const one of [...watched])
      if ('until' in one.standing && one.standing.until <= at) judge(one, position)
    if (freshness.isBehind(position) && monotonic() - movedAt > STUCK_MS && reading && !failed) {
      logger.warn({ position }, 'the subscription to the access events is stuck and opened anew')
      reading.stop.abort()
      read()
    }
    if (monotonic() - forgottenAt > FORGET_EVERY_MS) {
      forgottenAt = monotonic()
      forgetEndedSessions(state, at)
    }
  }

  function requireHeard(): void {
    if (failed || freshness.isStale()) throw new AccessUnavailableError('the access events are not heard')
  }

  async function reach(wanted: bigint, withinMs = patienceMs): Promise<void> {
    if (position >= wanted) return
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const one = { position: wanted, resolve: () => resolve(true) }
    waiting.add(one)
    const impatience = setTimeout(() => resolve(false), withinMs)
    const reached = await promise
    clearTimeout(impatience)
    waiting.delete(one)
    if (!reached) throw new AccessUnavailableError('the access events are behind')
  }

  function indexed(index: Map<string, Set<Watched>>, key: string): Set<Watched> {
    let found = index.get(key)
    if (!found) {
      found = new Set()
      index.set(key, found)
    }
    return found
  }

  return {
    async start() {
      const end = await eventLog.lastPosition()
      // However many events of others there are, they stay where they are.
      await follow(closing.signal, { live: false })
      if (failed) throw startFault()
      read()
      // However long the log is: whoever starts has time.
      const caughtUp = reach(end, 2_147_483_647)
      await Promise.race([caughtUp, reading?.done.then(() => failed && Promise.reject(startFault()))])
      if (position < end) await caughtUp
      await probeNow()
      timer = setInterval(tick, probeMs)
    },
    get position() {
      return position
    },
    current() {
      requireHeard()
      return state
    },
    standing(caller) {
      requireHeard()
      return standingOf(state, caller, now().getTime())
    },
    async catchUp() {
      requireHeard()
      let end: bigint
      try {
        end = await probeNow()
      } catch (cause) {
        throw new AccessUnavailableError('the end of the log can not be read', { cause })
      }
      await reach(end)
    },
    reach: wanted => reach(wanted),
    watch(caller, watcher) {
      const { principal } = caller
      const subject = indexed(bySubject, principal.id)
      const tenant = 'tenantId' in principal ? indexed(byTenant, principal.tenantId) : undefined
      let resumed: ((heard: boolean) => void)[] = []
      let closed = false
      const resume = (heard: boolean) => {
        const waiters = resumed
        resumed = []
        for (const one of waiters) one(heard)
      }
      const one: Watched = {
        caller,
        watcher,
        standing: standingOf(state, caller, now().getTime()),
        check() {
          if ('until' in one.standing && one.standing.until <= now().getTime()) judge(one, position)
          return failed || freshness.isStale() ? 'unheard' : 'heard'
        },
        heard() {
          if (closed) return Promise.resolve(false)
          if (one.check() === 'heard') return Promise.resolve(true)
          const resumption = new Promise<boolean>(resolve => resumed.push(resolve))
          // Between two looks it may have aged: only what was found unheard is told when it is heard again.
          look()
          return resumption
        },
        resume: () => resume(true),
        close() {
          closed = true
          watched.delete(one)
          subject.delete(one)
          tenant?.delete(one)
          if (subject.size === 0 && bySubject.get(principal.id) === subject) bySubject.delete(principal.id)
          if (tenant?.size === 0 && 'tenantId' in principal && byTenant.get(principal.tenantId) === tenant)
            byTenant.delete(principal.tenantId)
          resume(false)
        },
      }
      watched.add(one)
      subject.add(one)
      tenant?.add(one)
      return one
    },
    async close() {
      closing.abort()
      clearInterval(timer)
      for (const one of [...watched]) one.close()
      await reading?.done
    },
  }
}

function startFault(): Error {
  return new AccessUnavailableError('the access events can not be followed')
}

/** Ends by the clock don't make a standing another: they are looked at when they have come. */
function isSameStanding(one: Standing, other: Standing): boolean {
  if ('none' in one || 'none' in other) return 'none' in one && 'none' in other && one.none === other.none
  return isSameRights(one.rights, other.rights)
}
