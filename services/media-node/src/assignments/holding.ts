import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '@sightline/logging/logging'
import { unlessAborted } from '@sightline/waiting/giving-up'
import type { Session, SessionPhase } from '../sessions/session.ts'
import type { ControlClient, StreamEpoch, StreamReport } from './assignment.ts'

/** What holding a session needs; durations in ms. */
export interface HoldingDeps {
  client: Pick<ControlClient, 'renewLease' | 'report'>
  leaseRenewalMs: number
  /** How long the session goes on without a renewal that was answered. */
  leaseBoundMs: number
  commandRetryMs: number
  newId: () => string
  logger: Logger
  /** The API refuses this epoch: it is another's, or over, or nobody knows any more. Told once. */
  onRefused: () => void
}

/**
 * A session that this node holds: keeps its lease and tells the API where it stands. What could not be told is told
 * when the API is there again; of several changes meanwhile only the last.
 */
export class Holding {
  readonly epoch: StreamEpoch
  readonly #deps: HoldingDeps
  readonly #closing = new AbortController()
  readonly #renewing: Promise<void>
  #session: Session | undefined
  #untold: StreamReport | undefined
  #told = ''
  #telling: Promise<void> = Promise.resolve()

  constructor(epoch: StreamEpoch, deps: HoldingDeps) {
    this.epoch = epoch
    this.#deps = deps
    this.#renewing = this.#renew()
  }

  get running(): boolean {
    return this.#session !== undefined
  }

  get session(): Session | undefined {
    return this.#session
  }

  /** @param start is given where to tell the session's phases */
  run(start: (onPhase: (phase: SessionPhase) => void) => Session): void {
    this.#session = start(phase => {
      const report = reportOf(phase)
      if (report) this.#tell(report)
    })
  }

  /** Ends the session and tells nobody. */
  async drop(): Promise<void> {
    this.#closing.abort()
    await Promise.all([this.#session?.close(), this.#renewing, this.#telling])
  }

  /**
   * Ends the session, then tells the API so, until it has taken or refused that.
   * @param givingUp ends the telling, where the API can't be reached
   */
  async end(givingUp: AbortSignal): Promise<void> {
    await this.#session?.close()
    this.#tell({ report: 'ended' })
    const stop = () => this.#closing.abort()
    givingUp.addEventListener('abort', stop, { once: true })
    if (givingUp.aborted) stop()
    await this.#telling
    givingUp.removeEventListener('abort', stop)
    await this.drop()
  }

  async #renew(): Promise<void> {
    const { signal } = this.#closing
    const { client, leaseRenewalMs, leaseBoundMs, logger } = this.#deps
    const bound = setTimeout(() => this.#refused('LEASE_NOT_RENEWED'), leaseBoundMs)
    signal.addEventListener('abort', () => clearTimeout(bound), { once: true })
    while (!signal.aborted) {
      await wait(leaseRenewalMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) return
      try {
        const answer = await unlessAborted(client.renewLease(this.epoch), signal)
        if (answer.outcome === 'rejected') return this.#refused(answer.code)
        bound.refresh()
      } catch (error) {
        if (signal.aborted) return
        logger.warn({ ...this.epoch, err: error }, 'lease not renewed, trying again')
      }
    }
  }

  #tell(report: StreamReport): void {
    this.#untold = report
    this.#telling = this.#telling.then(() => this.#tellUntold())
  }

  async #tellUntold(): Promise<void> {
    while (this.#untold && !this.#closing.signal.aborted) {
      const report = this.#untold
      // Two changes that undid each other before they were told are no news.
      if (JSON.stringify(report) !== this.#told) await this.#deliver(report)
      if (this.#untold === report) this.#untold = undefined
    }
  }

  /** Tries until the API has taken or refused it, or a newer report has taken its place. */
  async #deliver(report: StreamReport): Promise<void> {
    const { signal } = this.#closing
    const { client, commandRetryMs, newId, logger } = this.#deps
    const commandId = newId()
    while (!signal.aborted && this.#untold === report) {
      try {
        const answer = await unlessAborted(client.report(this.epoch, report, commandId), signal)
        if (answer.outcome === 'rejected') return this.#refused(answer.code)
        this.#told = JSON.stringify(report)
        return
      } catch (error) {
        if (signal.aborted) return
        logger.warn(
          { ...this.epoch, report: report.report, err: error },
          'report not delivered, trying again',
        )
        await wait(commandRetryMs, undefined, { signal }).catch(() => undefined)
      }
    }
  }

  #refused(code: string): void {
    if (this.#closing.signal.aborted) return
    this.#deps.logger.info({ ...this.epoch, code }, 'epoch refused, letting go of the session')
    this.#closing.abort()
    this.#deps.onRefused()
  }
}

function reportOf(phase: SessionPhase): StreamReport | undefined {
  switch (phase.phase) {
    case 'CONNECTING':
      return undefined
    case 'LIVE':
      return { report: 'live', video: phase.video }
    case 'RECONNECTING':
      return { report: 'reconnecting', reason: phase.reason, detail: phase.detail }
    case 'FAILED':
      return { report: 'failed', reason: phase.reason, detail: phase.detail }
  }
}
