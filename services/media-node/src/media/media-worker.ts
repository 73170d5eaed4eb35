import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '@sightline/logging/logging'
import { createWorker } from 'mediasoup'
import type { Router, Worker } from 'mediasoup/types'
import { videoCodec } from './video-codec.ts'

/** The process that carries media, replaced whenever it dies. */
export interface MediaWorker {
  /** Starts it; from then on one is always running or being started. */
  start(): Promise<void>
  /** A router in the running worker, waiting for one if need be; it closes with its worker. @throws MediaWorkerClosedError */
  createRouter(): Promise<Router>
  /** The running worker's process; undefined while there is none. */
  pid(): number | undefined
  close(): Promise<void>
}

/** The node is closing. */
export class MediaWorkerClosedError extends Error {
  override name = 'MediaWorkerClosedError'
}

/** @param options.binary the worker's program; undefined where mediasoup's own place is right */
export function createMediaWorker(options: { binary: string | undefined; logger: Logger }): MediaWorker {
  const { binary, logger } = options
  const closing = new AbortController()
  let current: Worker | undefined
  let running: Promise<Worker> | undefined

  async function run(): Promise<Worker> {
    for (;;) {
      if (closing.signal.aborted) throw new MediaWorkerClosedError('the media worker is closed')
      try {
        const worker = await createWorker({ logLevel: 'error', ...(binary && { workerBin: binary }) })
        worker.on('died', error => {
          logger.error({ workerPid: worker.pid, err: error }, 'media worker died, starting another')
          current = undefined
          running = run()
          running.catch(() => undefined)
        })
        current = worker
        return worker
      } catch (error) {
        logger.error({ err: error }, 'media worker did not start, trying again')
        await wait(1000, undefined, { signal: closing.signal }).catch(() => undefined)
      }
    }
  }

  return {
    async start() {
      running ??= run()
      await running
    },
    async createRouter() {
      if (!running) throw new MediaWorkerClosedError('the media worker was not started')
      const worker = await running
      return worker.createRouter({ mediaCodecs: [videoCodec] })
    },
    pid: () => current?.pid,
    async close() {
      closing.abort()
      const worker = await running?.catch(() => undefined)
      if (!worker || worker.closed) return
      const gone = new Promise<void>(resolve => worker.once('subprocessclose', resolve))
      worker.close()
      await gone
    },
  }
}
