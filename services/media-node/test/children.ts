import { readdirSync, readFileSync } from 'node:fs'

/** A running process, as /proc shows it to everyone. */
export interface RunningProcess {
  pid: number
  parent: number
  /** Its program and arguments. */
  commandLine: string
}

/** All processes of the machine. */
export function allProcesses(): RunningProcess[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .flatMap(entry => {
      try {
        // The name in parentheses may hold anything; the parent is the second field behind it.
        const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        if (state === 'Z') return []
        const commandLine = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        return [{ pid: Number(entry), parent: Number(parent), commandLine }]
      } catch {
        // It ended meanwhile.
        return []
      }
    })
}

/** The processes that media nodes in a process have started. */
export function childrenOf(parent: number): RunningProcess[] {
  return allProcesses().filter(
    ({ parent: its, commandLine }) => its === parent && /ffmpeg|ffprobe|mediasoup-worker/.test(commandLine),
  )
}

/** Of a node's children, those that bring cameras in. */
export function ingestsOf(parent: number): RunningProcess[] {
  return childrenOf(parent).filter(({ commandLine }) => commandLine.includes('-f rtp '))
}

/** Of a node's children, those that take pictures. */
export function samplersOf(parent: number): RunningProcess[] {
  return childrenOf(parent).filter(({ commandLine }) => commandLine.includes('-f sdp '))
}
