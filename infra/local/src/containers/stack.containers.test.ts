import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import type { Death } from '../processes.ts'
import { type SupervisedProcess, startProcess } from '../processes.ts'
import { startStack } from '../stack.ts'
import { makeTemporaryFolder } from '../temporary-folder.ts'
import { dockerClient } from './runtime.ts'

vi.setConfig({ testTimeout: 180_000 })
const patience = { timeout: 60_000, interval: 200 }
afterEach(() => vi.unstubAllEnvs())

/** The containers of the stack's making that a process has, running or not. */
async function containersOf(
  pid: number,
): Promise<{ Id: string; State: string; Mounts: { Name?: string }[] }[]> {
  const { container } = await dockerClient()
  const all = await container.dockerode.listContainers({ all: true, filters: { label: ['sightline.owner'] } })
  return all.filter(({ Labels }) => Labels['sightline.owner']?.split(' ')[1] === String(pid))
}

async function volumes(): Promise<string[]> {
  const { container } = await dockerClient()
  return (await container.dockerode.listVolumes()).Volumes.map(({ Name }: { Name: string }) => Name)
}

async function answers(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.destroy()
}

test('two stacks stand beside one another, each with ports of its own', async () => {
  const [one, other] = await Promise.all([
    startStack({ parts: ['postgres', 'eventStore'] }),
    startStack({ parts: ['postgres', 'eventStore'] }),
  ])
  expect(one.postgres.port).not.toBe(other.postgres.port)
  expect(one.eventStore.connectionString).not.toBe(other.eventStore.connectionString)
  expect(await containersOf(process.pid)).toHaveLength(4)
  await Promise.all([answers(one.postgres.port), answers(other.postgres.port)])
  const used = (await containersOf(process.pid)).flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name!))
  expect(used.length).toBeGreaterThan(0)
  await Promise.all([one.close(), other.close()])
  expect(await containersOf(process.pid)).toEqual([])
  expect(await volumes()).not.toEqual(expect.arrayContaining([used[0]]))
})

test('a part keeps its address and its files when it was killed or hung, and all starts are in its log', async () => {
  await using stack = await startStack({ parts: ['postgres'] })
  const { port } = stack.postgres
  await stack.postgres.kill()
  await expect(answers(port)).rejects.toThrow('ECONNREFUSED')
  await stack.postgres.restart()
  await answers(port)
  await stack.postgres.hang()
  await stack.postgres.goOn()
  await stack.postgres.restart()
  await answers(port)
  expect(await readdir(join(await stack.postgres.files()), { recursive: true })).toContainEqual(
    expect.stringContaining('PG_VERSION'),
  )
  const starts = readFileSync(stack.postgres.logFile, 'utf8').match(/ready to accept connections/g)
  expect(starts?.length).toBeGreaterThanOrEqual(3)
})

test('a container that ends by itself is told of, with the end of its log', async () => {
  const deaths: Death[] = []
  await using _stack = await startStack({ parts: ['postgres'], onPartDied: (_, death) => deaths.push(death) })
  const [running] = await containersOf(process.pid)
  const { container } = await dockerClient()
  await container.getById(running!.Id).kill({ signal: 'SIGQUIT' })
  await vi.waitFor(() => expect(deaths).toHaveLength(1), patience)
  expect(deaths[0]!.endOfLog).toContain('immediate shutdown')
})

test('an image that cannot be had is named, with the variable that names another', async () => {
  vi.stubEnv('STACK_KAFKA_IMAGE', 'sightline.invalid/no-such-image:1')
  await expect(startStack({ parts: ['kafka'] })).rejects.toThrow(
    /sightline\.invalid\/no-such-image:1, which STACK_KAFKA_IMAGE/,
  )
  expect(await containersOf(process.pid)).toEqual([])
})

test('a container that ends before it is ready is told of with its log, and nothing of it is left', async () => {
  const settings = { shared_buffers: 'nonsense' }
  await expect(startStack({ parts: ['postgres'], postgresSettings: settings })).rejects.toThrow(
    /the end of its log:[\s\S]*shared_buffers/,
  )
  expect(await containersOf(process.pid)).toEqual([])
})

test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
  'an owner that gets %s leaves no container',
  async signal => {
    const folder = await makeTemporaryFolder('holder')
    const holder: SupervisedProcess<true> = await startProcess({
      name: 'holder',
      command: process.execPath,
      args: [fileURLToPath(new URL('../../fixtures/hold-stack.ts', import.meta.url))],
      environment: Object.fromEntries(
        Object.entries(process.env).filter(([name]) => /^(STACK|DOCKER|TESTCONTAINERS|RYUK)/.test(name)),
      ) as Record<string, string>,
      logFile: join(folder.path, 'holder.log'),
      ready: line => (line.startsWith('{') ? (true as const) : undefined),
    })
    const pid = holder.pid
    expect(await containersOf(pid)).toHaveLength(1)
    const [volume] = (await containersOf(pid)).flatMap(({ Mounts }) => Mounts.map(({ Name }) => Name!))
    holder.signal(signal)
    expect((await holder.exited).signal).toBe(signal)
    await vi.waitFor(async () => expect(await containersOf(pid)).toEqual([]), patience)
    expect(await volumes()).not.toContain(volume)
    await folder.remove()
  },
)
