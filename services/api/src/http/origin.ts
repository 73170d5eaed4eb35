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

const loopback = ['127.0.0.1', 'localhost', '[::1]', '::1']

/**
 * The origins of our own page: where people find it, or where we listen. Of a loopback address both names are meant.
 * @param at.publicUrl `https://host[:port]`
 */
export function ownOrigins(at: {
  publicUrl?: string | undefined
  host: string
  port: number
  tls?: object | undefined
}): string[] {
  const { publicUrl, host, port } = at
  if (publicUrl !== undefined) return [new URL(publicUrl).origin]
  const scheme = at.tls ? 'https' : 'http'
  if (loopback.includes(host)) return [`${scheme}://127.0.0.1:${port}`, `${scheme}://localhost:${port}`]
  return [`${scheme}://${host}:${port}`]
}
