import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { EventStoreDBClient } from '@eventstore/db-client'
import { serveCommand } from '../serve-command.ts'

/** An event store in a process of its own, and a client of it, as measurements use them. */
export type MeasuredStore = AsyncDisposable & {
  client: EventStoreDBClient
  connectionString: string
  /** From the start of the process until it listened, ms. */
  startedIn: number
  /** The memory that the process holds now, and the most that it held, bytes. */
  memory(): { resident: number; highest: number }
}

/** Starts a store on the file; `:memory:` is the same store without a disk. */
export async function startMeasuredStore(file: string): Promise<MeasuredStore> {
  const startedAt = performance.now()
  const [command, args] = serveCommand(file)
  const child: ChildProcess = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const line = await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    ended.then(([code]) => Promise.reject(new Error(`the event store ended with ${code}`))),
  ])
  const startedIn = performance.now() - startedAt
  const { listening } = JSON.parse(String(line[0])) as { listening: number }
  const connectionString = `esdb://127.0.0.1:${listening}?tls=false`
  const client = EventStoreDBClient.connectionString(connectionString)
  return {
    client,
    connectionString,
    startedIn,
    memory() {
      const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
      const bytes = (key: string) => Number(status.match(new RegExp(`${key}:\\s+(\\d+) kB`))?.[1]) * 1024
      return { resident: bytes('VmRSS'), highest: bytes('VmHWM') }
    },
    async [Symbol.asyncDispose]() {
      await client.dispose()
      child.kill('SIGTERM')
      await ended
    },
  }
}
