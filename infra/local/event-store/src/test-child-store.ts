import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { serveCommand } from './serve-command.ts'

/** An event store in a process of its own, for tests that kill or watch it. */
export type ChildStore = AsyncDisposable & {
  process: ChildProcess
  pid: number
  port: number
  connectionString: string
  /** The sentences of what it said on its standard error so far. */
  warnings(): string[]
  /** Sends the signal and waits until the process is gone; gives its exit code, null if the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/** Starts the command, or the usual one for the file, and waits until it listens. @throws with what it said if it ends before */
export async function startChildStore(
  file: string,
  port = 0,
  [command, args] = serveCommand(file, port),
): Promise<ChildStore> {
  // Who lets the disk fail at a call counts the store's calls, not those for what Node.js compiled before.
  const env = { ...process.env, NODE_DISABLE_COMPILE_CACHE: '1' }
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const exited = once(child, 'exit') as Promise<[number | null]>
  const ended = exited.then(([code]): never => {
    throw new Error(`the event store ended with ${code}: ${errors}`)
  })
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [string]
  ended.catch(() => {})
  const { listening } = JSON.parse(line) as { listening: number }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    const [code] = await exited
    return code
  }

  return {
    process: child,
    pid: child.pid!,
    port: listening,
    connectionString: `esdb://127.0.0.1:${listening}?tls=false`,
    warnings: () =>
      errors
        .split('\n')
        .filter(line => line.startsWith('{'))
        .map(line => (JSON.parse(line) as { message: string }).message),
    end,
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
    },
  }
}
