import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { VideoFormat } from '@sightline/contracts/streams'
import type { Logger } from '@sightline/logging/logging'
import { unlessAborted } from '@sightline/waiting/giving-up'
import type { PlainTransport, Producer, Router } from 'mediasoup/types'
import { broken, failed, type Trouble, troubleOf } from '../cameras/trouble.ts'
import { exitText } from '../child-process.ts'
import { type SampledFrame, type Sampler, startSampler } from '../sampling/sampler.ts'
import type { CameraTimings, SamplingSettings } from '../settings.ts'
import { type Flow, keyFramePatienceMs, newFlow, troubleInFlow, withKeyFrame, withPackets } from './flow.ts'
import { startIngest } from './ingest.ts'
import type { MediaWorker } from './media-worker.ts'
import { ingestRtpParameters } from './video-codec.ts'

/** What carrying a camera's video needs. */
export interface PipelineOptions {
  /** Pinned. */
  address: string
  format: VideoFormat
  framesPerSecond: number
  worker: Pick<MediaWorker, 'createRouter'>
  timings: CameraTimings
  sampling: SamplingSettings
  programPath: string
  now: () => Date
  logger: Logger
  /** The first key frame has come: from now on somebody can see something. */
  onLive: () => void
  onFrame: (frame: SampledFrame) => void
  signal: AbortSignal
}

/**
 * Brings a camera's video through a router of its own to the sampler, until something breaks or the signal ends it.
 * Everything that it started is gone when it resolves.
 * @returns why it ended; undefined when the signal ended it
 */
export async function runPipeline(options: PipelineOptions): Promise<Trouble | undefined> {
  const { worker, signal } = options
  const router = await worker.createRouter(signal)
  const ending = new AbortController()
  const end = () => ending.abort()
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  const routerGone = new Promise<Trouble>(resolve => {
    const died = () => resolve(broken('MEDIA_WORKER_DIED', 'the media worker died; another one takes over'))
    router.on('workerclose', died)
    if (router.closed) died()
  })
  const work = carry(router, options, ending)
  try {
    return await Promise.race([routerGone, work])
  } finally {
    signal.removeEventListener('abort', end)
    end()
    if (!router.closed) router.close()
    // What the worker's death makes fail in there has been told already.
    await work.catch(() => undefined)
  }
}

async function carry(
  router: Router,
  options: PipelineOptions,
  ending: AbortController,
): Promise<Trouble | undefined> {
  const scope = ending.signal
  const { address, format, timings, programPath, logger } = options
  const transport = await unlessAborted(
    router.createPlainTransport({
      listenInfo: { protocol: 'udp', ip: '127.0.0.1' },
      rtcpMux: false,
      comedia: true,
    }),
    scope,
  )
  // ffmpeg takes it as a signed number.
  const ssrc = randomInt(0x1_0000, 0x7fff_ffff)
  const producer = await unlessAborted(
    transport.produce({ kind: 'video', rtpParameters: ingestRtpParameters(ssrc) }),
    scope,
  )
  const watch = new FlowWatch(producer, options)
  await unlessAborted(watch.start(), scope)
  // Before the ingest, so that the sampler is there for the first key frame.
  let tellBFrame: (trouble: Trouble) => void = () => undefined
  const bFrames = new Promise<Trouble>(resolve => {
    tellBFrame = resolve
  })
  // ffprobe tells of those that come in its first seconds alone; a camera may begin with them later.
  const onBFrame = () =>
    tellBFrame(
      failed(
        'B_FRAMES',
        "the camera sends B-frames, which can't be passed on: switch them off, or re-encode",
      ),
    )
  const sampling = keepSampling(router, producer, { ...options, onBFrame }, watch, scope)
  const ingest = startIngest({
    address,
    answerMs: timings.answerMs,
    reencode: format.reencoded,
    ssrc,
    to: portsOf(transport),
    programPath,
  })
  const ingestEnded = ingest.exited.then(exit => {
    const says = ingest.lastLines()
    if (!scope.aborted) logger.info({ ended: exitText(exit), says: says.slice(-5) }, 'ingest ended')
    return troubleOf(exit, says)
  })
  try {
    return await Promise.race([ingestEnded, bFrames, watch.untilTrouble(scope)])
  } finally {
    // The sampler goes on until the scope ends, and nobody else ends it once the ingest has.
    ending.abort()
    await ingest.end()
    await sampling
  }
}

