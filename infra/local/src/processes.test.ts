import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { type Death, type ProcessOptions, startProcess } from './processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'processes-'))
afterAll(() => rmSync(folder, { recursive: true }))

let count = 0
function shell<Ready = undefined>(
  script: string,
  more: Partial<ProcessOptions<Ready>> = {},
): ProcessOptions<Ready> {
  count += 1
  const logFile = join(folder, `${count}.log`)
  return { name: 'part', command: 'sh', args: ['-c', script], logFile, ...more }
}

const isAlive = (pid: number) => {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}

test('a process is ready when it says so, and what it says is given', async () => {
  const script = 'echo starting; sleep 0.1; echo "listening on 4711"; exec sleep 60'
  await using part = await startProcess(
    shell(script, { ready: line => /listening on (\d+)/.exec(line)?.[1] }),
  )
  expect(part.ready).toBe('4711')
  expect(part.isRunning).toBe(true)
})

test('a process that ends before it is ready fails with the end of its log', async () => {
  const starting = startProcess(shell('echo no port left >&2; exit 3', { ready: () => undefined }))
  await expect(starting).rejects.toThrow('part ended before it was ready (exit code 3)')
  await expect(starting).rejects.toThrow('no port left')
})

test('a process that says nothing in time is killed', async () => {
  const starting = startProcess(shell('echo $$; exec sleep 60', { ready: () => undefined, readyWithin: 200 }))
  const error: unknown = await starting.catch((reason: unknown) => reason)
  expect(String(error)).toContain('was not ready after 200 ms')
  const pid = Number(/\n(\d+)$/.exec(String(error))?.[1])
  expect(isAlive(pid)).toBe(false)
})

test('a command that does not exist fails to start', async () => {
  const starting = startProcess({ ...shell('', { ready: () => undefined }), command: 'no-such-command' })
  await expect(starting).rejects.toThrow('no-such-command')
})

test('only an end that nobody asked for is told', async () => {
  const deaths: Death[] = []
  await using part = await startProcess(
    shell('echo up; exec sleep 60', { ready: line => line, onDied: death => deaths.push(death) }),
  )
  await part.restart()
  await part.kill()
  await part.restart()
  expect(deaths).toEqual([])
  process.kill(part.pid, 'SIGSEGV')
  await vi.waitFor(() => expect(deaths).toHaveLength(1), 5_000)
  expect(deaths[0]).toMatchObject({ name: 'part', signal: 'SIGSEGV', endOfLog: 'up\nup\nup' })
})

test('what a process started ends with it', async () => {
  const part = await startProcess(shell('sleep 60 & echo $!; wait', { ready: line => Number(line) }))
  const grandchild = part.ready
  expect(isAlive(grandchild)).toBe(true)
  await part.kill()
  await vi.waitFor(() => expect(isAlive(grandchild)).toBe(false), 5_000)
})

test('a process that ignores the request to end is killed, also while it hangs', async () => {
  const script = 'trap "" TERM; echo up; while :; do sleep 0.05; done'
  const part = await startProcess(shell(script, { ready: line => line, stopWithin: 100 }))
  part.signal('SIGSTOP')
  expect(await part.stop()).toEqual({ code: null, signal: 'SIGKILL' })
})

test('a process sees its own environment, a few variables of ours and its input', async () => {
  vi.stubEnv('SOME_SECRET', 'not for children')
  await using part = await startProcess(
    shell('read line; echo "$line $GREETING [$SOME_SECRET] $(test -n "$PATH" && echo path)"; exec sleep 60', {
      environment: { GREETING: 'hello' },
      input: 'first\n',
      ready: line => line,
    }),
  )
  expect(part.ready).toBe('first hello [] path')
})
