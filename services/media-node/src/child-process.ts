import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { endsWithin } from '@sightline/waiting/giving-up'

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
  /**
   * Resolves when the process is gone and all that it wrote was read; never rejects. Once it was killed it is waited
   * for a few seconds, and so are its pipes once it is gone: somebody else may hold them.
   */
  readonly exited: Promise<Exit>
  /** The last lines of the standard error, addresses masked. */
  lastLines(): string[]
  /** Asks it to end, so that it takes leave of the camera, which may count its sessions; kills it if it doesn't. */
  end(): Promise<Exit>
  kill(): Promise<Exit>
}

const LINES_KEPT = 40
/** How long a process that was asked to end may take, ms. */
const ENDS_WITHIN_MS = 1000
/** How long the kernel may take to end one that was killed, ms. */
const GONE_WITHIN_MS = 2000
/** How long pipes of a process that is gone are read, ms. */
const READ_WITHIN_MS = 1000

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

  let giveUp: (exit: Exit) => void = () => undefined
  const exited = new Promise<Exit>(resolve => {
    giveUp = exit => {
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy()
      resolve(exit)
    }
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  child.on('error', error => {
    lines.push(error.message)
    if (child.pid === undefined) giveUp({ code: null, signal: null })
  })
  child.once('exit', async (code, signal) => {
    if (!(await endsWithin(exited, READ_WITHIN_MS))) giveUp({ code, signal })
  })

  async function kill(): Promise<Exit> {
    child.kill('SIGKILL')
    if (!(await endsWithin(exited, GONE_WITHIN_MS))) {
      child.unref()
      giveUp({ code: null, signal: 'SIGKILL' })
    }
    return exited
  }

  return {
    pid: child.pid,
    exited,
    lastLines: () => [...lines],
    async end() {
      child.kill('SIGTERM')
      return (await endsWithin(exited, ENDS_WITHIN_MS)) ? exited : kill()
    },
    kill,
  }
}

/** Takes every address out of a text, whatever it holds: a camera's path can be a secret too. */
function maskAddresses(text: string): string {
  return text.replace(/\b(rtsps?|tcp|tls|udp|http|https):\/\/[^\s'"]+/gi, '$1://…')
}
