import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { compiledCode } from '../setup/locations.mjs'

/** What a child process is started from. `Ready` is what its ready line says, e.g. the port it listens on. */
export type ProcessOptions<Ready> = {
  /** How the process is called in messages, e.g. `kafka`. */
  name: string
  /** A program's path, or a name that is looked for on PATH. */
  command: string
  args: readonly string[]
  /**
   * What the process sees beside PATH, HOME, LANG, TMPDIR and where Node.js keeps compiled code. Nothing else is
   * inherited, so a process can't come to depend on a variable that nobody passes on purpose.
   */
  environment?: Readonly<Record<string, string>>
  cwd?: string
  /** Output and errors are appended here; the folder is made. */
  logFile: string
  /**
   * Is given each line that the process writes after its start, until it returns something other than
   * undefined: that is the ready line. Without it a process is ready as soon as it runs.
   */
  ready?: (line: string) => Ready | undefined
  /** Milliseconds until a process that isn't ready counts as failed; 60,000. */
  readyWithin?: number
  /** Written to the process's standard input at its start. The input stays open for {@link SupervisedProcess.send}. */
  input?: string
  /** Whom the process runs as; only root can choose. */
  user?: { uid: number; gid: number }
  /** The signal that asks the process to end; SIGTERM. */
  stopSignal?: NodeJS.Signals
  /** Milliseconds that a stopping process has before it is killed; 10,000. */
  stopWithin?: number
  /**
   * Resolves when nothing of an ended process works any more, where parts of it live on for a moment and would
   * stand in the way of the next. Awaited after every end that is asked for, and before every start.
   */
  untilGone?: () => Promise<void>
  /** Told when the process ends and nobody here asked for it. */
  onDied?: (death: Death) => void
}

/** How a process ended: one of the two is null. */
export type Exit = { code: number | null; signal: NodeJS.Signals | null }

/** An end that nobody asked for, with the last lines of the log for whoever must find out why. */
export type Death = Exit & { name: string; logFile: string; endOfLog: string }

/** A process that ended, or said nothing in time, before it was ready. The message holds the end of its log. */
export class ProcessStartError extends Error {
  override readonly name = 'ProcessStartError'
  readonly processName: string
  readonly endOfLog: string
  constructor(processName: string, reason: string, endOfLog: string) {
    super(`${processName} ${reason}; the end of its log:\n${endOfLog}`)
    this.processName = processName
    this.endOfLog = endOfLog
  }
}

type State =
  | { phase: 'running'; child: ChildProcess; pid: number; exited: Promise<Exit> }
  | { phase: 'ended'; exit: Exit }

const running = new Set<number>()

/**
 * Ends the whole group of a process that is gone already, so that nothing which it started outlives it.
 * A group without members is no error.
 */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

process.on('exit', () => {
  for (const pid of running) killGroup(pid)
})

/**
 * Starts a child process and waits until it is ready.
 *
 * The process leads a group of its own: a Ctrl-C in the terminal doesn't reach it, so that its owner decides
 * the order in which things end. The kernel kills it when its owner is gone, however the owner ended, and what
 * is left of its group is killed when it ends.
 *
 * @throws ProcessStartError when it ends or stays silent before it is ready; nothing is left running then.
 */
export async function startProcess<Ready = undefined>(
  options: ProcessOptions<Ready>,
): Promise<SupervisedProcess<Ready>> {
  const started = new SupervisedProcess(options)
  await started.restart()
  return started
}

/**
 * Runs a command that ends by itself.
 * @throws ProcessStartError when it fails
 */
export async function runToEnd(options: Omit<ProcessOptions<undefined>, 'ready' | 'onDied'>): Promise<void> {
  const started = await startProcess(options)
  const { code, signal } = await started.exited
  if (code === 0) return
  const reason = `failed to run ${basename(options.command)} (${signal ?? `exit code ${code}`})`
  throw new ProcessStartError(options.name, reason, started.endOfLog())
}

/** A started child process. Made by {@link startProcess}. */
export class SupervisedProcess<Ready = undefined> implements AsyncDisposable {
  readonly name: string
  readonly logFile: string
  readonly #options: ProcessOptions<Ready>
  #state: State = { phase: 'ended', exit: { code: null, signal: null } }
  #ready: Ready | undefined
  /** True from the moment at which somebody here asked for the end. */
  #endExpected = true

  constructor(options: ProcessOptions<Ready>) {
    this.name = options.name
    this.logFile = options.logFile
    this.#options = options
  }

  /** What the ready line said at the last start. */
  get ready(): Ready {
    return this.#ready as Ready
  }

  get isRunning(): boolean {
    return this.#state.phase === 'running'
  }

  /** The process id; throws when the process has ended. */
  get pid(): number {
    return this.#mustRun().pid
  }

  /** Resolves when the process has ended, for whatever reason. */
  get exited(): Promise<Exit> {
    return this.#state.phase === 'running' ? this.#state.exited : Promise.resolve(this.#state.exit)
  }

  /** The last lines that the process wrote. */
  endOfLog(lines?: number): string {
    return endOfFile(this.logFile, lines)
  }

  /** Starts the process again as it was started first; one that still runs is stopped before. */
  async restart(): Promise<void> {
    await this.stop()
    await this.#options.untilGone?.()
    mkdirSync(dirname(this.logFile), { recursive: true })
    const offset = existsSync(this.logFile) ? statSync(this.logFile).size : 0
    this.#spawn()
    try {
      await this.#untilReady(offset)
    } catch (error) {
      await this.kill()
      throw error
    }
  }

