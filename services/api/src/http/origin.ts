import type { IncomingMessage } from 'node:http'

/**
 * Whether a request comes from our own page, from an allowed one, or from no browser. Browsers let any page open a
 * WebSocket anywhere; `Origin` is what tells them apart.
 */
export function isOwnOrigin(request: IncomingMessage, allowed: readonly string[]): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return true
  if (allowed.includes(origin)) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
