import { accessSync, constants, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const prefix = 'sightline-'
const ownerFile = '.owner'

/** A folder that is removed with everything in it when it is closed or the process ends. */
export type TemporaryFolder = { path: string; remove(): Promise<void> }

/** The folders of this process that are still there. */
const ours = new Set<string>()

process.on('exit', () => {
  for (const path of ours) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
})

/**
 * Makes an empty folder, readable by every user of the machine, for data that ends with this process.
 * Folders that a killed process has left behind are removed first.
 */
export async function makeTemporaryFolder(label: string): Promise<TemporaryFolder> {
  const parent = [tmpdir(), '/tmp', '/var/tmp'].find(folder => canBeReachedByAll(folder)) ?? tmpdir()
  removeOrphans(parent)
  const path = await mkdtemp(join(parent, `${prefix}${label}-`))
  await chmod(path, 0o755)
  writeFileSync(join(path, ownerFile), ownerOf(process.pid) ?? '')
  ours.add(path)
  return {
    path,
    async remove() {
      ours.delete(path)
      await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
    },
  }
}

/** Tells whether any user can pass through a folder and all above it. */
export function canBeReachedByAll(folder: string): boolean {
  for (let current = resolve(folder); ; current = dirname(current)) {
    const stats = statSync(current, { throwIfNoEntry: false })
    if (!stats || (stats.mode & 0o001) === 0) return false
    if (current === dirname(current)) return true
  }
}

function removeOrphans(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix)) continue
    const path = join(parent, name)
    try {
      accessSync(path, constants.W_OK)
      const owner = readFileSync(join(path, ownerFile), 'utf8')
      if (owner !== '' && owner !== ownerOf(Number.parseInt(owner, 10)))
        rmSync(path, { recursive: true, force: true })
    } catch {
      // Somebody else's, or just being made or removed by its owner.
    }
  }
}

/** Names a running process so that a later one with the same id differs; undefined when there is none. */
export function ownerOf(pid: number): string | undefined {
  try {
    const afterCommand = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? ''
    const startTime = afterCommand.split(' ')[19]
    return `${pid} ${startTime}`
  } catch {
    return undefined
  }
}
