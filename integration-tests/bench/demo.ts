import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Figure, Section } from './figure.ts'
import { residentMemory } from './resident-memory.ts'

const root = resolve(import.meta.dirname, '../..')

const WITHIN_MS = 80_000

/** `npm run demo` as a user starts it, once everything is set up: how soon it recognises, and what it holds then. */
export const demo: Section = {
  name: 'demo',
  title: 'npm run demo, once set up',
  async measure(progress) {
    const startedAt = performance.now()
    const since = () => (performance.now() - startedAt) / 1_000
    const child = spawn('npm', ['run', 'demo'], {
      cwd: root,
      // A group of its own, for a Ctrl-C that reaches all of it, as a terminal's does.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const exited = once(child, 'exit')
    const seen: string[] = []
    let recognised: number | undefined
    let unknownSeen: number | undefined
    const journeyEnded = new Promise<void>((done, fail) => {
      const deadline = setTimeout(() => fail(new Error(`not there after ${WITHIN_MS} ms`)), WITHIN_MS)
      createInterface(child.stdout).on('line', line => {
        seen.push(line)
        // What happened when; the address with the token in it stays here.
        if (/^\s*\d+\.\d s {2}/.test(line)) progress(line.trim())
        if (/Franck \(similarity .*\) is at/.test(line)) recognised ??= since()
        if (/Somebody unknown is at/.test(line)) unknownSeen ??= since()
        if (!/was recognised with similarity/.test(line)) return
        clearTimeout(deadline)
        done()
      })
      createInterface(child.stderr).on('line', line => seen.push(line))
      void exited.then(() => fail(new Error('the demo ended')))
    })
    try {
      await journeyEnded
      const memory = residentMemory(child.pid!)
      const total = memory.reduce((sum, { mebibytes }) => sum + mebibytes, 0)
      return [
        { name: 'start → Franck recognised', value: recognised ?? Number.NaN, unit: 's' },
        { name: 'start → somebody unknown seen', value: unknownSeen ?? Number.NaN, unit: 's' },
        ...memory.map(
          ({ name, processes, mebibytes }): Figure => ({
            name: `memory of ${name}${processes > 1 ? ` (${processes} processes)` : ''}`,
            value: mebibytes,
            unit: 'MiB',
          }),
        ),
        { name: 'memory of all', value: total, unit: 'MiB' },
      ]
    } catch (cause) {
      throw new Error(`the demo did not come to its end:\n${seen.slice(-20).join('\n')}`, { cause })
    } finally {
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGINT')
      await exited
    }
  },
}
