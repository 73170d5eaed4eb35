import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Whether this machine can follow system calls. */
export const straceIsThere = spawnSync('strace', ['-V']).status === 0

/** What a call begins with or ends with, in the order of the trace. */
export type SystemCallStep = {
  step: 'begin' | 'end'
  name: string
  /** The path or socket behind the first descriptor, the path that the call names where it has none. */
  target: string
  /** What strace prints between the parentheses. */
  text: string
  /** What the call gave, -1 for an error; undefined at its begin. */
  result: number | undefined
}

/** The command that runs another one and writes its system calls to a file, as `systemCallSteps` reads it. */
export function traced(
  [command, args]: [command: string, args: string[]],
  trace: string,
  options: string[] = [],
): [command: string, args: string[]] {
  const calls = 'openat,mkdir,unlink,ftruncate,pread64,pwrite64,fdatasync,fsync,write,writev,sendmsg'
  // A page of the file is 4,096 bytes: each is told whole.
  // As a grandchild, so that whoever starts this has the command itself for a child, to be signalled and waited for.
  return [
    'strace',
    ['-D', '-f', '-y', '-s', '4200', '-e', `trace=${calls}`, '-o', trace, ...options, command, ...args],
  ]
}

/** The whole trace of a process that has ended: strace may be a moment behind. */
export async function finishedTrace(trace: string, pid: number): Promise<string> {
  for (;;) {
    const text = await readFile(trace, 'utf8')
    const end = text.slice(text.lastIndexOf('\n', text.length - 2) + 1)
    if (end.startsWith(`${pid} `) && end.includes('+++')) return text
    await delay(10)
  }
}

/** The steps that strace wrote down, those of calls that another thread's interrupted too. */
export function* systemCallSteps(trace: string): Iterable<SystemCallStep> {
  const unfinished = new Map<string, SystemCallStep>()
  for (const line of lines(trace)) {
    const resumed = line.match(/^(\d+)\s+<\.\.\. (\w+) resumed>/)
    if (resumed) {
      const begun = unfinished.get(resumed[1]!)
      if (begun) yield { ...begun, step: 'end', result: resultOf(line) }
      unfinished.delete(resumed[1]!)
      continue
    }
    const call = line.match(/^(\d+)\s+(\w+)\(/)
    if (!call) continue
    const [all, thread, name] = call as unknown as [string, string, string]
    const text = line.slice(all.length)
    const begun: SystemCallStep = {
      step: 'begin',
      name,
      target: targetOf(name, text),
      text,
      result: undefined,
    }
    yield begun
    if (line.endsWith('<unfinished ...>')) unfinished.set(thread, begun)
    else yield { ...begun, step: 'end', result: resultOf(line) }
  }
}

function* lines(text: string): Iterable<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at)
    if (end < 0) return
    yield text.slice(at, end)
    at = end + 1
  }
}

function targetOf(name: string, text: string): string {
  if (name === 'openat' || name === 'mkdir' || name === 'unlink') return text.match(/"([^"]*)"/)?.[1] ?? ''
  return text.match(/^\d+<([^>]*)>/)?.[1] ?? ''
}

function resultOf(line: string): number {
  return Number(line.match(/\) += (-?\d+)/)?.[1] ?? Number.NaN)
}
