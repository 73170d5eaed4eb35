import { afterEach, expect, test, vi } from 'vitest'
import { readModelSet } from './model-set.ts'
import { createFacePool, type FacePool, type FacePoolOptions } from './pool.ts'
import { franckStills, still, weightsFolder } from './test-pictures.ts'
import { measureThroughput } from './throughput.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 })

const modelSet = readModelSet()
const lines: { fields: object; sentence: string }[] = []
const log = {
  info: (fields: object, sentence: string) => void lines.push({ fields, sentence }),
  warn: (fields: object, sentence: string) => void lines.push({ fields, sentence }),
}
const pools: FacePool[] = []
afterEach(async () => {
  await Promise.all(pools.splice(0).map(pool => pool.close()))
  lines.length = 0
})

async function startPool(options: Partial<FacePoolOptions> = {}) {
  const pool = createFacePool({
    modelSet,
    weightsFolder: weightsFolder(),
    workers: 1,
    log,
    workerModule: new URL('./test-faulty-worker.ts', import.meta.url),
    ...options,
  })
  pools.push(pool)
  await pool.start()
  return pool
}
const statusOf = async (pool: FacePool, picture: Uint8Array) => (await pool.findFaces(picture)).status

test('pictures are examined by workers, and their bytes stay with whoever gave them', async () => {
  const pool = await startPool({ workers: 2 })
  const stills = franckStills()
  const before = stills.map(one => Buffer.from(one))
  const outcomes = await Promise.all(stills.map(one => pool.findFaces(one)))
  for (const outcome of outcomes)
    expect(outcome).toMatchObject({ status: 'examined', finding: { faces: [{ verdict: 'USABLE' }] } })
  expect(stills).toEqual(before)
  expect(await pool.findFaces(Buffer.from('no picture'))).toEqual({ status: 'unreadable' })
  expect(lines.map(({ sentence }) => sentence).join()).toContain('evaluation weights')
})

test.each([
  ['DIES', 'WORKER_DIED'],
  ['KILL', 'WORKER_DIED'],
  ['THRO', 'WORKER_DIED'],
  ['HANG', 'WORKER_HUNG'],
])('a worker that %s over a picture is replaced, and only that picture is lost', async (word, reason) => {
  // What holds for one that hangs holds for those between as well, and may not be much: two are waited for.
  const pool = await startPool({ pictureTimeoutMs: word === 'HANG' ? 5000 : 60_000 })
  const picture = still('audrey.jpg')
  const outcomes = await Promise.all([
    pool.findFaces(picture),
    pool.findFaces(Buffer.from(word)),
    pool.findFaces(picture),
    pool.findFaces(Buffer.from(word)),
    pool.findFaces(picture),
  ])
  expect(outcomes.map(outcome => (outcome.status === 'failed' ? outcome.reason : outcome.status))).toEqual([
    'examined',
    reason,
    'examined',
    reason,
    'examined',
  ])
  expect(pool.alive()).toBe(1)
})

test('while one worker hangs the others go on', async () => {
  const pool = await startPool({ workers: 2, pictureTimeoutMs: 600_000 })
  const hung = pool.findFaces(Buffer.from('HANG'))
  const order: string[] = []
  void hung.then(() => order.push('hung'))
  for (let i = 0; i < 5; i++) order.push(await statusOf(pool, still('cage.jpg')))
  expect(order).toEqual(Array(5).fill('examined'))
  await pool.close()
  expect(await hung).toEqual({ status: 'failed', reason: 'CLOSED' })
})

test('weights that are not there stop the start, with the reason', async () => {
  await expect(startPool({ weightsFolder: '/nowhere' })).rejects.toThrow(
    /fr_\w+\.onnx of model set evaluation-1/,
  )
})

test('crops come with the faces where they are asked for', async () => {
  const pool = await startPool()
  const outcome = await pool.findFaces(still('cage.jpg'), { crops: true })
  expect(outcome).toMatchObject({
    status: 'examined',
    finding: { faces: [{ verdict: 'USABLE', crop: { height: 320, jpeg: expect.any(Uint8Array) } }] },
  })
})

test('closing fails what is under way and what waits', async () => {
  const pool = await startPool({ pictureTimeoutMs: 60_000 })
  const outcomes = [pool.findFaces(Buffer.from('HANG')), pool.findFaces(still('cage.jpg'))]
  await pool.close()
  expect(await Promise.all(outcomes)).toEqual(Array(2).fill({ status: 'failed', reason: 'CLOSED' }))
  expect(await pool.findFaces(still('cage.jpg'))).toEqual({ status: 'failed', reason: 'CLOSED' })
})

test('throughput is measured beside the networks alone', async () => {
  const options = { modelSet, weightsFolder: weightsFolder(), log, rounds: 1, roundMs: 50 }
  const figure = await measureThroughput({ ...options, picture: still('franck_02159.jpg') })
  expect(figure.ratio).toBeCloseTo(figure.framesPerSecond / figure.modelsAlonePerSecond, 9)
  await expect(
    measureThroughput({ ...options, picture: still('facemodel_numbering_new.png') }),
  ).rejects.toThrow()
})
