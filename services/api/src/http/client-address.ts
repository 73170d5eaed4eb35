import type { IncomingMessage } from 'node:http'
import { type AllowedAddresses, allowedAddresses } from '../access/addresses.ts'

/** Names of networks that Express knows too. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/**
 * Tells where a request comes from that Express never sees, an upgrade: the nearest address that is no trusted proxy's.
 * @param proxies as Express takes them: addresses, networks, or names of networks
 */
export function clientAddresses(
  proxies: readonly string[],
): (request: IncomingMessage) => string | undefined {
  const trusted: AllowedAddresses | undefined = allowedAddresses(
    proxies.flatMap(name => named[name] ?? [name]),
  )
  return request => {
    let address = request.socket.remoteAddress
    const { 'x-forwarded-for': forwarded } = request.headers
    const before = String(forwarded ?? '')
      .split(',')
      .map(one => one.trim())
    while (address !== undefined && trusted?.has(address)) {
      const next = before.pop()
      if (!next) break
      address = next
    }
    return address
  }
}
