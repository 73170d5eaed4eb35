import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type StartedEventStore, startEventStore } from './event-store.ts'
import { type StartedKafka, startKafka } from './kafka.ts'
import { type StartedPostgres, startPostgres } from './postgres.ts'
import type { Death, SupervisedProcess } from './processes.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

/** What killing and restarting a part looks like, whatever the part is. Its address and data stay the same. */
export type RestartablePart = {
  /** Kills the part at once, as a crash would; resolves when it is gone. */
  kill(): Promise<void>
  /** Stops the part if it runs and starts it again; resolves when it is ready. */
  restart(): Promise<void>
  /** Lets the part hang until {@link RestartablePart.goOn}: it keeps its connections and answers nothing. */
  hang(): void
  goOn(): void
  readonly logFile: string
}

type Parts = {
  postgres: Omit<StartedPostgres, 'process'> & RestartablePart
  kafka: Omit<StartedKafka, 'process'> & RestartablePart
  eventStore: Omit<StartedEventStore, 'process'> & RestartablePart
}

/** The names of what a local stack consists of. */
export type PartName = keyof Parts

/** What a local stack consists of. */
export type LocalStackOptions<Name extends PartName> = {
  /** Which parts to start; all of them by default. */
  parts?: readonly Name[]
  /** Is told when a part ends and nobody asked for it. By default it is written to the standard error. */
  onPartDied?: (part: PartName, death: Death) => void
  /** Settings of PostgreSQL on top of the stack's, e.g. `{ fsync: 'off' }`. */
  postgresSettings?: Readonly<Record<string, string | number>>
  /** Is given the superuser's address as soon as PostgreSQL runs, to make what is shared by all its databases (roles). */
  prepareCluster?: (adminUrl: string) => Promise<void>
}

/** A stack that runs: only the parts that were asked for are there. */
export type LocalStack<Name extends PartName = PartName> = Pick<Parts, Name> &
  AsyncDisposable & {
    /** Data and logs, removed by {@link LocalStack.close}. */
    readonly folder: string
    /** Where each part's log is, `<logs>/<part>.log`. Whoever starts more processes puts their logs here too. */
    readonly logs: string
    /** Stops everything and removes the folder. May be called more than once. */
    close(): Promise<void>
  }

/**
 * Starts a stack of its own in a temporary folder, on free ports of 127.0.0.1. Several can run beside one another.
 *
 * Nothing is left when it is closed. When the process gets SIGINT or SIGTERM and has no handler of its own, the
 * stack closes itself and the process then ends by that signal; if the process ends in any other way, the kernel
 * kills the parts.
 *
 * @throws ProcessStartError naming the part that didn't start; the others are stopped then.
 */
export async function startLocalStack<const Name extends PartName = PartName>(
  options: LocalStackOptions<Name> = {},
): Promise<LocalStack<Name>> {
  const names: readonly PartName[] = options.parts ?? ['postgres', 'kafka', 'eventStore']
  const temporary = await makeTemporaryFolder('stack')
  const logs = join(temporary.path, 'logs')
  mkdirSync(logs)
  const processes = new Set<SupervisedProcess<unknown>>()
  const report = options.onPartDied ?? reportDeath
  const start = {
    postgres: async (common: CommonOptions) => {
      const started = await startPostgres({ ...common, settings: options.postgresSettings ?? {} })
      await options.prepareCluster?.(started.adminUrl)
      return started
    },
    kafka: startKafka,
    eventStore: startEventStore,
  }
  const starting = names.map(async name => {
    const { process: child, ...part } = await start[name]({
      folder: join(temporary.path, name),
      logFile: join(logs, `${name}.log`),
      onDied: death => report(name, death),
    })
    processes.add(child)
    return [name, { ...part, ...restartable(child) }] as const
  })

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      for (const signal of signals) process.off(signal, closeAndEnd)
      await Promise.allSettled(starting)
      await Promise.all(Array.from(processes, child => child.stop()))
      await temporary.remove()
    })()
    return closing
  }
  const closeAndEnd = (signal: NodeJS.Signals) => {
    if (process.listeners(signal).some(listener => !closers.has(listener))) return
    void close().finally(() => process.listenerCount(signal) === 0 && process.kill(process.pid, signal))
  }
  closers.add(closeAndEnd)
  for (const signal of signals) process.on(signal, closeAndEnd)

  try {
    const parts = Object.fromEntries(await Promise.all(starting)) as unknown as Pick<Parts, Name>
    return { ...parts, folder: temporary.path, logs, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

type CommonOptions = { folder: string; logFile: string; onDied: (death: Death) => void }

const signals = ['SIGINT', 'SIGTERM'] as const

/** The stacks' own signal handlers, told apart from the application's. */
const closers = new Set<unknown>()

function restartable(child: SupervisedProcess<unknown>): RestartablePart {
  return {
    logFile: child.logFile,
    async kill() {
      await child.kill()
    },
    restart: () => child.restart(),
    hang: () => child.signal('SIGSTOP'),
    goOn: () => child.signal('SIGCONT'),
  }
}

function reportDeath(part: PartName, { code, signal, endOfLog }: Death): void {
  console.error(`${part} died (${signal ?? `exit code ${code}`}); the end of its log:\n${endOfLog}`)
}
