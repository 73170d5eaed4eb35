import { setTimeout as delay } from 'node:timers/promises'
import type { AgentStatus } from '@sightline/contracts/agents'
import type { Logger } from '@sightline/logging/logging'
import { backoff } from '@sightline/waiting/backoff'
import type { AgentApi } from './api.ts'

/** Where an agent is in its life. */
export type AgentPhase =
  | { phase: 'new' }
  /** Nobody has entered the code yet; without one the API gave none so far. */
  | { phase: 'waiting to be paired'; code: string | null }
  | { phase: 'paired'; lastHeardAt: Date }
  | { phase: 'closed' }

/** A pairing code to be shown to whoever stands before the device. */
export interface ShownCode {
  code: string
  expiresAt: Date
}

/** The agent beside the cameras: gets itself paired, then says regularly that it is there. */
export interface Agent {
  start(): void
  readonly phase: AgentPhase
  /** Says OFFLINE, if it is paired and the API can be reached, and ends. */
  close(): Promise<void>
}

const RETRY_AFTER_MS = { first: 500, longest: 30_000 }
/** How long closing waits for what is under way, and then for the farewell to be heard. */
const FAREWELL_MS = 2_000
/** A code is renewed this long before it runs out, so that nobody reads one that is about to. */
const RENEW_CODE_BEFORE_MS = 5_000
/** The shortest time that a code is shown, whatever the clocks say. */
const SHORTEST_CODE_MS = 10_000

/**
 * @param options.pairingPollMs how often it looks whether it has been paired
 * @param options.status what a heartbeat tells
 * @param options.onPairingCode shows a code
 * @param options.now the clock of what it tells
 * @param options.monotonic a clock that never jumps, ms
 */
export function createAgent(options: {
  api: AgentApi
  name: string
  serial: string
  pairingPollMs: number
  status: () => AgentStatus
  onPairingCode: (shown: ShownCode) => void
  logger: Logger
  now?: () => Date
  monotonic?: () => number
}): Agent {
  const { api, name, serial, pairingPollMs, status, onPairingCode, logger } = options
  const now = options.now ?? (() => new Date())
  const monotonic = options.monotonic ?? (() => performance.now())
  const stopping = new AbortController()
  let phase: AgentPhase = { phase: 'new' }
  let running: Promise<void> | undefined
  let codeUntil = Number.NEGATIVE_INFINITY

  async function askForCode(): Promise<void> {
    if (monotonic() < codeUntil) return
    const answer = await api.requestPairing({ name, serial })
    if (stopping.signal.aborted) return
    switch (answer.kind) {
      case 'code': {
        const shownFor = Math.max(answer.lastsMs - RENEW_CODE_BEFORE_MS, answer.lastsMs / 2, SHORTEST_CODE_MS)
        codeUntil = monotonic() + shownFor
        phase = { phase: 'waiting to be paired', code: answer.code }
        onPairingCode({ code: answer.code, expiresAt: answer.expiresAt })
        return
      }
      case 'too many requests':
        codeUntil = monotonic() + RETRY_AFTER_MS.longest
        logger.warn('no pairing code: too many requests from this network')
        return
      case 'already paired':
        // Somebody has just entered the code: the next heartbeat is heard.
        return
    }
  }

  /** One step of the agent's life. @returns how long to rest afterwards, ms */
  async function step(): Promise<number> {
    const answer = await api.heartbeat(status())
    if (answer.kind === 'not paired') {
      if (phase.phase === 'paired') logger.warn('this agent is not paired any more')
      if (phase.phase !== 'waiting to be paired') phase = { phase: 'waiting to be paired', code: null }
      await askForCode()
      return pairingPollMs * (0.8 + 0.4 * Math.random())
    }
    if (phase.phase !== 'paired') logger.info('paired')
    phase = { phase: 'paired', lastHeardAt: now() }
    codeUntil = Number.NEGATIVE_INFINITY
    // A little early and never late; spread, so that agents that were switched on together part.
    return answer.nextWithinMs * (0.85 + 0.1 * Math.random())
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!stopping.signal.aborted) {
      let rest: number
      try {
        rest = await step()
        if (failures > 0) logger.info({ failures }, 'the API is reached again')
        failures = 0
      } catch (error) {
        if (failures === 0) logger.warn({ err: error }, 'the API is not reached')
        rest = backoff(failures, RETRY_AFTER_MS)
        failures += 1
      }
      await delay(rest, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }

  async function sayFarewell(): Promise<void> {
    if (phase.phase !== 'paired') return
    const farewell = api.heartbeat('OFFLINE').catch(error => {
      logger.info({ err: error }, 'left without a word: the API is not reached')
    })
    await Promise.race([farewell, delay(FAREWELL_MS, undefined, { ref: false })])
  }

  return {
    get phase() {
      return phase
    },
    start() {
      running ??= run()
    },
    async close() {
      if (phase.phase === 'closed') return
      stopping.abort()
      await Promise.race([running, delay(FAREWELL_MS, undefined, { ref: false })])
      await sayFarewell()
      phase = { phase: 'closed' }
      api.close()
    },
  }
}
