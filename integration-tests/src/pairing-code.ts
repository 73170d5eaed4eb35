import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'

/**
 * The pairing code that an agent shows now, read from its log.
 * @throws Error after `within` ms without one
 */
export async function shownPairingCode(logFile: string, within = 30_000): Promise<string> {
  const end = Date.now() + within
  while (Date.now() < end) {
    const shown = [...(await readFile(logFile, 'utf8')).matchAll(/"pairingCode":"(\d{6})"/g)].at(-1)
    if (shown) return shown[1]!
    await wait(50)
  }
  throw new Error(`no pairing code in ${logFile}`)
}