  /** Writes to the process's standard input. */
  send(text: string): void {
    this.#mustRun().child.stdin?.write(text)
  }

  /** Sends a signal to the process alone (not to its group), e.g. SIGSTOP and SIGCONT to let it hang and go on. */
  signal(signal: NodeJS.Signals): void {
    this.#mustRun().child.kill(signal)
  }

  /** Kills the process at once, as a crash would. Resolves when it is gone; one that has ended stays so. */
  async kill(): Promise<Exit> {
    if (this.#state.phase === 'ended') return this.#state.exit
    this.#endExpected = true
    const { child, exited } = this.#state
    child.kill('SIGKILL')
    const exit = await exited
    await this.#options.untilGone?.()
    return exit
  }

  /** Asks the process to end, and kills it when it takes too long. Resolves when it is gone. */
  async stop(): Promise<Exit> {
    if (this.#state.phase === 'ended') return this.#state.exit
    const { child, exited } = this.#state
    this.#endExpected = true
    child.kill(this.#options.stopSignal ?? 'SIGTERM')
    // A process that was stopped by SIGSTOP only sees the request once it goes on.
    child.kill('SIGCONT')
    const deadline = new AbortController()
    const late = wait(this.#options.stopWithin ?? 10_000, 'late' as const, { signal: deadline.signal }).catch(
      () => 'late' as const,
    )
    if ((await Promise.race([exited, late])) === 'late') child.kill('SIGKILL')
    deadline.abort()
    const exit = await exited
    await this.#options.untilGone?.()
    return exit
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #mustRun(): Extract<State, { phase: 'running' }> {
    if (this.#state.phase === 'ended') throw new Error(`${this.name} is not running`)
    return this.#state
  }

  #spawn(): void {
    const { name, command, args, environment, cwd, user, input } = this.#options
    const log = openSync(this.logFile, 'a')
    const inherited = Object.fromEntries(
      ['PATH', 'HOME', 'LANG', 'TMPDIR', 'NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE'].flatMap(key => {
        const value = process.env[key]
        return value === undefined ? [] : [[key, value] as const]
      }),
    )
    // setpriv replaces itself by the command, so the process id is the command's.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', '--', command, ...args], {
      env: { NODE_COMPILE_CACHE: compiledCode(), ...inherited, ...environment },
      stdio: ['pipe', log, log],
      detached: true,
      ...(cwd === undefined ? {} : { cwd }),
      ...(user ?? {}),
    })
    closeSync(log)
    const { pid } = child
    const exited = new Promise<Exit>(resolve => {
      child.once('error', () => pid === undefined && resolve({ code: 127, signal: null }))
      child.once('exit', (code, signal) => {
        const exit: Exit = { code, signal }
        if (pid !== undefined) {
          running.delete(pid)
          killGroup(pid)
        }
        this.#state = { phase: 'ended', exit }
        resolve(exit)
        if (!this.#endExpected) {
          this.#options.onDied?.({ ...exit, name, logFile: this.logFile, endOfLog: this.endOfLog() })
        }
      })
    })
    if (pid === undefined) throw new ProcessStartError(name, `could not be started (${command})`, '')
    running.add(pid)
    // Writing to a process that has just ended is reported by its exit.
    child.stdin?.on('error', () => undefined)
    if (input !== undefined) child.stdin?.write(input)
    this.#state = { phase: 'running', child, pid, exited }
  }

  async #untilReady(offset: number): Promise<void> {
    const { name, ready, readyWithin = 60_000 } = this.#options
    const deadline = Date.now() + readyWithin
    const lines = ready && new LineReader(this.logFile, offset)
    while (lines && ready) {
      const state = this.#state
      for (const line of lines.read()) {
        this.#ready = ready(line)
        if (this.#ready !== undefined) {
          lines.close()
          this.#endExpected = false
          return
        }
      }
      const reason =
        state.phase === 'ended'
          ? `ended before it was ready (${state.exit.signal ?? `exit code ${state.exit.code}`})`
          : Date.now() > deadline
            ? `was not ready after ${readyWithin} ms`
            : undefined
      if (reason !== undefined) {
        lines.close()
        throw new ProcessStartError(name, reason, this.endOfLog())
      }
      await wait(20)
    }
    this.#endExpected = false
  }
}

/** Reads the whole lines that a growing file has gained since the last call. */
class LineReader {
  readonly #file: number
  readonly #buffer = Buffer.alloc(64 * 1024)
  #offset: number
  #rest = ''

  constructor(path: string, offset: number) {
    this.#file = openSync(path, 'r')
    this.#offset = offset
  }

  read(): string[] {
    let count = readSync(this.#file, this.#buffer, 0, this.#buffer.length, this.#offset)
    while (count > 0) {
      this.#offset += count
      this.#rest += this.#buffer.toString('latin1', 0, count)
      count = readSync(this.#file, this.#buffer, 0, this.#buffer.length, this.#offset)
    }
    const lines = this.#rest.split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.map(line => Buffer.from(line, 'latin1').toString('utf8'))
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** The last lines of a file, at most 8 KiB of it; empty when there is none. */
export function endOfFile(path: string, lines = 40): string {
  if (!existsSync(path)) return ''
  const { size } = statSync(path)
  const buffer = Buffer.alloc(Math.min(size, 8 * 1024))
  const file = openSync(path, 'r')
  try {
    readSync(file, buffer, 0, buffer.length, size - buffer.length)
  } finally {
    closeSync(file)
  }
  return buffer.toString('utf8').trimEnd().split('\n').slice(-lines).join('\n')
}
