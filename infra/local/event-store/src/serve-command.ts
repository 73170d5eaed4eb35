import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

/**
 * Flags of V8 for a server whose garbage is short-lived and large, as that of reading is: a young generation of 8 MiB,
 * and an old one that is collected when it has grown by a fifth. By default both take the memory that there is, twice
 * as much, and reading is no faster.
 */
const smallHeap = ['--max-semi-space-size=8', '--heap-growing-percent=20']

/** The command line that serves the file on a port of 127.0.0.1; 0 for a free one. */
export function serveCommand(file: string, port = 0): [command: string, args: string[]] {
  return [process.execPath, [...smallHeap, program, '--file', file, '--port', String(port)]]
}
