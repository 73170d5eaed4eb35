import { performance } from 'node:perf_hooks'
import { createFinder } from './finder.ts'
import { type ModelSet, readWeights } from './model-set.ts'
import { type Networks, openNetworks } from './networks.ts'
import { createFacePool, type PoolLog } from './pool.ts'

/** Frames per second of one recognition worker beside the networks alone, measured in the same seconds. */
export interface Throughput {
  /** From picture bytes to faces through a pool of one worker, one picture at a time. */
  framesPerSecond: number
  /** The three networks run once each on the picture's own inputs, which are ready: what no pipeline around them can beat. */
  modelsAlonePerSecond: number
  /** How long each of these took, ms. */
  modelsAloneMs: readonly number[]
  /** `framesPerSecond / modelsAlonePerSecond`. */
  ratio: number
  frames: number
}

/**
 * Measures recognition with one worker. The two are measured in alternating rounds, so that whatever else the machine
 * does slows down both.
 * @param options.picture a JPEG with exactly one face
 * @param options.rounds how many rounds of `roundMs` each of the two gets
 * @throws Error if the picture doesn't show one usable face: the figure would mean nothing
 */
export async function measureThroughput(options: {
  modelSet: ModelSet
  weightsFolder: string
  picture: Uint8Array
  rounds?: number
  roundMs?: number
  log: PoolLog
}): Promise<Throughput> {
  const { modelSet, weightsFolder, picture, rounds = 6, roundMs = 1000, log } = options
  const networks = await openNetworks(modelSet, await readWeights(modelSet, weightsFolder))
  const pool = createFacePool({ modelSet, weightsFolder, workers: 1, log })
  async function findOneFace() {
    const outcome = await pool.findFaces(picture)
    if (outcome.status !== 'examined' || outcome.finding.faces.map(face => face.verdict).join() !== 'USABLE')
      throw new Error('The picture to measure with does not show exactly one usable face')
  }
  try {
    await pool.start()
    // Leaves the picture in the networks' inputs: on empty ones they are faster than they ever are at work.
    await createFinder(modelSet, networks).findFaces(picture)
    for (let warmUp = 0; warmUp < 10; warmUp++) {
      await findOneFace()
      await runAll(networks)
    }
    const frames: number[] = []
    const models: number[] = []
    for (let round = 0; round < rounds; round++) {
      await repeat(findOneFace, roundMs, frames)
      await repeat(() => runAll(networks), roundMs, models)
    }
    const framesPerSecond = runsPerSecond(frames)
    const modelsAlonePerSecond = runsPerSecond(models)
    return {
      framesPerSecond,
      modelsAlonePerSecond,
      modelsAloneMs: models,
      ratio: framesPerSecond / modelsAlonePerSecond,
      frames: frames.length,
    }
  } finally {
    await Promise.all([pool.close(), networks.close()])
  }
}

async function runAll({ detector, landmarks, embedder }: Networks) {
  await detector.run()
  await landmarks.run()
  await embedder.run()
}

/** Adds to `times` how long each run took, ms. */
async function repeat(work: () => Promise<void>, forMs: number, times: number[]) {
  const end = performance.now() + forMs
  for (let startedAt = performance.now(); startedAt < end; startedAt = performance.now()) {
    await work()
    times.push(performance.now() - startedAt)
  }
}

function runsPerSecond(times: readonly number[]) {
  return (times.length * 1000) / times.reduce((sum, ms) => sum + ms, 0)
}
