import { spawnSync } from 'node:child_process'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeTemporaryFolder } from '@sightline/local/temporary-folder'

/** A PATH on which some programs don't behave; the others are the system's. */
export interface HangingPrograms {
  path: string
  /** Where the ones that don't behave are. */
  folder: string
  /** Ends what they left behind. */
  remove(): Promise<void>
}

// It writes itself down: whoever starts it may be killed before.
const leave = `sh -c 'echo $$ >> "$0/left-behind"; exec sleep 300' "$(dirname "$0")" &\n`

/** Ignores every request to end, and so does what it starts, which holds its pipes open when it is killed. */
export const deaf = `trap '' TERM INT HUP\n${leave}while :; do sleep 1; done\n`

/** Does its work, but leaves a process behind that holds its pipes open. */
export const withLeftover = (program: string) => `${leave}exec ${systemsOwn(program)} "$@"\n`

/** @param scripts what each program's name runs, in sh */
export async function hangingPrograms(scripts: Record<string, string>): Promise<HangingPrograms> {
  const folder = await makeTemporaryFolder('programs')
  const bin = join(folder.path, 'bin')
  await mkdir(bin)
  for (const [name, script] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}`)
    await chmod(join(bin, name), 0o755)
  }
  return {
    path: `${bin}:${process.env.PATH ?? '/usr/bin:/bin'}`,
    folder: bin,
    async remove() {
      const left = await readFile(join(bin, 'left-behind'), 'utf8').catch(() => '')
      for (const pid of left.split('\n').filter(Boolean)) endIfThere(Number(pid))
      await folder.remove()
    },
  }
}

function endIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended.
  }
}

/** Where the system has a program. */
export function systemsOwn(program: string): string {
  return spawnSync('sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' }).stdout.trim()
}
