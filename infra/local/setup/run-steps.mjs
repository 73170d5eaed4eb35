import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

/**
 * A step of the set-up.
 * @typedef {object} Step
 * @property {string} name what it makes, e.g. "Kafka's jars"
 * @property {(context: Context) => string | undefined | Promise<string | undefined>} missing
 *   tells quickly why there is something to do; undefined when there is nothing
 * @property {(context: Context) => Promise<void>} perform makes it; what it makes appears at once and whole
 *
 * @typedef {object} Context
 * @property {string} cache the cache folder
 * @property {() => string} temporaryFolder makes a folder in the cache that is removed after the set-up
 * @property {(line: string) => void} progress tells how far a step has come
 */

/**
 * Does the steps in which something is missing, one set-up at a time.
 * @param {Step[]} steps
 * @param {{ cache: string, write: (text: string) => void, interactive: boolean }} options
 * @returns {Promise<string[]>} the names of the steps that were done
 */
export async function runSteps(steps, { cache, write, interactive }) {
  const temporary = join(cache, 'temporary')
  const context = {
    cache,
    temporaryFolder() {
      // With the user's usual rights, unlike mkdtemp's: it may become part of a cache that users share.
      const folder = join(temporary, randomUUID())
      mkdirSync(folder, { recursive: true })
      return folder
    },
    progress: () => {},
  }
  if (!(await anyMissing(steps, context))) return []

  const release = await takeLock(cache, () => write('Another set-up is running; waiting for its end.\n'))
  const done = []
  try {
    // Nobody else writes now: what is here was left by a set-up that was killed.
    if (readdirSync(cache).includes('temporary')) rmSync(temporary, { recursive: true, force: true })
    for (const step of steps) {
      const reason = await step.missing(context)
      if (reason === undefined) continue
      const began = Date.now()
      write(`${step.name}: ${reason}\n`)
      await step.perform({ ...context, progress: progressLine(write, interactive) })
      const stillMissing = await step.missing(context)
      if (stillMissing !== undefined) throw new Error(`${step.name}: was made, but ${stillMissing}`)
      write(
        `${interactive ? '\r\x1b[K' : ''}${step.name}: done in ${((Date.now() - began) / 1000).toFixed(1)} s\n`,
      )
      done.push(step.name)
    }
  } finally {
    rmSync(temporary, { recursive: true, force: true })
    release()
  }
  return done
}

async function anyMissing(steps, context) {
  for (const step of steps) {
    if ((await step.missing(context)) !== undefined) return true
  }
  return false
}

/** Rewrites one line on a terminal; elsewhere (a log) writes one line in ten seconds. */
function progressLine(write, interactive) {
  let last = Date.now()
  return line => {
    const short = `  ${line.trim().slice(0, 100)}`
    if (interactive) write(`\r\x1b[K${short}`)
    else if (Date.now() - last > 10_000) {
      last = Date.now()
      write(`${short}\n`)
    }
  }
}

/**
 * Lets one set-up at a time work on a cache folder. The lock is a socket in Linux's abstract namespace: taking it
 * is atomic, and the kernel gives it back however its holder ends, so there is no stale lock.
 */
async function takeLock(cache, onWait) {
  mkdirSync(cache, { recursive: true })
  const address = `\0sightline-setup-${createHash('sha256').update(cache).digest('hex').slice(0, 32)}`
  for (let waited = false; ; waited = true) {
    const server = await listen(address)
    if (server) return () => server.close()
    if (!waited) onWait()
    await untilClosed(address)
  }
}

function listen(address) {
  return new Promise((resolve, reject) => {
    // Who waits stays connected until the server is gone; that must not keep this process alive.
    const waiting = new Set()
    const server = createServer(socket => {
      waiting.add(socket)
      socket.once('close', () => waiting.delete(socket)).on('error', () => {})
    })
    server.once('error', error => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)))
    server.listen(address, () =>
      resolve({
        close() {
          server.close()
          for (const socket of waiting) socket.destroy()
        },
      }),
    )
  })
}

function untilClosed(address) {
  return new Promise(resolve => {
    const socket = connect(address)
    socket.once('close', resolve).on('error', () => {})
    socket.resume()
  })
}
