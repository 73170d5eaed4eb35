import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '@sightline/logging/logging'
import { endsWithin, unlessAborted } from '@sightline/waiting/giving-up'
import { createWorker } from 'mediasoup'
import type { Router, Worker } from 'mediasoup/types'
import { videoCodec } from './video-codec.ts'

/** The process that carries media, replaced whenever it dies or hangs. */
export interface MediaWorker {
  /** Starts it; from then on one is always running or being started. @throws GivenUpError when it is closed first */
  start(): Promise<void>
  /**
   * A router in the running worker, waiting for one if need be; it closes with its worker.
   * @throws GivenUpError when the signal fires or the worker is closed for good
   */
  createRouter(signal: AbortSignal): Promise<Router>
  /** The running worker's process; undefined while there is none. */
  pid(): number | undefined
  close(): Promise<void>
}

/** How often the worker is asked for a sign of life, and how long it may take over it, ms. */
const ASK_EVERY_MS = 2000
const ANSWERS_WITHIN_MS = 5000
/** How long a worker that was asked to end, or killed, is waited for, ms. */
const GONE_WITHIN_MS = 2000

/** @param options.binary the worker's program; undefined where mediasoup's own place is right */
export function createMediaWorker(options: { binary: string | undefined; logger: Logger }): MediaWorker {
  const { binary, logger } = options
  const closing = new AbortController()
  let current: Worker | undefined
  let running: Promise<Worker> | undefined

  async function run(): Promise<Worker> {
    while (!closing.signal.aborted) {
      try {
        const worker = await createWorker({ logLevel: 'error', ...(binary && { workerBin: binary }) })
        worker.on('died', error => {
          current = undefined
          if (closing.signal.aborted) return
          logger.error({ workerPid: worker.pid, err: error }, 'media worker died, starting another')
          running = run()
          running.catch(() => undefined)
        })
        current = worker
        if (closing.signal.aborted) await endWorker(worker)
        else void killWhenHung(worker)
        return worker
      } catch (error) {
        logger.error({ err: error }, 'media worker did not start, trying again')
        await wait(1000, undefined, { signal: closing.signal }).catch(() => undefined)
      }
    }
    throw new Error('the media worker is closed')
  }

  /** A request to a worker that hangs is pending for ever; its death is what makes all of them fail. */
  async function killWhenHung(worker: Worker): Promise<void> {
    while (!worker.closed) {
      await wait(ASK_EVERY_MS, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
      if (worker.closed || closing.signal.aborted) return
      const sign = worker.getResourceUsage()
      // Twice, because after a sleep of this process the time is up before the answer can be read.
      if ((await endsWithin(sign, ANSWERS_WITHIN_MS)) || (await endsWithin(sign, 500))) continue
      if (worker.closed || closing.signal.aborted) return
      logger.error({ workerPid: worker.pid }, 'media worker does not answer, killing it')
      killProcess(worker)
    }
  }

  return {
    async start() {
      running ??= run()
      await unlessAborted(running, closing.signal)
    },
    async createRouter(signal) {
      if (!running) throw new Error('the media worker was not started')
      const router = running.then(worker => worker.createRouter({ mediaCodecs: [videoCodec] }))
      try {
        return await unlessAborted(router, AbortSignal.any([signal, closing.signal]))
      } catch (error) {
        router.then(late => late.close()).catch(() => undefined)
        throw error
      }
    },
    pid: () => current?.pid,
    async close() {
      closing.abort()
      // One that is being started is ended as soon as it is there; one that never is ends with this process.
      if (running) await endsWithin(running, GONE_WITHIN_MS)
      if (current) await endWorker(current)
    },
  }
}

async function endWorker(worker: Worker): Promise<void> {
  const gone = new Promise<void>(resolve => {
    if (worker.subprocessClosed) resolve()
    else worker.once('subprocessclose', resolve)
  })
  worker.close()
  if (await endsWithin(gone, GONE_WITHIN_MS)) return
  killProcess(worker)
  await endsWithin(gone, GONE_WITHIN_MS)
}

function killProcess(worker: Worker): void {
  // Once its process is gone the number may be another's.
  if (!worker.subprocessClosed) process.kill(worker.pid, 'SIGKILL')
}
