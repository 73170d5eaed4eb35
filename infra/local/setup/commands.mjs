import { spawn, spawnSync } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'

/** A step of the set-up can't be done; the message tells the user what to do. */
export class SetupError extends Error {
  name = 'SetupError'
}

/** The path of a command on PATH; undefined when there is none. */
export function findCommand(name) {
  const folders = isAbsolute(name) ? [''] : (process.env.PATH ?? '').split(delimiter)
  return folders.map(folder => join(folder, name)).find(isExecutable)
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Runs a short command and gives its output; undefined when it fails or isn't there. */
export function outputOf(command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options })
  return status === 0 ? stdout + stderr : undefined
}

/**
 * Runs a long command. Its lines are given to `onLine`; when it fails, the last of them are in the error.
 * @param onLine is given each line of the output
 */
export function runCommand(command, args, { onLine = () => {}, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['inherit', 'pipe', 'pipe'], ...options })
    const last = []
    let rest = ''
    const read = chunk => {
      const lines = (rest + chunk).split(/[\r\n]+/)
      rest = lines.pop()
      for (const line of lines.filter(Boolean)) {
        last.push(line)
        if (last.length > 60) last.shift()
        onLine(line)
      }
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.once('error', error => reject(new SetupError(`${command} can't be run: ${error.message}`)))
    child.once('close', (code, signal) => {
      if (code === 0) return resolve()
      const end = [...last, rest].filter(Boolean).join('\n')
      reject(new SetupError(`${[command, ...args].join(' ')} failed (${signal ?? code}):\n${end}`))
    })
  })
}
