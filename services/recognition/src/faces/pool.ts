import { type ChildProcess, fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { backoff } from '@sightline/waiting/backoff'
import type { Finding, Wanted } from './finder.ts'
import type { Reply, Request, WorkerSettings } from './worker.ts'

/** What became of one picture. `failed` is about the worker, never about the picture's contents. */
export type PoolOutcome = { status: 'examined'; finding: Finding } | { status: 'unreadable' } | Failed

interface Failed {
  status: 'failed'
  reason: 'WORKER_DIED' | 'WORKER_HUNG' | 'NO_WORKER' | 'CLOSED'
}

/** What the pool says goes here: fields, then a static sentence. */
export type PoolLog = Record<'info' | 'warn', (fields: object, sentence: string) => void>

/** What a pool consists of. */
export type FacePoolOptions = WorkerSettings & {
  /** How many worker processes; by default one less than there are cores, at least one. */
  workers?: number
  /** How long one picture may take before its worker is replaced, in ms. */
  pictureTimeoutMs?: number
  /** How long a worker may take to open its networks, in ms. */
  startTimeoutMs?: number
  /** The longest pause before a worker that couldn't start is started again, in ms. */
  longestPauseMs?: number
  log: PoolLog
  /** The worker's module. */
  workerModule?: URL
}

/** Processes that find faces, one picture each at a time. */
export interface FacePool {
  readonly size: number
  /** How many workers are ready for work or at it; 0 means that nothing can be recognised now. */
  alive(): number
  /** Opens the networks in each worker. @throws Error if one can't be started: the message says why */
  start(): Promise<void>
  /**
   * Finds the faces of a picture on the next free worker, which gets a copy of the bytes. Always resolves; while all
   * workers are being replaced it waits, unless none can be started.
   */
  findFaces(picture: Uint8Array, wanted?: Wanted): Promise<PoolOutcome>
  /** Ends the workers; what they work on and what waits is `failed` with `CLOSED`. */
  close(): Promise<void>
}

interface Job {
  request: Request
  resolve: (reply: Reply | Failed) => void
}

/** `failures`: how often in a row its worker could not start. */
type Slot = { failures: number } & (
  | { phase: 'starting'; worker: ChildProcess; timer: NodeJS.Timeout }
  | { phase: 'idle'; worker: ChildProcess }
  | { phase: 'busy'; worker: ChildProcess; timer: NodeJS.Timeout; job: Job }
  | { phase: 'pausing'; timer: NodeJS.Timeout }
  | { phase: 'closed' }
)

const firstPauseMs = 100

/**
 * Makes a pool of worker processes that each hold their own copy of the networks. A worker that dies, or takes longer
 * than `pictureTimeoutMs` over a picture, is replaced; that picture is reported as failed and not tried again, since
 * it may be the cause.
 *
 * They are processes and not threads because a thread can't be ended while it runs native code, and ONNX Runtime
 * aborts the whole process when one is. It also keeps decoders that meet foreign bytes away from the service's keys.
 */
export function createFacePool(options: FacePoolOptions): FacePool {
  const {
    workers = Math.max(1, availableParallelism() - 1),
    pictureTimeoutMs = 2000,
    startTimeoutMs = 30_000,
    longestPauseMs = 5000,
    workerModule = new URL('./worker.ts', import.meta.url),
    modelSet,
    weightsFolder,
    log,
  } = options
  const slots: Slot[] = Array.from({ length: workers }, () => ({ phase: 'closed', failures: 0 }))
  const waiting: Job[] = []
  const ending = new Set<Promise<unknown>>()
  let phase: 'new' | 'open' | 'closed' = 'new'

  function end(worker: ChildProcess) {
    worker.removeAllListeners()
    // What a dying worker still reports is no longer anyone's.
    worker.on('error', () => {})
    if (worker.exitCode !== null || worker.signalCode !== null || worker.pid === undefined) return
    const ended = new Promise(resolve => worker.once('exit', resolve))
    ending.add(ended)
    void ended.finally(() => ending.delete(ended))
    worker.kill('SIGKILL')
  }

  // A worker that is gone makes sending fail; its 'exit' tells.
  const send = (worker: ChildProcess, request: Request) => worker.send(request, () => {})

  function dispatch() {
    for (let index = 0; index < slots.length && waiting.length > 0; index++) {
      const slot = slots[index]!
      if (slot.phase !== 'idle') continue
      const job = waiting.shift()!
      const timer = setTimeout(() => lose(index, 'WORKER_HUNG'), pictureTimeoutMs)
      slots[index] = { phase: 'busy', failures: 0, worker: slot.worker, timer, job }
      send(slot.worker, job.request)
    }
  }

  function lose(index: number, reason: 'WORKER_DIED' | 'WORKER_HUNG', message?: string) {
    const slot = slots[index]!
    if (slot.phase === 'closed' || slot.phase === 'pausing') return
    if ('timer' in slot) clearTimeout(slot.timer)
    end(slot.worker)
    log.warn({ reason, phase: slot.phase, error: message }, 'a recognition worker is replaced')
    if (slot.phase !== 'starting') {
      open(index, 0)
      if (slot.phase === 'busy') slot.job.resolve({ status: 'failed', reason })
      return
    }
    const pause = backoff(slot.failures, { first: firstPauseMs, longest: longestPauseMs })
    const failures = slot.failures + 1
    slots[index] = { phase: 'pausing', failures, timer: setTimeout(() => open(index, failures), pause) }
    // With no worker left that could take them, waiting pictures are told so instead of waiting without end.
    if (slots.every(({ phase }) => phase === 'pausing'))
      for (const job of waiting.splice(0)) job.resolve({ status: 'failed', reason: 'NO_WORKER' })
  }

  function open(index: number, failures: number) {
    const worker = fork(workerModule, {
      serialization: 'advanced',
      // Neither the parent's flags nor its environment: no key of the service is in reach of a decoder.
      execArgv: [],
      env: { UV_THREADPOOL_SIZE: '2' },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const timer = setTimeout(() => lose(index, 'WORKER_HUNG'), startTimeoutMs)
    slots[index] = { phase: 'starting', failures, worker, timer }
    worker.on('error', error => lose(index, 'WORKER_DIED', error.message))
    worker.on('exit', (code, signal) => lose(index, 'WORKER_DIED', `ended with ${signal ?? `code ${code}`}`))
    worker.on('message', (message: Reply) => receive(index, message))
    send(worker, { type: 'open', modelSet, weightsFolder })
    return worker
  }

  function receive(index: number, message: Reply) {
    const slot = slots[index]!
    if (slot.phase !== 'starting' && slot.phase !== 'busy') return
    if (message.type === 'refused') return lose(index, 'WORKER_DIED', message.message)
    clearTimeout(slot.timer)
    slots[index] = { phase: 'idle', failures: 0, worker: slot.worker }
    if (slot.phase === 'busy') slot.job.resolve(message)
    dispatch()
  }

  const started = (worker: ChildProcess) =>
    new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`A recognition worker can't be started: ${why}`))
      // Ahead of the pool's own listeners, which take all listeners off a worker that is lost.
      worker.prependOnceListener('message', (message: Reply) =>
        message.type === 'refused' ? fail(message.message) : resolve(),
      )
      worker.prependOnceListener('error', error => fail(error.message))
      worker.prependOnceListener('exit', (code, signal) => fail(`it ended with ${signal ?? `code ${code}`}`))
    })

  const ask = (request: Request) =>
    new Promise<Reply | Failed>(resolve => {
      if (phase !== 'open') return resolve({ status: 'failed', reason: 'CLOSED' })
      if (slots.every(slot => slot.phase === 'pausing'))
        return resolve({ status: 'failed', reason: 'NO_WORKER' })
      waiting.push({ request, resolve })
      dispatch()
    })

  const pool: FacePool = {
    size: workers,
    alive: () => slots.filter(({ phase }) => phase === 'idle' || phase === 'busy').length,
    start: async () => {
      if (phase !== 'new') throw new Error('A face pool is started once')
      phase = 'open'
      if (modelSet.grade === 'evaluation')
        log.info(
          { modelSet: modelSet.id, embedder: modelSet.embedder.sha256 },
          'faces are recognised with evaluation weights, whose licence is not established',
        )
      try {
        await Promise.all(slots.map((_, index) => started(open(index, 0))))
      } catch (error) {
        await pool.close()
        throw error
      }
    },
    findFaces: async (picture, wanted = { crops: false }) => {
      const reply = await ask({ type: 'examine', picture, wanted })
      if ('status' in reply) return reply
      return reply.type === 'found'
        ? { status: 'examined', finding: reply.finding }
        : { status: 'unreadable' }
    },
    close: async () => {
      phase = 'closed'
      for (const job of waiting.splice(0)) job.resolve({ status: 'failed', reason: 'CLOSED' })
      slots.forEach((slot, index) => {
        slots[index] = { phase: 'closed', failures: 0 }
        if ('timer' in slot) clearTimeout(slot.timer)
        if ('worker' in slot) end(slot.worker)
        if (slot.phase === 'busy') slot.job.resolve({ status: 'failed', reason: 'CLOSED' })
      })
      await Promise.all(ending)
    },
  }
  return pool
}
