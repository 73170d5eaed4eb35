import type {
  Answer,
  Assignment,
  AssignmentsChange,
  ControlClient,
  StreamEpoch,
  StreamReport,
} from '../src/assignments/assignment.ts'

/** A report as it was taken. */
export interface TakenReport extends StreamEpoch {
  nodeId: string
  report: StreamReport
}

interface Row {
  assignment: Assignment
  source: string
  /** A session that is no longer wanted is held until its node says that it has ended. */
  wanted: boolean
}

/**
 * What the API is for media nodes, in memory: claims, epochs, leases and reports by its rules, and a switch that
 * makes it unreachable.
 */
export class ControlInMemory {
  readonly reports: TakenReport[] = []
  readonly renewals: StreamEpoch[] = []
  /** While it is false everything sent to it fails, and nobody is told of changes. */
  reachable = true
  /** While it is false what is sent to it is neither taken nor answered, ever. */
  answering = true
  readonly #rows = new Map<string, Row>()
  readonly #followers = new Map<(change: AssignmentsChange) => void, string>()
  readonly #claimsByCommand = new Map<string, number>()
  #revision = 0

  /** The API as one node sees it. */
  clientOf(nodeId: string): ControlClient {
    return {
      followAssignments: onChange => {
        this.#followers.set(onChange, nodeId)
        queueMicrotask(() => this.#snapshot(onChange, nodeId))
        return { close: () => this.#followers.delete(onChange) }
      },
      claimStream: async ({ streamId }, commandId) => {
        await this.#mustAnswer()
        return this.#claim(nodeId, streamId, commandId)
      },
      renewLease: async epoch => {
        await this.#mustAnswer()
        if (!this.#holds(nodeId, epoch)) return { outcome: 'rejected', code: 'STALE_EPOCH' }
        this.renewals.push(epoch)
        return { outcome: 'accepted' }
      },
      report: async (epoch, report) => {
        await this.#mustAnswer()
        return this.#report(nodeId, epoch, report)
      },
    }
  }

  /** A camera wants a session. */
  want(assignment: Omit<Assignment, 'claim' | 'source'>, source: string): void {
    this.#rows.set(assignment.streamId, {
      assignment: { ...assignment, claim: null, source: null },
      source,
      wanted: true,
    })
    this.#changed(assignment.streamId)
  }

  /** The camera wants the session no longer. */
  unwant(streamId: string): void {
    this.#row(streamId).wanted = false
    this.#tell({ replaces: false, changed: [], removed: [streamId] })
  }

  /** The lease ran out: anyone may claim. @param silently without telling anyone of it yet */
  loseNode(streamId: string, silently = false): void {
    this.#row(streamId).assignment.claim = null
    if (!silently) this.#changed(streamId)
  }

  claimOf(streamId: string): Assignment['claim'] {
    return this.#rows.get(streamId)?.assignment.claim ?? null
  }

  /** The API can be reached again, and tells everything anew. */
  comeBack(): void {
    this.reachable = true
    for (const [follower, nodeId] of this.#followers) this.#snapshot(follower, nodeId)
  }

  reportsOf(streamId: string): StreamReport[] {
    return this.reports.filter(taken => taken.streamId === streamId).map(taken => taken.report)
  }

  #claim(nodeId: string, streamId: string, commandId: string): Answer<{ epoch: number }> {
    const before = this.#claimsByCommand.get(commandId)
    const row = this.#rows.get(streamId)
    if (!row?.wanted) return { outcome: 'rejected', code: 'NOT_WANTED' }
    const { claim } = row.assignment
    if (before !== undefined && claim?.epoch === before) return { outcome: 'accepted', epoch: before }
    if (claim) {
      if (claim.nodeId === nodeId) return { outcome: 'accepted', epoch: claim.epoch }
      return { outcome: 'rejected', code: 'CLAIMED_BY_ANOTHER' }
    }
    const epoch = this.#revision++
    this.#claimsByCommand.set(commandId, epoch)
    row.assignment.claim = { nodeId, epoch }
    setImmediate(() => this.#changed(streamId))
    return { outcome: 'accepted', epoch }
  }

  #report(nodeId: string, epoch: StreamEpoch, report: StreamReport): Answer<object> {
    if (!this.#holds(nodeId, epoch)) return { outcome: 'rejected', code: 'STALE_EPOCH' }
    this.reports.push({ ...epoch, nodeId, report })
    if (report.report === 'ended') this.loseNode(epoch.streamId)
    return { outcome: 'accepted' }
  }

  #holds(nodeId: string, { streamId, epoch }: StreamEpoch): boolean {
    const claim = this.claimOf(streamId)
    return claim?.nodeId === nodeId && claim.epoch === epoch
  }

  #row(streamId: string): Row {
    const row = this.#rows.get(streamId)
    if (!row) throw new Error(`no session ${streamId} is wanted`)
    return row
  }

  async #mustAnswer(): Promise<void> {
    if (!this.reachable) throw new Error('the API can not be reached')
    if (!this.answering) await new Promise(() => {})
  }

  #changed(streamId: string): void {
    const row = this.#rows.get(streamId)
    if (!row?.wanted || !this.reachable) return
    for (const [follower, nodeId] of this.#followers)
      follower({ replaces: false, changed: [this.#seenBy(nodeId, row)], removed: [] })
  }

  #tell(change: AssignmentsChange): void {
    if (!this.reachable) return
    for (const follower of this.#followers.keys()) follower(change)
  }

  #snapshot(follower: (change: AssignmentsChange) => void, nodeId: string): void {
    if (!this.reachable) return
    const wanted = [...this.#rows.values()].filter(row => row.wanted)
    const changed = wanted.map(row => this.#seenBy(nodeId, row))
    follower({ replaces: true, changed, removed: [] })
  }

  #seenBy(nodeId: string, { assignment, source }: Row): Assignment {
    const { claim } = assignment
    return {
      ...assignment,
      claim: claim && { ...claim },
      source: claim?.nodeId === nodeId ? source : null,
    }
  }
}
