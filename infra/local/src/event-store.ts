import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { serveCommand } from '@sightline/local-event-store/serve-command'
import type { EventStoreAddress } from './part.ts'
import { freePort } from './ports.ts'
import { type Death, type SupervisedProcess, startProcess } from './processes.ts'

/** The local event store: EventStoreDB's protocol over one file. */
export type StartedEventStore = EventStoreAddress & {
  process: SupervisedProcess<number>
  /** The one file that holds all events. */
  file: string
}

/** Starts an event store with an empty log in a folder. */
export async function startEventStore(options: {
  folder: string
  logFile: string
  onDied?: (death: Death) => void
}): Promise<StartedEventStore> {
  const { folder, logFile, onDied } = options
  mkdirSync(folder, { recursive: true })
  const file = join(folder, 'events.sqlite')
  const port = await freePort()
  const [command, args] = serveCommand(file, port)
  const store = await startProcess({
    name: 'event store',
    command,
    args,
    logFile,
    ready: portOfReadyLine,
    ...(onDied && { onDied }),
  })
  return { process: store, connectionString: `esdb://127.0.0.1:${port}?tls=false`, file }
}

/** The port in a line such as `{"listening":20123}`; undefined for any other line. */
export function portOfReadyLine(line: string): number | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const said: unknown = JSON.parse(line)
    const port = said !== null && typeof said === 'object' && 'listening' in said ? said.listening : undefined
    return typeof port === 'number' ? port : undefined
  } catch {
    return undefined
  }
}
