import { createHmac, randomInt } from 'node:crypto'

/** Draws a pairing code: six digits, each as likely as any other. */
export function drawCode(): string {
  return randomInt(1_000_000).toString().padStart(6, '0')
}

/** The code as typed, without the spaces and dashes that people add; undefined if it isn't six digits. */
export function normaliseCode(typed: string): string | undefined {
  const code = typed.replaceAll(/[\s-]/g, '')
  return /^[0-9]{6}$/.test(code) ? code : undefined
}

/** What stands for a code in the database: HMAC-SHA-256 under the server's pairing key. */
export function codeHmac(pairingKey: Uint8Array, code: string): Buffer {
  return createHmac('sha256', pairingKey).update(code).digest()
}
