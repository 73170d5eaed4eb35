import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** A filesystem of its own size, which only the processes see that are started on it. */
export type SmallDisk = AsyncDisposable & {
  /** The command, so that it runs where the disk is mounted. */
  onDisk(command: [command: string, args: string[]]): [command: string, args: string[]]
  /** Takes this many bytes of the room. */
  fill(bytes: number): void
  /** Gives back what `fill` took. */
  makeRoom(): void
}

const isRoot = process.getuid?.() === 0
/** Whoever isn't root may mount in a user namespace of his own, where the system lets him. */
const unshare = isRoot ? ['--mount'] : ['--user', '--map-root-user', '--mount']
const enter = isRoot ? ['--mount'] : ['--user', '--preserve-credentials', '--mount']

/** Whether this machine lets the tests mount something. */
export const mayMount =
  spawnSync('unshare', [...unshare, 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

/** Mounts an empty filesystem of the size, in bytes, on the folder. */
export async function mountSmallDisk(folder: string, size: number): Promise<SmallDisk> {
  const script = 'mount -t tmpfs -o "size=$1" tmpfs "$2" && echo mounted && exec sleep infinity'
  const holder: ChildProcess = spawn(
    'unshare',
    [...unshare, 'sh', '-c', script, 'sh', String(size), folder],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const ended = once(holder, 'exit')
  await Promise.race([
    once(createInterface(holder.stdout!), 'line'),
    ended.then(() => Promise.reject(new Error('the small disk could not be mounted'))),
  ])
  const ballast = join(`/proc/${holder.pid}/root`, folder, 'ballast')
  return {
    onDisk: ([command, args]) => ['nsenter', ['--target', String(holder.pid), ...enter, command, ...args]],
    fill: bytes => writeFileSync(ballast, Buffer.alloc(bytes)),
    makeRoom: () => rmSync(ballast),
    async [Symbol.asyncDispose]() {
      holder.kill('SIGKILL')
      await ended
    },
  }
}

/** The command, so that no file that it writes may grow beyond the bytes; `allowFiles` ends that. Needs no rights. */
export function withSmallFiles(
  [command, args]: [command: string, args: string[]],
  bytes: number,
): [command: string, args: string[]] {
  return ['prlimit', [`--fsize=${bytes}:unlimited`, command, ...args]]
}

/** Lets a process that runs write files of any size. */
export function allowFiles(pid: number): void {
  execFileSync('prlimit', ['--pid', String(pid), '--fsize=unlimited:unlimited'])
}
