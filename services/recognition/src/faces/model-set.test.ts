import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ModelSetError, readModelSet, readWeights, referenceTo } from './model-set.ts'
import { openNetworks, sessionOptions } from './networks.ts'
import { weightsFolder } from './test-pictures.ts'

const folder = mkdtempSync(join(tmpdir(), 'sightline-models-'))
afterAll(() => rmSync(folder, { recursive: true }))
const set = readModelSet()

test('the evaluation set says what it is and names its networks by hash', () => {
  expect(set.grade).toBe('evaluation')
  expect(referenceTo(set).embedder).toEqual({
    id: 'fr_feature',
    sha256: '87aacdfe57510db2af90c0251df680e8eec88f122ee94712121d09bcaaaf3581',
  })
})

test('weights that are not what the set says are refused, and the file is named', async () => {
  for (const { file } of [set.detector, set.landmarks, set.embedder])
    copyFileSync(join(weightsFolder(), file), join(folder, file))
  writeFileSync(join(folder, set.embedder.file), 'other weights')
  await expect(readWeights(set, folder)).rejects.toThrow(/fr_feature\.onnx has the sha256/)
  rmSync(join(folder, set.detector.file))
  await expect(readWeights(set, folder)).rejects.toThrow(/fr_detect\.onnx.*can't be read/)
})

test('a description with a fault is refused with every fault named', () => {
  const file = join(folder, 'set.json')
  writeFileSync(
    file,
    JSON.stringify({ ...set, id: 'Not An Id', policy: { ...set.policy, matchMargin: 'wide' } }),
  )
  expect(() => readModelSet(file)).toThrow(ModelSetError)
  expect(() => readModelSet(file)).toThrow(/id[\s\S]*matchMargin|matchMargin[\s\S]*id/)
  writeFileSync(file, '{')
  expect(() => readModelSet(file)).toThrow(ModelSetError)
})

test('every network runs on the one thread that calls it', async () => {
  const given: object[] = []
  const networks = await openNetworks(
    set,
    await readWeights(set, weightsFolder()),
    async (bytes, options) => {
      given.push(options)
      const { InferenceSession } = await import('onnxruntime-node')
      return InferenceSession.create(bytes, options)
    },
  )
  await networks.close()
  expect(given).toEqual([sessionOptions, sessionOptions, sessionOptions])
  expect(sessionOptions).toMatchObject({
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  })
})

test('a set that names an output which the network has not is refused', async () => {
  const other = { ...set, embedder: { ...set.embedder, output: 'vector' } }
  await expect(openNetworks(other, await readWeights(set, weightsFolder()))).rejects.toThrow(
    /no output named vector/,
  )
})