function portsOf(transport: PlainTransport): { rtpPort: number; rtcpPort: number } {
  const rtcpTuple = transport.rtcpTuple
  if (!rtcpTuple) throw new Error('a transport without a port for RTCP')
  return { rtpPort: transport.tuple.localPort, rtcpPort: rtcpTuple.localPort }
}

/** Watches what a producer receives. */
class FlowWatch {
  #flow: Flow
  readonly #producer: Producer
  readonly #options: PipelineOptions

  constructor(producer: Producer, options: PipelineOptions) {
    this.#producer = producer
    this.#options = options
    this.#flow = newFlow(options.now().getTime())
  }

  get flow(): Flow {
    return this.#flow
  }

  async start(): Promise<void> {
    const { now, onLive } = this.#options
    this.#producer.on('trace', trace => {
      if (trace.type !== 'keyframe') return
      const isFirst = this.#flow.lastKeyFrameAt === null
      this.#flow = withKeyFrame(this.#flow, now().getTime())
      if (isFirst) onLive()
    })
    await this.#producer.enableTraceEvent(['keyframe'])
  }

  /** Resolves with what goes wrong, or with nothing at the scope's end. */
  async untilTrouble(scope: AbortSignal): Promise<Trouble | undefined> {
    const { timings, now } = this.#options
    while (!scope.aborted && !this.#producer.closed) {
      const stats = await unlessAborted(this.#producer.getStats(), scope)
      const packets = stats.reduce((sum, { packetCount }) => sum + packetCount, 0)
      this.#flow = withPackets(this.#flow, packets, now().getTime())
      const trouble = troubleInFlow(this.#flow, now().getTime(), timings)
      if (trouble) return trouble
      await wait(timings.watchMs, undefined, { signal: scope }).catch(() => undefined)
    }
    return undefined
  }
}

/** Keeps a sampler running until the scope ends: one that ends, or that gives nothing while packets pass, is replaced. */
async function keepSampling(
  router: Router,
  producer: Producer,
  options: PipelineOptions & { onBFrame: () => void },
  watch: FlowWatch,
  scope: AbortSignal,
): Promise<void> {
  const { framesPerSecond, sampling, programPath, timings, now, onFrame, onBFrame, logger } = options
  while (!scope.aborted && !router.closed) {
    let lastFrameAt = now().getTime()
    let sampler: Sampler | undefined
    try {
      sampler = await startSampler({
        router,
        producer,
        framesPerSecond,
        settings: sampling,
        programPath,
        signal: scope,
        onBFrame,
        onFrame(frame) {
          lastFrameAt = now().getTime()
          onFrame(frame)
        },
      })
      await untilSilent(sampler, scope, timings.watchMs, () => {
        // Where no packets come nothing can be expected of a sampler.
        const { lastPacketAt } = watch.flow
        const quietMs = Math.min(now().getTime(), lastPacketAt ?? 0) - lastFrameAt
        return quietMs > keyFramePatienceMs(watch.flow, timings) + 2000 / framesPerSecond
      })
    } catch (error) {
      if (!scope.aborted && !router.closed) logger.warn({ err: error }, 'sampler did not start')
    } finally {
      await sampler?.close()
    }
    if (scope.aborted || router.closed) return
    const end = await sampler?.ended
    logger.warn(
      { ended: end && exitText(end.exit), says: end?.lines.slice(-5) },
      'sampler ended, starting another',
    )
    await wait(timings.watchMs, undefined, { signal: scope }).catch(() => undefined)
  }
}

/** Resolves when the sampler has ended, is silent or the scope has ended. */
async function untilSilent(
  sampler: Sampler,
  scope: AbortSignal,
  everyMs: number,
  isSilent: () => boolean,
): Promise<void> {
  let hasEnded = false
  const ended = sampler.ended.then(() => {
    hasEnded = true
  })
  while (!scope.aborted && !hasEnded && !isSilent()) {
    await Promise.race([ended, wait(everyMs, undefined, { signal: scope }).catch(() => undefined)])
  }
}
