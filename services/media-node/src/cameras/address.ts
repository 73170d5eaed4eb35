import ipaddr from 'ipaddr.js'

/** A camera's address whose host is an IP address that was checked, or why there is none. */
export type PinnedAddress =
  | { kind: 'pinned'; address: string }
  | { kind: 'not allowed'; detail: string }
  | { kind: 'not found'; detail: string }

/** Gives all IP addresses of a name. @throws when there is none or the name server can't be asked */
export type Resolve = (host: string) => Promise<string[]>

/**
 * Resolves the host of a camera's address, checks every IP address that it has, and puts the first in its place:
 * whoever is given the result doesn't resolve again, so what was checked is what is connected to.
 * @param networks CIDR networks that are allowed, e.g. `192.168.0.0/16`, `fd00::/8`
 */
export async function pinAddress(
  address: string,
  options: { networks: string[]; resolve: Resolve },
): Promise<PinnedAddress> {
  if (!URL.canParse(address)) return { kind: 'not allowed', detail: 'the address is no URL' }
  const url = new URL(address)
  if (url.protocol !== 'rtsp:' && url.protocol !== 'rtsps:')
    return { kind: 'not allowed', detail: 'the address is not of RTSP' }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  let resolved: string[]
  try {
    resolved = ipaddr.isValid(host) ? [host] : await options.resolve(host)
  } catch {
    return { kind: 'not found', detail: "the camera's name can't be resolved" }
  }
  const first = resolved[0]
  if (first === undefined) return { kind: 'not found', detail: "the camera's name has no address" }
  if (!resolved.every(one => isAllowed(one, options.networks)))
    return { kind: 'not allowed', detail: 'the camera is in no network that this media node may connect to' }
  const canonical = ipaddr.process(first)
  const pinned = canonical.kind() === 'ipv6' ? `[${canonical.toString()}]` : canonical.toString()
  url.hostname = pinned
  // What a URL can't hold, a zone for one, it leaves out without a word: the name would stay and be resolved again.
  if (url.hostname !== pinned) return { kind: 'not allowed', detail: 'the camera has no address of its own' }
  return { kind: 'pinned', address: url.href }
}

/** Whether an IP address is in one of the networks; an IPv4 address in IPv6's clothes is taken for what it is. */
export function isAllowed(address: string, networks: string[]): boolean {
  if (!ipaddr.isValid(address)) return false
  const candidate = ipaddr.process(address)
  return networks.some(network => {
    const [base, bits] = ipaddr.parseCIDR(network)
    return base.kind() === candidate.kind() && candidate.match(base, bits)
  })
}
