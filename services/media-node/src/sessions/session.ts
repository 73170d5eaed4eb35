import { setTimeout as wait } from 'node:timers/promises'
import type { FailureReason, ReconnectReason, VideoFormat } from '@sightline/contracts/streams'
import type { Logger } from '@sightline/logging/logging'
import type { FramePublisher } from '@sightline/topics/publish-frames'
import { backoff } from '@sightline/waiting/backoff'
import { unlessAborted } from '@sightline/waiting/giving-up'
import { pinAddress, type Resolve } from '../cameras/address.ts'
import { judgeVideo } from '../cameras/judge-video.ts'
import { probeCamera } from '../cameras/probe.ts'
import { broken, failed, type Trouble } from '../cameras/trouble.ts'
import { runPipeline } from '../media/live-pipeline.ts'
import type { MediaWorker } from '../media/media-worker.ts'
import { type FrameOrigin, FrameSource, type SampleCounts } from '../sampling/frame-source.ts'
import type { MediaNodeSettings } from '../settings.ts'

/** Where a session stands: CONNECTING → LIVE ⇄ RECONNECTING, and FAILED for ever from any. */
export type SessionPhase =
  | { phase: 'CONNECTING' }
  | { phase: 'LIVE'; video: VideoFormat }
  | { phase: 'RECONNECTING'; reason: ReconnectReason; detail: string }
  | { phase: 'FAILED'; reason: FailureReason; detail: string }

/** What a session is of. */
export interface SessionOrder {
  origin: FrameOrigin
  /** The camera's RTSP address with its credentials. */
  source: string
  framesPerSecond: number
  reencode: boolean
}

/** What a session stands on. */
export interface SessionDeps {
  worker: Pick<MediaWorker, 'createRouter'>
  publisher: Pick<FramePublisher, 'publishFrame'>
  resolve: Resolve
  settings: MediaNodeSettings
  logger: Logger
  now: () => Date
  random: () => number
}

/** One camera's live session. */
export interface Session {
  phase(): SessionPhase
  counts(): SampleCounts
  /** Ends everything that belongs to it; nothing is published afterwards. */
  close(): Promise<void>
}

/** Starts a session and tries for as long as trying can help. @param onPhase told of each change */
export function startSession(
  order: SessionOrder,
  deps: SessionDeps,
  onPhase: (phase: SessionPhase) => void,
): Session {
  const { settings, now, random } = deps
  const { tenantId, cameraId, streamId, epoch } = order.origin
  const logger = deps.logger.child({ tenantId, cameraId, streamId, epoch })
  const frames = new FrameSource(order.origin, {
    publisher: deps.publisher,
    settings: { ...settings.sampling, programPath: settings.programPath },
    now,
  })
  const closing = new AbortController()
  const { signal } = closing
  let phase: SessionPhase = { phase: 'CONNECTING' }

  function enter(next: SessionPhase): void {
    if (signal.aborted) return
    phase = next
    const { phase: name, ...fields } = next
    logger.info({ phase: name, ...fields }, 'session changed')
    onPhase(next)
  }

  async function attempt(onLive: (video: VideoFormat) => void): Promise<Trouble | undefined> {
    const { camera: timings, sampling, programPath, allowedCameraNetworks } = settings
    const { source, reencode, framesPerSecond } = order
    const pinned = await unlessAborted(
      pinAddress(source, { networks: allowedCameraNetworks, resolve: deps.resolve }),
      signal,
    )
    if (pinned.kind === 'not allowed') return failed('ADDRESS_NOT_ALLOWED', pinned.detail)
    if (pinned.kind === 'not found') return broken('UNREACHABLE', pinned.detail)
    const { answerMs, probeMs } = timings
    const probed = await probeCamera(pinned.address, { answerMs, probeMs, programPath, signal })
    if (signal.aborted) return undefined
    if (probed.kind !== 'video') return probed
    const judged = judgeVideo(probed.video, { reencode })
    if (judged.kind !== 'taken') return judged
    return runPipeline({
      address: pinned.address,
      format: judged.format,
      framesPerSecond,
      worker: deps.worker,
      timings,
      sampling,
      programPath,
      now,
      logger,
      onLive: () => onLive(judged.format),
      onFrame: frame => frames.offer(frame),
      signal,
    })
  }

  async function run(): Promise<void> {
    let failures = 0
    while (!signal.aborted) {
      const trouble = await attempt(video => {
        failures = -1
        enter({ phase: 'LIVE', video })
      }).catch((error): Trouble => {
        if (!signal.aborted) logger.warn({ err: error }, 'attempt to go live broke off')
        return broken('INGEST_DIED', 'the session broke off')
      })
      if (signal.aborted || !trouble) return
      const { kind, reason, detail } = trouble
      if (kind === 'failed') return enter({ phase: 'FAILED', reason, detail })
      enter({ phase: 'RECONNECTING', reason, detail })
      failures += 1
      const pause = backoff(failures, settings.camera.backoffMs, random)
      await wait(pause, undefined, { signal }).catch(() => undefined)
    }
  }

  const life = run()
  return {
    phase: () => phase,
    counts: () => frames.counts(),
    async close() {
      closing.abort()
      await Promise.all([frames.close(), life])
    },
  }
}
