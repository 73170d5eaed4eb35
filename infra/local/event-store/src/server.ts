import { ServerCredentials } from '@grpc/grpc-js'
import { openEventLog } from './log/event-log.ts'
import { createEventStoreService } from './protocol/service.ts'
import { createWakeUps } from './subscriptions/wake-ups.ts'

/** Where the server says what goes wrong: a static sentence and fields. */
export type EventStoreLogger = {
  warn(fields: Record<string, unknown>, message: string): void
}

/** What a server serves, and where. */
export type EventStoreOptions = {
  /** The SQLite file, made if absent, with its folder. */
  file: string
  /** 0 takes a free port. */
  port?: number
  host?: string
  /** Where gossip says that clients reach it, e.g. the port outside of its container; where it listens by default. */
  advertised?: { address: string; port: number }
  logger?: EventStoreLogger
}

/** An event store that answers. */
export type RunningEventStore = AsyncDisposable & {
  /** For `EventStoreDBClient.connectionString`. */
  connectionString: string
  port: number
  /** Ends open calls as unavailable, stores what was accepted and releases the file. */
  close(): Promise<void>
}

/** How long calls may take to end when the server stops, in milliseconds. */
const shutdownGrace = 500

/**
 * Starts a server that speaks EventStoreDB's streams protocol over the file.
 *
 * @throws EventStoreFileInUseError if another server holds the file, NotAnEventStoreFileError, or the error of
 * listening
 */
export async function startEventStore({
  file,
  port = 0,
  host = '127.0.0.1',
  advertised,
  logger,
}: EventStoreOptions): Promise<RunningEventStore> {
  const log = openEventLog({
    file,
    onFault: {
      begun: fault => logger?.warn({ file, fault: fault.message }, 'appends are refused'),
      ended: failedCommits => logger?.warn({ file, failedCommits }, 'appends are stored again'),
    },
  })
  const wakeUps = createWakeUps(log)
  let listening = port
  const { server, endCalls } = createEventStoreService({
    log,
    wakeUps,
    endpoint: () => advertised ?? { address: host, port: listening },
  })
  try {
    listening = await new Promise((resolve, reject) => {
      server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      )
    })
  } catch (error) {
    log.close()
    throw error
  }

  let closing: Promise<void> | undefined
  async function close(): Promise<void> {
    await new Promise(setImmediate)
    endCalls()
    await new Promise<void>(resolve => {
      const force = setTimeout(() => server.forceShutdown(), shutdownGrace)
      server.tryShutdown(() => {
        clearTimeout(force)
        resolve()
      })
    })
    wakeUps.close()
    log.close()
  }

  function closeOnce(): Promise<void> {
    closing ??= close()
    return closing
  }

  return {
    connectionString: `esdb://${host}:${listening}?tls=false`,
    port: listening,
    close: closeOnce,
    [Symbol.asyncDispose]: closeOnce,
  }
}
