import { SetupError } from './commands.mjs'

/**
 * The set-up itself needs Node.js 20; all else runs on the Node.js that it installs.
 * @param {string} version e.g. `18.20.4`
 * @throws SetupError on an older one, which npm only warns of
 */
export function refuseOlderNode(version) {
  if (Number.parseInt(version, 10) >= 20) return
  throw new SetupError(
    `Node.js 20 or later is needed, and this is ${version} (Debian 12's own is 18). Take one from https://nodejs.org/en/download.`,
  )
}
