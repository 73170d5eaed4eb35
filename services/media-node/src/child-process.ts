import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How a process ended; one of the two is null, both when it could not be started. */
export interface Exit {
  code: number | null
  signal: NodeJS.Signals | null
}

/** For logs and messages: `status 1`, `SIGKILL`. */
export function exitText({ code, signal }: Exit): string {
  return signal ?? (code === null ? 'an error at its start' : `status ${code}`)
}

/** What a child process is started from. */
export interface ChildOptions {
  command: 'ffmpeg' | 'ffprobe'
  /** Seen by everyone on the machine: nothing secret. */
  args: string[]
  /** Written to the standard input, which is closed then: where secrets go. */
  input: string | Buffer
  programPath: string
  onOutput?: (chunk: Buffer) => void
  /** Told each line of the standard error. */
  onLine?: (line: string) => void
}

/** A running ffmpeg or ffprobe. */
export interface Child {
  readonly pid: number | undefined
  /** Resolves when the process is gone and all that it wrote was read; never rejects. */
  readonly exited: Promise<Exit>
  /** The last lines of the standard error, addresses masked. */
  lastLines(): string[]
  kill(): Promise<Exit>
}

const LINES_KEPT = 40

/**
 * Starts ffmpeg or ffprobe. The kernel kills it when this process is gone, however it went. Nothing of this
 * process's environment is passed on but the path.
 */
export function startChild(options: ChildOptions): Child {
  const { command, args, input, programPath, onOutput, onLine } = options
  const child: ChildProcessWithoutNullStreams = spawn(
    'setpriv',
    ['--pdeathsig', 'KILL', '--', command, '-hide_banner', ...args],
    { env: { PATH: programPath, LC_ALL: 'C' }, stdio: 'pipe' },
  )
  const lines: string[] = []
  createInterface(child.stderr).on('line', line => {
    lines.push(maskAddresses(line))
    if (lines.length > LINES_KEPT) lines.shift()
    onLine?.(line)
  })
  child.stdout.on('data', (chunk: Buffer) => onOutput?.(chunk))
  // A process that ended already doesn't read: its exit tells what there is to tell.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const exited = new Promise<Exit>(resolve => {
    child.once('error', error => {
      lines.push(error.message)
      if (child.pid === undefined) resolve({ code: null, signal: null })
    })
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  return {
    pid: child.pid,
    exited,
    lastLines: () => [...lines],
    kill() {
      child.kill('SIGKILL')
      return exited
    },
  }
}

/** Takes every address out of a text, whatever it holds: a camera's path can be a secret too. */
function maskAddresses(text: string): string {
  return text.replace(/\b(rtsps?|tcp|tls|udp|http|https):\/\/[^\s'"]+/gi, '$1://…')
}
