import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { useSharedStack } from '@sightline/local/test-stack'
import { describe, expect, test } from 'vitest'
import { startWorld, type TestWorld } from './test-world.ts'

const stack = await useSharedStack('postgres')
const program = (file: string) => fileURLToPath(new URL(file, import.meta.url))

async function command(world: TestWorld, ...words: string[]) {
  const options = { env: { ...world.environment } }
  try {
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [program('command.ts'), ...words],
      options,
    )
    return { code: 0, stdout, stderr }
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string }
  }
}

async function startService(environment: Record<string, string>) {
  const child = spawn(process.execPath, [program('main.ts')], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: { msg: string }[] = []
  createInterface({ input: child.stdout! }).on('line', line => lines.push(JSON.parse(line)))
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  return { child, lines, exited }
}

const aSite = () => {
  const tenantId = randomUUID()
  const event = { type: 'SiteCreated' as const, data: { name: 'Quay' } }
  return [{ stream: `site-${tenantId}.${randomUUID()}`, tenantId, event }]
}

describe('npm run projections', () => {
  test('explains itself', async () => {
    await using world = await startWorld(stack)
    expect(await command(world)).toMatchObject({ code: 0, stdout: expect.stringContaining('rebuild') })
    expect(await command(world, '--help')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('status'),
    })
    expect(await command(world, 'burn')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('rebuild'),
    })
  })

  test('names every fault of its environment and no value', async () => {
    await using world = await startWorld(stack)
    const environment = { ...world.environment, MASTER_KEY: 'not-a-secret-of-32-bytes', POSTGRES_PORT: 'x' }
    const refused = await command({ ...world, environment }, 'status')
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/POSTGRES_PORT[\s\S]*MASTER_KEY/),
    })
    expect(refused.stderr).not.toContain('not-a-secret')
  })

  test('rebuilds, telling how far it is, and tells how the rows stand', async () => {
    await using world = await startWorld(stack)
    await world.append(aSite())
    const end = await world.eventLog.lastPosition()
    expect(await command(world, 'rebuild')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`2 events, position ${end} of ${end}\nrebuilt from 2 events`)),
    })
    const status = await command(world, 'status')
    expect(status.stdout).toContain(`of position ${end}, up to date`)
    expect(status.stdout).toContain('does not run')
  })

  test('refuses to rebuild while the service runs', async () => {
    await using world = await startWorld(stack)
    const service = await startService(world.environment)
    await expect.poll(() => service.lines.map(line => line.msg), { timeout: 30_000 }).toContain('started')
    await world.append(aSite())
    await world.caughtUp()
    expect(await command(world, 'rebuild')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('a projector runs: stop it first'),
    })
    service.child.kill('SIGTERM')
    expect(await service.exited).toEqual([0, null])
    expect(await command(world, 'rebuild')).toMatchObject({ code: 0 })
  })
})

test('the service ends with an error when an event can’t be applied', async () => {
  await using world = await startWorld(stack)
  const tenantId = randomUUID()
  const stream = `agent-${tenantId}.${randomUUID()}`
  await world.append([{ stream, tenantId, event: { type: 'AgentStatusChanged', data: { status: 'IDLE' } } }])
  const service = await startService(world.environment)
  expect(await service.exited).toEqual([1, null])
  const stopped = service.lines.find(line => line.msg === 'the projector stopped')
  expect(JSON.stringify(stopped)).toContain(`AgentStatusChanged in ${stream}, revision 0`)
})
