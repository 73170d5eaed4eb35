import { lookup } from 'node:dns/promises'
import type { Logger } from '@sightline/logging/logging'
import type { FramePublisher } from '@sightline/topics/publish-frames'
import { v7 as uuidv7 } from 'uuid'
import type { Assignment, AssignmentsChange, ControlClient } from './assignments/assignment.ts'
import { Holding } from './assignments/holding.ts'
import { type Action, reconcile } from './assignments/reconcile.ts'
import type { Resolve } from './cameras/address.ts'
import { createMediaWorker } from './media/media-worker.ts'
import type { SampleCounts } from './sampling/frame-source.ts'
import { type SessionPhase, startSession } from './sessions/session.ts'
import type { MediaNodeSettings } from './settings.ts'

/** What a media node stands on. */
export interface MediaNodeDeps {
  client: ControlClient
  publisher: Pick<FramePublisher, 'publishFrame'>
  settings: MediaNodeSettings
  logger: Logger
  now?: () => Date
  /** 0 to 1 */
  random?: () => number
  /** All IP addresses of a name; the system's resolver by default. */
  resolve?: Resolve
}

/** What runs of one session. */
export interface RunningStream {
  streamId: string
  epoch: number
  phase: SessionPhase
  counts: SampleCounts
}

/** A process that brings cameras' video in and samples it. */
export interface MediaNode {
  /** Resolves when it serves, or when it was closed before it could. */
  start(): Promise<void>
  running(): RunningStream[]
  /** The process id of the mediasoup worker; undefined while one is being started. */
  mediaWorkerPid(): number | undefined
  /** Lets go of every session, so that another node can have them at once, and ends all that was started. */
  close(): Promise<void>
}

