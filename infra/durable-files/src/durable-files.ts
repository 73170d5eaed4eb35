import { mkdir, open } from 'node:fs/promises'
import path from 'node:path'

/**
 * Writes a new file, its owner's alone. When it answers, the bytes are on the disk; that the file is in its folder
 * is not, before `syncFolder`.
 * @throws EEXIST where there is a file
 */
export async function writeDurably(file: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'wx', 0o600)
  try {
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Waits until the disk has what was entered into a folder, renamed there or taken from it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * Makes a folder and those above it, each entered durably in the one above; does nothing where it is.
 * @param mode of the folders that it makes
 */
export async function makeFolder(wanted: string, mode = 0o777): Promise<void> {
  const first = await mkdir(wanted, { recursive: true, mode })
  if (first === undefined) return
  for (let made = wanted; ; made = path.dirname(made)) {
    await syncFolder(path.dirname(made))
    if (made === first) return
  }
}
