import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { localMaker } from './local-maker.ts'
import type { Maker, PartAddresses, PartName, RestartablePart } from './part.ts'
import type { Death } from './processes.ts'
import { stackKind } from './stack-kind.ts'
import { makeTemporaryFolder } from './temporary-folder.ts'

type Parts = { [Name in PartName]: PartAddresses[Name] & RestartablePart }

/** What a stack consists of. */
export type StackOptions<Name extends PartName> = {
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
export type Stack<Name extends PartName = PartName> = Pick<Parts, Name> &
  AsyncDisposable & {
    /** Data and logs, removed by {@link Stack.close}. */
    readonly folder: string
    /** Where each part's log is, `<logs>/<part>.log`. Whoever starts more processes puts their logs here too. */
    readonly logs: string
    /** Stops everything and removes the folder. May be called more than once. */
    close(): Promise<void>
  }

/**
 * Starts a stack of its own, on free ports of 127.0.0.1: processes of this machine, or containers where the
 * environment says `STACK=containers`. Several can run beside one another.
 *
 * Nothing is left when it is closed. When the process gets SIGINT or SIGTERM and has no handler of its own, the
 * stack closes itself and the process then ends by that signal; if the process ends in any other way, the kernel
 * kills the processes, and containers are removed by who watches for that end.
 *
 * @throws ProcessStartError naming the part that didn't start; the others are stopped then.
 * @throws NoContainersError where `STACK=containers` and no Docker runs
 */
export async function startStack<const Name extends PartName = PartName>(
  options: StackOptions<Name> = {},
): Promise<Stack<Name>> {
  return start(stackKind() === 'local' ? localMaker : await loadContainerMaker(), options)
}

/** {@link startStack} of processes on this machine, whatever `STACK` says. */
export function startLocalStack<const Name extends PartName = PartName>(
  options: StackOptions<Name> = {},
): Promise<Stack<Name>> {
  return start(localMaker, options)
}

async function start<const Name extends PartName>(
  maker: Maker,
  options: StackOptions<Name>,
): Promise<Stack<Name>> {
  const names: readonly PartName[] = options.parts ?? ['postgres', 'kafka', 'eventStore']
  const temporary = await makeTemporaryFolder('stack')
  const logs = join(temporary.path, 'logs')
  mkdirSync(logs)
  const running = new Set<{ stop(): Promise<void> }>()
  const report = options.onPartDied ?? reportDeath
  const starting = names.map(async name => {
    const { address, control } = await maker[name]({
      folder: join(temporary.path, name),
      logFile: join(logs, `${name}.log`),
      onDied: death => report(name, death),
      settings: name === 'postgres' ? (options.postgresSettings ?? {}) : {},
    })
    running.add(control)
    if ('adminUrl' in address) await options.prepareCluster?.(address.adminUrl)
    const { stop: _, ...part } = control
    return [name, { ...address, ...part }] as const
  })

  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= (async () => {
      for (const signal of signals) process.off(signal, closeAndEnd)
      await Promise.allSettled(starting)
      await Promise.all(Array.from(running, part => part.stop()))
      await temporary.remove()
    })()
    return closing
  }
  const closeAndEnd = (signal: NodeJS.Signals) => {
    if (process.listeners(signal).some(isOfApplication)) return
    void close().finally(() => {
      if (!process.listeners(signal).every(listener => bystanders.has(listener))) return
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    })
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

const signals = ['SIGINT', 'SIGTERM'] as const

/** The stacks' own signal handlers, told apart from the application's. */
const closers = new Set<unknown>()

/** Handlers of libraries, which only look on: with them alone a signal still ends the process. */
const bystanders = new Set<unknown>()

const isOfApplication = (listener: unknown) => !closers.has(listener) && !bystanders.has(listener)

/** Loads what drives containers where containers are wanted. It brings signal handlers of its own. */
async function loadContainerMaker(): Promise<Maker> {
  const listeners = () => signals.flatMap(signal => process.listeners(signal))
  const before = new Set(listeners())
  const { containerMaker } = await import('./containers/maker.ts')
  for (const listener of listeners()) if (!before.has(listener)) bystanders.add(listener)
  return containerMaker
}

function reportDeath(part: PartName, { code, signal, endOfLog }: Death): void {
  console.error(`${part} died (${signal ?? `exit code ${code}`}); the end of its log:\n${endOfLog}`)
}
