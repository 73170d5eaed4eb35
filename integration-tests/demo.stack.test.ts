import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'

const main = resolve(import.meta.dirname, 'demo/main.ts')

/** A demo that runs as its own process, with what it printed. */
interface Demo {
  child: ChildProcess
  output: () => string
  ended: Promise<number | null>
}

const demos: Demo[] = []

function startDemo(...args: string[]): Demo {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  const take = (chunk: Buffer) => {
    printed += chunk.toString()
  }
  child.stdout.on('data', take)
  child.stderr.on('data', take)
  const demo: Demo = {
    child,
    output: () => printed,
    ended: once(child, 'exit').then(([code]) => code as number | null),
  }
  demos.push(demo)
  return demo
}

/** Process ids of everything that a process has started, however deep. */
function descendants(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const entry of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It ended while it was looked at.
    }
  }
  const found: number[] = []
  for (let frontier = [pid]; frontier.length > 0; ) {
    frontier = [...parents].filter(([, parent]) => frontier.includes(parent)).map(([child]) => child)
    found.push(...frontier)
  }
  return found
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It has ended since it was found.
    return ''
  }
}

const isAlive = (pid: number) => existsSync(`/proc/${pid}`)

async function printed(demo: Demo, pattern: RegExp): Promise<RegExpExecArray> {
  return vi.waitFor(
    () => pattern.exec(demo.output()) ?? expect.fail(`${pattern} was not printed:\n${demo.output()}`),
    { timeout: 100_000, interval: 100 },
  )
}

/** Starts a session as the page does with the secret of its address; gives the answer's status. */
async function signIn(origin: string, secret: string): Promise<number> {
  const response = await fetch(`${origin}/session/start`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, 'x-sightline-session': '1' },
    body: JSON.stringify({ secret }),
  })
  return response.status
}

afterEach(async () => {
  for (const { child, ended } of demos.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await ended
  }
})

// Two whole systems start here, one after the other.
test('a demo beside another one recognises Franck and nobody else, and tells it as JSON', {
  timeout: 240_000,
}, async () => {
  const staying = startDemo()
  const [, address, secret] = await printed(staying, /The page +(http:\S+)\/#sign-in=(\S+)/)
  const once = startDemo('--once')
  expect(await once.ended, once.output()).toBe(0)
  const result: unknown = JSON.parse(once.output().trimEnd().split('\n').at(-1)!)
  expect(result).toEqual({
    recognised: 'Franck',
    similarity: expect.closeTo(0.8, 0),
    frameToEventMs: expect.any(Number),
    frameToSubscriptionMs: expect.any(Number),
    startedInMs: expect.any(Number),
  })
  expect((result as { similarity: number }).similarity).toBeGreaterThanOrEqual(0.6)
  await printed(staying, /Franck was recognised/)

  const [, logs] = await printed(staying, /Logs +(\S+)/)
  expect((await fetch(address!)).status).toBe(200)
  expect(await signIn(address!, secret!)).toBe(200)
  expect(await signIn(address!, secret!)).toBe(401)
  const started = descendants(staying.child.pid!)
  expect(started.length).toBeGreaterThan(8)
  staying.child.kill('SIGINT')
  expect(await staying.ended).toBe(0)
  await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), { timeout: 30_000 })
  expect(existsSync(resolve(logs!, '..'))).toBe(false)
  await expect(fetch(address!)).rejects.toThrow()
})

test('a demo whose part dies names it, shows the end of its log, and stops everything', async () => {
  const demo = startDemo()
  await printed(demo, /Everything runs/)
  const started = descendants(demo.child.pid!)
  const recognition = started.find(pid => commandLine(pid).includes('services/recognition/src/main.ts'))
  process.kill(recognition!, 'SIGKILL')
  expect(await demo.ended).toBe(1)
  expect(demo.output()).toMatch(/The demo failed at recognition: it died/)
  expect(demo.output()).toMatch(/The end of the log of recognition:\n.*"msg":"started"/s)
  await vi.waitFor(() => expect(started.filter(isAlive)).toEqual([]), { timeout: 30_000 })
})
