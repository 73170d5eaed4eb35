import { spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { arch, platform, release } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runCommand } from './commands.mjs'
import { mediasoupWorker as cachedWorker, projectFolder } from './locations.mjs'
import { installPackages, notInstalled } from './system-packages.mjs'

const buildScript = fileURLToPath(new URL('./build-mediasoup-worker.sh', import.meta.url))

/** What the build needs: a compiler, and the libraries that take the place of the build's own downloads. */
const BUILD_PACKAGES = [
  'g++',
  'meson',
  'ninja-build',
  'pkgconf',
  'libuv1-dev',
  'libssl-dev',
  'libsrtp2-dev',
  'libflatbuffers-dev',
  'flatbuffers-compiler',
  'libabsl-dev',
]

const packageFolder = join(projectFolder, 'node_modules/mediasoup')

/** Where mediasoup looks for its worker. */
const installed = join(packageFolder, 'worker/out/Release/mediasoup-worker')

const manifest = () => JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'))

/** A worker that is started without MEDIASOUP_VERSION exits with 41, if it runs on this system at all. */
const runs = file => existsSync(file) && spawnSync(file, [], { env: {}, stdio: 'ignore' }).status === 41

/** Puts a file into place in one step. */
function place(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, `${to}.new`)
  chmodSync(`${to}.new`, 0o755)
  renameSync(`${to}.new`, to)
}

/**
 * Downloads the worker that mediasoup's authors publish for its version.
 * @returns its path, or undefined where it can't be had or doesn't run here
 */
async function downloadPrebuilt(folder) {
  const { version, repository } = manifest()
  const published = `${repository.url.replace(/^git\+/, '').replace(/\.git$/, '')}/releases/download`
  const base = process.env.MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL || published
  const system =
    platform() === 'linux'
      ? `linux-${arch()}-kernel${Number.parseInt(release(), 10)}`
      : `${platform()}-${arch()}`
  try {
    const address = `${base}/${version}/mediasoup-worker-${version}-${system}.tgz`
    const response = await fetch(address, { signal: AbortSignal.timeout(60_000) })
    if (!response.ok) return undefined
    const archive = Buffer.from(await response.arrayBuffer())
    spawnSync('tar', ['xz', '-C', folder], { input: archive })
    const worker = join(folder, 'mediasoup-worker')
    return runs(worker) ? worker : undefined
  } catch {
    return undefined
  }
}

/** The native process that routes media. */
export const mediasoupWorker = {
  name: 'The mediasoup worker',
  missing() {
    if (process.env.MEDIASOUP_WORKER_BIN || !existsSync(packageFolder)) return undefined
    return runs(installed)
      ? undefined
      : 'not there, or made for another system (where none can be downloaded it is built, once, in about 12 minutes)'
  },
  async perform({ cache, temporaryFolder, progress }) {
    const cached = cachedWorker(manifest().version, cache)
    if (!runs(cached)) {
      rmSync(cached, { force: true })
      progress('looking for a prebuilt one')
      const prebuilt = await downloadPrebuilt(temporaryFolder())
      if (prebuilt) place(prebuilt, cached)
      else await build(cached, progress)
    }
    place(cached, installed)
  },
}

async function build(target, progress) {
  progress('none can be downloaded: it is built from its sources')
  const packages = notInstalled(BUILD_PACKAGES)
  if (packages.length > 0) await installPackages(packages, progress)
  mkdirSync(dirname(target), { recursive: true })
  await runCommand('bash', [buildScript, target, packageFolder], { onLine: progress })
}