/** Made of its dependencies; nothing is started yet. */
export function createMediaNode(deps: MediaNodeDeps): MediaNode {
  const { client, publisher, settings, logger } = deps
  const now = deps.now ?? (() => new Date())
  const random = deps.random ?? Math.random
  const resolve = deps.resolve ?? resolveBySystem
  const worker = createMediaWorker({ binary: settings.workerBinary, logger })

  /** Unknown until the API has told it: until then nothing is ended because it is absent. */
  let wanted: Map<string, Assignment> | undefined
  const held = new Map<string, Holding>()
  const pending = new Set<string>()
  const claimCommands = new Map<string, string>()
  const leaving = new Set<Promise<void>>()
  const timers = new Set<NodeJS.Timeout>()
  const farewell = new AbortController()
  let following: { close(): void } | undefined
  let closed = false

  function onChange(change: AssignmentsChange): void {
    const next = new Map(change.replaces ? [] : wanted)
    for (const assignment of change.changed) next.set(assignment.streamId, assignment)
    for (const streamId of change.removed) next.delete(streamId)
    wanted = next
    reconcileNow()
  }

  function reconcileNow(): void {
    if (closed || !wanted) return
    const states = new Map(
      [...held].map(([streamId, { epoch, running }]) => [
        streamId,
        { streamId, epoch: epoch.epoch, running },
      ]),
    )
    const actions = reconcile({ nodeId: settings.nodeId, wanted: wanted.values(), held: states, pending })
    for (const action of actions) act(action)
  }

  function act(action: Action): void {
    switch (action.do) {
      case 'claim':
        command(action.assignment.streamId, () => claim(action.assignment))
        break
      case 'release':
        command(action.assignment.streamId, () => release(action.assignment, action.epoch))
        break
      case 'run':
        run(action.assignment, action.source)
        break
      case 'end':
        letGo(action.streamId, holding => holding.end(farewell.signal))
        break
      case 'drop':
        letGo(action.streamId, holding => holding.drop())
        break
    }
  }

  /** Sends a command about a stream that nothing else is done about meanwhile, nor soon after it failed. */
  function command(streamId: string, send: () => Promise<'done' | 'later'>): void {
    pending.add(streamId)
    const settle = () => {
      pending.delete(streamId)
      reconcileNow()
    }
    const later = () => {
      if (closed) return
      const timer = setTimeout(() => {
        timers.delete(timer)
        settle()
      }, settings.commandRetryMs)
      timers.add(timer)
    }
    send().then(
      outcome => (outcome === 'done' ? settle() : later()),
      error => {
        logger.warn({ streamId, err: error }, 'command not delivered, trying again')
        later()
      },
    )
  }

  async function claim(assignment: Assignment): Promise<'done' | 'later'> {
    const { tenantId, streamId, cameraId } = assignment
    const commandId = claimCommands.get(streamId) ?? uuidv7()
    claimCommands.set(streamId, commandId)
    const answer = await client.claimStream({ tenantId, streamId, cameraId }, commandId)
    claimCommands.delete(streamId)
    if (answer.outcome === 'rejected') {
      logger.info({ tenantId, streamId, code: answer.code }, 'claim refused')
      return 'later'
    }
    if (!closed) hold(assignment, answer.epoch)
    return 'done'
  }

  /** What is not accepted is gone already. */
  async function release({ tenantId, streamId }: Assignment, epoch: number): Promise<'later'> {
    await client.report({ tenantId, streamId, epoch }, { report: 'ended' }, uuidv7())
    return 'later'
  }

  function hold({ tenantId, streamId }: Assignment, epoch: number): void {
    const holding: Holding = new Holding(
      { tenantId, streamId, epoch },
      {
        client,
        leaseRenewalMs: settings.leaseRenewalMs,
        leaseBoundMs: settings.leaseBoundMs,
        commandRetryMs: settings.commandRetryMs,
        newId: uuidv7,
        logger,
        onRefused() {
          if (held.get(streamId) === holding) letGo(streamId, refused => refused.drop())
        },
      },
    )
    held.set(streamId, holding)
    logger.info({ tenantId, streamId, epoch }, 'session claimed')
  }

  function run(assignment: Assignment, source: string): void {
    const { tenantId, cameraId, streamId, session, framesPerSecond, reencode } = assignment
    const holding = held.get(streamId)
    if (!holding) return
    const origin = {
      tenantId,
      cameraId,
      streamId,
      session,
      epoch: holding.epoch.epoch,
      nodeId: settings.nodeId,
    }
    const order = { origin, source, framesPerSecond, reencode }
    holding.run(onPhase =>
      startSession(order, { worker, publisher, resolve, settings, logger, now, random }, onPhase),
    )
  }

  /** The stream stays pending until everything of it is gone, so that its successor meets nothing of it. */
  function letGo(streamId: string, leave: (holding: Holding) => Promise<void>): void {
    const holding = held.get(streamId)
    if (!holding) return
    held.delete(streamId)
    pending.add(streamId)
    const left = leave(holding)
      .catch(error => logger.error({ streamId, err: error }, 'session did not end cleanly'))
      .finally(() => {
        leaving.delete(left)
        pending.delete(streamId)
        reconcileNow()
      })
    leaving.add(left)
  }

  return {
    async start() {
      try {
        await worker.start()
      } catch (error) {
        if (closed) return
        throw error
      }
      following = client.followAssignments(onChange)
    },
    running() {
      return [...held.values()].flatMap(({ epoch, session }) => {
        if (!session) return []
        const { streamId } = epoch
        return [{ streamId, epoch: epoch.epoch, phase: session.phase(), counts: session.counts() }]
      })
    },
    mediaWorkerPid: worker.pid,
    async close() {
      closed = true
      following?.close()
      for (const timer of timers) clearTimeout(timer)
      for (const streamId of [...held.keys()]) letGo(streamId, holding => holding.end(farewell.signal))
      const late = setTimeout(() => farewell.abort(), settings.farewellMs)
      await Promise.all(leaving)
      clearTimeout(late)
      await worker.close()
    },
  }
}

async function resolveBySystem(host: string): Promise<string[]> {
  return (await lookup(host, { all: true })).map(({ address }) => address)
}
