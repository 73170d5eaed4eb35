import { readFileSync } from 'node:fs'
import { findCommand, outputOf, runCommand, SetupError } from './commands.mjs'

// Each names its Debian package, and how to see that it is there where it didn't come as that package.
const needs = [
  {
    what: 'Chromium',
    package: 'chromium',
    isThere: () => hasCommand('chromium', 'chromium-browser', 'google-chrome'),
  },
  { what: 'ffmpeg', package: 'ffmpeg', isThere: () => hasCommand('ffmpeg') && hasCommand('ffprobe') },
  { what: 'Java 17 or later', package: 'openjdk-17-jre-headless', isThere: () => javaVersion() >= 17 },
  { what: 'Maven', package: 'maven', isThere: () => hasCommand('mvn') },
  { what: 'strace (for tests of durability)', package: 'strace', isThere: () => hasCommand('strace') },
  { what: 'setpriv (util-linux)', package: 'util-linux', isThere: () => hasCommand('setpriv') },
  { what: "Python's bindings to GStreamer's RTSP server", package: 'python3-gi', isThere: hasRtspServer },
  { what: "GStreamer's RTSP server", package: 'gir1.2-gst-rtsp-server-1.0', isThere: hasRtspServer },
  {
    what: "GStreamer's base plugins",
    package: 'gstreamer1.0-plugins-base',
    isThere: () => hasElement('appsrc'),
  },
  {
    what: "GStreamer's RTP plugins",
    package: 'gstreamer1.0-plugins-good',
    isThere: () => hasElement('rtph264pay'),
  },
]

const hasCommand = (...names) => names.some(name => findCommand(name) !== undefined)

function javaVersion() {
  const version = /version "(\d+)/.exec(outputOf('java', ['-version']) ?? '')
  return Number(version?.[1] ?? 0)
}

function hasRtspServer() {
  const look =
    "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
  return outputOf('/usr/bin/python3', ['-c', look]) !== undefined
}

function hasElement(name) {
  const look = `import gi; gi.require_version('Gst', '1.0'); from gi.repository import Gst; Gst.init(None); assert Gst.ElementFactory.find('${name}')`
  return outputOf('/usr/bin/python3', ['-c', look]) !== undefined
}

/** Those of some Debian packages that are not installed; all of them where there is no dpkg. */
export function notInstalled(packages) {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's
  const format = '${Package} ${db:Status-Status}\\n'
  // Fails when it doesn't know one of them, and lists the others all the same.
  const listed =
    outputOf('sh', ['-c', 'dpkg-query -W -f "$0" "$@" 2>/dev/null || true', format, ...packages]) ?? ''
  const installed = new Set(
    listed.split('\n').flatMap(line => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])),
  )
  return packages.filter(name => !installed.has(name))
}

/** Tells whether this is Debian or a system made from it. */
function isDebian() {
  try {
    return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'))
  } catch {
    return false
  }
}

const installing = ['apt-get', 'install', '-y', '--no-install-recommends']

/**
 * What to tell somebody who may not install Debian packages himself. The lists come first: a new system has none,
 * and then knows none of the packages.
 * @param {string[]} packages
 * @param {boolean} hasSudo whether this system has sudo
 */
export function installAdvice(packages, hasSudo) {
  const before = hasSudo ? 'sudo ' : ''
  const line = `${before}apt-get update && ${before}${[...installing, ...packages].join(' ')}`
  return `System packages are missing, and root's rights are needed to install them. Type${hasSudo ? '' : ' as root'}:\n\n  ${line}\n\nThen start this again.`
}

/**
 * Installs Debian packages.
 * @throws SetupError with the command to type where this user can't install or this is no Debian
 */
export async function installPackages(packages, progress) {
  const install = [...installing, ...packages]
  if (!isDebian() || !findCommand('apt-get')) {
    throw new SetupError(`Missing on this system, by the names of Debian's packages: ${packages.join(', ')}.`)
  }
  const isRoot = process.getuid?.() === 0
  // sudo may ask for a password where there is a terminal to type it.
  const maySudo =
    findCommand('sudo') && (process.stdin.isTTY || outputOf('sudo', ['-n', 'true']) !== undefined)
  if (!isRoot && !maySudo) {
    throw new SetupError(installAdvice(packages, findCommand('sudo') !== undefined))
  }
  const before = isRoot ? ['env'] : ['sudo', 'env']
  const run = args =>
    runCommand(before[0], [...before.slice(1), 'DEBIAN_FRONTEND=noninteractive', ...args], {
      onLine: progress,
    })
  const apt = args => run(['apt-get', '-o', 'DPkg::Lock::Timeout=300', ...args])
  await apt(['update'])
  try {
    await apt(install.slice(1))
  } catch {
    // An installation that was interrupted must be ended first: apt-get refuses any other until then. What dpkg
    // can't configure yet, for want of what wasn't unpacked, `--fix-broken` completes.
    await run(['dpkg', '--configure', '-a']).catch(() => {})
    await apt(['install', '-y', '--no-install-recommends', '--fix-broken'])
    await apt(install.slice(1))
  }
}

function missingNeeds() {
  const packages = new Set(notInstalled(needs.map(need => need.package)))
  return needs.filter(need => packages.has(need.package) && !need.isThere())
}

/** What the parts of the stack are made of and npm doesn't have. */
export const systemPackages = {
  name: 'System packages',
  missing() {
    const missing = missingNeeds()
    return missing.length > 0 ? `missing ${missing.map(need => need.what).join(', ')}` : undefined
  },
  async perform({ progress }) {
    await installPackages(
      missingNeeds().map(need => need.package),
      progress,
    )
  },
}
