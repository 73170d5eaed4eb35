import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runSteps, type Step } from './run-steps.mjs'

let cache: string
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'set-up-'))
})
afterEach(() => rmSync(cache, { recursive: true }))

/** Makes a file in the cache; `faults` are thrown by its first tries. */
function making(name: string, faults: Error[] = []): Step {
  return {
    name,
    missing: ({ cache }) => (existsSync(join(cache, name)) ? undefined : 'not there yet'),
    async perform({ cache, temporaryFolder }) {
      writeFileSync(join(temporaryFolder(), 'half'), '')
      const fault = faults.shift()
      if (fault) throw fault
      writeFileSync(join(cache, name), '')
    },
  }
}

const run = (steps: Step[], said: string[] = []) =>
  runSteps(steps, { cache, write: text => said.push(text), interactive: false })

test('each step is done once', async () => {
  const said: string[] = []
  const steps = [making('models'), making('films')]
  expect(await run(steps, said)).toEqual(['models', 'films'])
  expect(said.join('')).toMatch(/^models: not there yet\nmodels: done in .* s\nfilms: not there yet\n/)
  expect(await run(steps)).toEqual([])
  rmSync(join(cache, 'films'))
  expect(await run(steps)).toEqual(['films'])
})

test('a step that fails stops the set-up, leaves nothing half made, and is done by the next', async () => {
  const steps = [making('models', [new Error('no network')]), making('films')]
  await expect(run(steps)).rejects.toThrow('no network')
  expect(readdirSync(cache)).toEqual([])
  expect(await run(steps)).toEqual(['models', 'films'])
})

test('a step that makes nothing is a fault', async () => {
  const idle: Step = { name: 'models', missing: () => 'not there yet', perform: async () => undefined }
  await expect(run([idle])).rejects.toThrow('models: was made, but not there yet')
})

test('of two set-ups at once one works and the other waits and finds it done', async () => {
  const program = fileURLToPath(new URL('../fixtures/set-up-slowly.mjs', import.meta.url))
  const setUp = () => promisify(execFile)(process.execPath, [program, cache])
  const outputs = (await Promise.all([setUp(), setUp(), setUp()])).map(({ stdout }) => stdout)
  expect(readFileSync(join(cache, 'notes'), 'utf8')).toBe('done\n')
  expect(outputs.filter(output => output.endsWith('{"done":["The slow thing"]}\n'))).toHaveLength(1)
  expect(outputs.filter(output => output.endsWith('{"done":[]}\n'))).toHaveLength(2)
})
