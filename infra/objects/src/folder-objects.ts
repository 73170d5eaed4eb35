import { randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { link, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { makeFolder, syncFolder } from '@sightline/durable-files/durable-files'
import { keyParts, type ObjectEntry, type Objects } from './objects.ts'

/** What is being written stands here, beside the objects on the same file system; no key can name it. */
const WRITING = '.writing'

/** What has been half-written for so long was left by a process that was killed, ms. */
const ABANDONED_MS = 600_000

/** What has been entered into its place for so long, and stands here too, was left by one that was killed then, ms. */
const LEFT_MS = 60_000

const MAX_ATTEMPTS = 50

/**
 * Object storage in a folder, made if absent. An object is written beside its place and entered there whole; when
 * `put` answers, the disk has its bytes and its entry. What stands in its place stays until the disk has the bytes of
 * what replaces it. Where nothing stands, bytes and entry reach the disk in either order.
 */
export function createFolderObjects(folder: string): Objects {
  const root = path.resolve(folder)
  const writing = path.join(root, WRITING)

  let cleared: Promise<void> | undefined

  function fileOf(key: string): string {
    return path.join(root, ...keyParts(key))
  }

  /** Does something in a folder, made where it is absent: deletions take away folders that became empty. */
  async function within<T>(wanted: string, use: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await use()
      } catch (error) {
        if (!isAbsent(error) || attempt === MAX_ATTEMPTS) throw error
        await makeFolder(wanted).catch(unlessAbsent)
      }
    }
  }

  /** @returns false where something stands already, or on a file system without links */
  async function enterNew(half: string, file: string): Promise<boolean> {
    try {
      await within(path.dirname(file), () => link(half, file))
      return true
    } catch (error) {
      if (['EEXIST', 'EPERM', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error))) return false
      throw error
    }
  }

  return {
    async put(key, bytes) {
      const file = fileOf(key)
      const above = path.dirname(file)
      const half = path.join(writing, randomUUID())
      const handle = await within(writing, () => open(half, 'wx', 0o600))
      cleared ??= clearAbandoned(writing).catch(error => {
        cleared = undefined
        throw error
      })
      try {
        await cleared
        await handle.writeFile(bytes)
        if (!(await enterNew(half, file))) {
          await handle.sync()
          await within(above, () => rename(half, file))
        }
        // Together: a new object waits for the disk once instead of twice.
        await Promise.all([handle.sync(), syncFolder(above).catch(unlessAbsent), rm(half, { force: true })])
      } catch (error) {
        await rm(half, { force: true })
        throw error
      } finally {
        await handle.close()
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
    if (found && Date.now() - found.mtimeMs > (found.nlink > 1 ? LEFT_MS : ABANDONED_MS))
      await rm(half, { force: true })
  }
}

function unlessAbsent(error: unknown): void {
  if (!isAbsent(error)) throw error
}

function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error))
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? ''
}
