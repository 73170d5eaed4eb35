import { randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { makeFolder, syncFolder, writeDurably } from '@sightline/durable-files/durable-files'
import { keyParts, type ObjectEntry, type Objects } from './objects.ts'

/** Half-written files stand here, beside the objects on the same file system; no key can name it. */
const WRITING = '.writing'

/** What has been half-written for so long was left by a process that was killed, ms. */
const ABANDONED_MS = 600_000

const MAX_ATTEMPTS = 50

/**
 * Object storage in a folder, made if absent. An object is written beside its place, synced and renamed into
 * it, and the folder is synced: it is there wholly or not at all, whatever is killed when.
 */
export function createFolderObjects(folder: string): Objects {
  const root = path.resolve(folder)
  const writing = path.join(root, WRITING)

  let cleared: Promise<void> | undefined

  function fileOf(key: string): string {
    return path.join(root, ...keyParts(key))
  }

  /** Deletions take away folders that became empty, perhaps the one that is being made here. */
  async function enter(half: string, file: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await makeFolder(path.dirname(file))
        return await rename(half, file)
      } catch (error) {
        if (!isAbsent(error) || attempt === MAX_ATTEMPTS) throw error
      }
    }
  }

  return {
    async put(key, bytes) {
      const file = fileOf(key)
      const half = path.join(writing, randomUUID())
      await makeFolder(writing)
      cleared ??= clearAbandoned(writing).catch(error => {
        cleared = undefined
        throw error
      })
      await cleared
      try {
        // Both wait for the disk, so they wait together; a deletion may take the folder away until it is entered.
        await Promise.all([writeDurably(half, bytes), makeFolder(path.dirname(file)).catch(unlessAbsent)])
        await enter(half, file)
        await syncFolder(path.dirname(file)).catch(unlessAbsent)
      } finally {
        await rm(half, { force: true })
      }
    },

    async get(key) {
      try {
        return await readFile(fileOf(key))
      } catch (error) {
        if (isAbsent(error)) return undefined
        throw error
      }
    },

    async delete(key) {
      const file = fileOf(key)
      await rm(file).catch(unlessAbsent)
      await syncFolder(path.dirname(file)).catch(unlessAbsent)
      // Empty folders would tell of people and sightings that are gone.
      for (let above = path.dirname(file); above !== root; above = path.dirname(above)) {
        try {
          await rmdir(above)
        } catch {
          return
        }
      }
    },

    list(prefix) {
      const parts = prefix === '' ? [] : keyParts(prefix.replace(/\/$/, ''))
      return walk(path.join(root, ...parts), parts.join('/'))
    },
  }
}

/** Finite: each step is an answer of the file system, so a generator ends when it is told to. */
async function* walk(folder: string, key: string): AsyncGenerator<ObjectEntry> {
  let entries: Dirent[]
  try {
    entries = await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (isAbsent(error)) return
    throw error
  }
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue
    const file = path.join(folder, entry.name)
    const entryKey = key === '' ? entry.name : `${key}/${entry.name}`
    if (entry.isDirectory()) {
      yield* walk(file, entryKey)
    } else if (entry.isFile()) {
      const found = await stat(file).catch(() => undefined)
      if (found) yield { key: entryKey, modifiedAt: found.mtime }
    }
  }
}

async function clearAbandoned(writing: string): Promise<void> {
  for (const name of await readdir(writing)) {
    const half = path.join(writing, name)
    const found = await stat(half).catch(() => undefined)
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(half, { force: true })
  }
}

function unlessAbsent(error: unknown): void {
  if (!isAbsent(error)) throw error
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}
