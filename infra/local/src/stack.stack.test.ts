import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { PartName } from './part.ts'
import { type Death, type SupervisedProcess, startProcess } from './processes.ts'
import { type Stack, startLocalStack } from './stack.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

// Each test starts several parts, each of which has a minute to do so.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const patience = { timeout: 20_000, interval: 50 }

/** The processes that work in a folder or were given its name. */
function processesOf(folder: string): string[] {
  const mentions = (pid: string) => {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return commandLine.includes(folder) || readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    } catch {
      return false
    }
  }
  return readdirSync('/proc').filter(pid => /^\d+$/.test(pid) && mentions(pid))
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

const portOf = (address: string) => Number(/127\.0\.0\.1:(\d+)/.exec(address)?.[1])

let stack: Stack
let ports: Record<PartName, number>
const deaths: [PartName, Death][] = []

beforeAll(async () => {
  stack = await startLocalStack({ onPartDied: (part, death) => deaths.push([part, death]) })
  ports = {
    postgres: stack.postgres.port,
    kafka: portOf(stack.kafka.brokers[0] ?? ''),
    eventStore: portOf(stack.eventStore.connectionString),
  }
})
afterAll(() => stack?.close())

test('every part answers on its port and has a log', async () => {
  for (const part of ['postgres', 'kafka', 'eventStore'] as const) {
    expect(await answers(ports[part]), part).toBe(true)
    expect(existsSync(stack[part].logFile), part).toBe(true)
  }
})

test('a part that was killed comes back on the same port, and that is no death to tell of', async () => {
  for (const part of ['postgres', 'kafka', 'eventStore'] as const) {
    await stack[part].kill()
    expect(await answers(ports[part]), part).toBe(false)
    await stack[part].restart()
    expect(await answers(ports[part]), part).toBe(true)
  }
  expect(deaths).toEqual([])
})

test('a part that dies by itself is named, with the end of its log', async () => {
  const [postmaster] = processesOf(join(stack.folder, 'postgres'))
    .map(Number)
    .sort((a, b) => a - b)
  process.kill(postmaster!, 'SIGQUIT')
  await vi.waitFor(() => expect(deaths).toHaveLength(1), patience)
  const [part, death] = deaths[0]!
  expect(part).toBe('postgres')
  expect(death.endOfLog).toContain('immediate shutdown')
  await stack.postgres.restart()
  expect(await answers(ports.postgres)).toBe(true)
})

test('a second stack beside the first has ports of its own, and nothing of it is left after its close', async () => {
  const other = await startLocalStack({ parts: ['postgres', 'eventStore'] })
  expect(other.postgres.port).not.toBe(ports.postgres)
  expect(processesOf(other.folder).length).toBeGreaterThan(1)
  await other.close()
  expect(processesOf(other.folder)).toEqual([])
  expect(existsSync(other.folder)).toBe(false)
  expect(await answers(other.postgres.port)).toBe(false)
  expect(await answers(ports.postgres)).toBe(true)
})

test('a part that cannot start is named, and the others are stopped', async () => {
  const starting = startLocalStack({ parts: ['postgres'], postgresSettings: { no_such_setting: 1 } })
  await expect(starting).rejects.toThrow(/postgres ended before it was ready(.|\n)*no_such_setting/)
})

async function holdStack(logFolder: string): Promise<{ holder: SupervisedProcess<string>; folder: string }> {
  const holder = await startProcess({
    name: 'holder',
    command: process.execPath,
    args: [fileURLToPath(new URL('../fixtures/hold-stack.ts', import.meta.url))],
    logFile: join(logFolder, 'holder.log'),
    ready: line => (line.startsWith('{') ? (JSON.parse(line) as { folder: string }).folder : undefined),
  })
  return { holder, folder: holder.ready }
}

test('a stack whose owner is asked to end, or is killed, leaves nothing behind', async () => {
  const logFolder = await mkdtemp(join(tmpdir(), 'holder-'))
  try {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const { holder, folder } = await holdStack(logFolder)
      holder.signal(signal)
      expect(await holder.exited).toEqual({ code: null, signal })
      expect(processesOf(folder)).toEqual([])
      expect(existsSync(folder)).toBe(false)
    }
    const { holder, folder } = await holdStack(logFolder)
    await holder.kill()
    await vi.waitFor(() => expect(processesOf(folder)).toEqual([]), patience)
    // Nobody was left to remove the folder; whoever needs one next does it.
    await (await makeTemporaryFolder('after')).remove()
    expect(existsSync(folder)).toBe(false)
  } finally {
    await rm(logFolder, { recursive: true })
  }
})
