import { createHash } from 'node:crypto'
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, relative } from 'node:path'
import { runCommand } from './commands.mjs'
import { projectFolder } from './locations.mjs'

const web = join(projectFolder, 'web')
const built = join(web, 'dist')
const stamp = join(built, '.sources')

/** The folders that the page is built from: its own and those of the workspaces that it uses. */
function sourceFolders(folder = web, found = new Set()) {
  if (found.has(folder)) return found
  found.add(folder)
  const { dependencies = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    const linked = join(projectFolder, 'node_modules', name)
    if (name.startsWith('@sightline/') && existsSync(linked)) sourceFolders(realpathSync(linked), found)
  }
  return found
}

/** A hash over the page's sources: what is built from others is built again. */
function sourcesHash() {
  const hash = createHash('sha256')
  const add = path =>
    hash
      .update(`${relative(projectFolder, path)}\0`)
      .update(readFileSync(path))
      .update('\0')
  const walk = folder => {
    for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !['node_modules', 'dist', 'pictures'].includes(entry.name)) walk(path)
      else if (entry.isFile() && !/\.test\.tsx?$/.test(entry.name)) add(path)
    }
  }
  for (const folder of sourceFolders()) walk(folder)
  add(join(projectFolder, 'package-lock.json'))
  return hash.digest('hex')
}

/** The dashboard's page, which the API serves. */
export const webBuild = {
  name: 'The web page',
  missing() {
    if (!existsSync(join(web, 'index.html'))) return undefined
    if (!existsSync(stamp)) return 'not built yet'
    return readFileSync(stamp, 'utf8') === sourcesHash() ? undefined : 'its sources have changed'
  },
  async perform({ progress }) {
    const hash = sourcesHash()
    const next = join(web, 'node_modules/.next-dist')
    rmSync(next, { recursive: true, force: true })
    const vite = join(projectFolder, 'node_modules/vite/bin/vite.js')
    const node = join(projectFolder, 'node_modules/.bin/node')
    const args = [vite, 'build', '--outDir', next, '--emptyOutDir', '--logLevel', 'warn']
    await runCommand(node, args, { cwd: web, onLine: progress })
    writeFileSync(join(next, '.sources'), hash)
    rmSync(built, { recursive: true, force: true })
    renameSync(next, built)
  },
}
