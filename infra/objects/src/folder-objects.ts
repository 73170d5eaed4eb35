import { randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { keyParts, type ObjectEntry, type Objects } from './objects.ts'

/** Half-written files stand here, beside the objects on the same file system; no key can name it. */
const WRITING = '.writing'

/**
 * Object storage in a folder, made if absent. An object is written beside its place, synced and renamed into
 * it, and the folder is synced: it is there wholly or not at all, whatever is killed when.
 */
export function createFolderObjects(folder: string): Objects {
  const root = path.resolve(folder)
  const writing = path.join(root, WRITING)

  function fileOf(key: string): string {
    return path.join(root, ...keyParts(key))
  }

  /** Makes a folder and those above it, each entered durably in the one above. */
  async function makeFolder(wanted: string): Promise<void> {
    const first = await mkdir(wanted, { recursive: true })
    if (first === undefined) return
    for (let made = wanted; ; made = path.dirname(made)) {
      await syncFolder(path.dirname(made))
      if (made === first) return
    }
  }

  async function write(file: string, bytes: Uint8Array): Promise<void> {
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
  }

  return {
    async put(key, bytes) {
      const file = fileOf(key)
      const half = path.join(writing, randomUUID())
      await makeFolder(writing)
      try {
        await write(half, bytes)
        // A deletion may take the folder away between the two, when it has just become empty.
        for (let attempt = 0; ; attempt++) {
          await makeFolder(path.dirname(file))
          try {
            await rename(half, file)
            await syncFolder(path.dirname(file))
            return
          } catch (error) {
            if (!isAbsent(error) || attempt === 10) throw error
          }
        }
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
      try {
        await rm(file)
        await syncFolder(path.dirname(file))
      } catch (error) {
        if (!isAbsent(error)) throw error
      }
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

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOENT' || code === 'ENOTDIR'
}
