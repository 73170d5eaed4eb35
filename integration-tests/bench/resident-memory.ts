import { readdirSync, readFileSync } from 'node:fs'

/** What the processes of one kind hold. */
export interface ResidentMemory {
  /** E.g. `api`, `kafka`, `ffmpeg`. */
  name: string
  processes: number
  /** Pages that several processes share count for each in part, so that sums mean something. */
  mebibytes: number
}

/** How the system's processes are called, by what their command lines contain. */
const kinds: readonly [pattern: RegExp, name: string][] = [
  [/services\/([a-z-]+)\/src\/main\.ts/, ''],
  [/kafka\.Kafka/, 'kafka'],
  [/local\/event-store\/src\/main\.ts/, 'event store'],
  [/bin\/postgres|^postgres:/, 'postgres'],
  [/faces\/worker\.ts/, 'recognition worker'],
  [/mediasoup-worker/, 'mediasoup worker'],
  [/cameras\.py/, 'camera'],
  [/ffmpeg/, 'ffmpeg'],
  // npm's shell names the program too, and comes before it.
  [/^(npm|sh -c)/, 'npm'],
  [/demo\/main\.ts/, 'the demo itself'],
]

/** The memory of a process and all that it started, by kind, the largest first. */
export function residentMemory(root: number): ResidentMemory[] {
  const totals = new Map<string, ResidentMemory>()
  for (const pid of withDescendants(root)) {
    const mebibytes = proportionalMebibytes(pid)
    if (mebibytes === undefined) continue
    const name = kindOf(read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ') ?? '')
    const total = totals.get(name) ?? { name, processes: 0, mebibytes: 0 }
    total.processes += 1
    total.mebibytes += mebibytes
    totals.set(name, total)
  }
  return [...totals.values()].toSorted((a, b) => b.mebibytes - a.mebibytes)
}

function kindOf(commandLine: string): string {
  for (const [pattern, name] of kinds) {
    const match = pattern.exec(commandLine)
    if (match) return name || match[1]!
  }
  return 'other'
}

function withDescendants(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const entry of readdirSync('/proc')) {
    // The command's name stands in brackets and may hold anything; the parent comes after it and the state.
    const parent = /\) \S (\d+) /.exec(read(`/proc/${entry}/stat`) ?? '')?.[1]
    if (parent && /^\d+$/.test(entry))
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), Number(entry)])
  }
  const found: number[] = []
  const look = (pid: number) => {
    found.push(pid)
    for (const child of children.get(pid) ?? []) look(child)
  }
  look(root)
  return found
}

/** Undefined for a process that has ended meanwhile. */
function proportionalMebibytes(pid: number): number | undefined {
  const kibibytes = /^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`) ?? '')?.[1]
  return kibibytes === undefined ? undefined : Number(kibibytes) / 1024
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
