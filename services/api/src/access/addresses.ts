import { BlockList, isIP } from 'node:net'

/** Networks that somebody may come from. */
export interface AllowedAddresses {
  /** Whether an address, IPv4, IPv6 or an IPv4 one in IPv6's form, is in one of the networks. */
  has(address: string): boolean
}

/**
 * Stands for where somebody comes from whose connection was gone before it could be asked: no network has it, so that
 * whoever vanishes at once isn't taken for one of those that a list lets in.
 */
export const NOWHERE = ''

/** @param networks addresses or CIDR networks, `10.0.0.0/8`, `2001:db8::/32`; undefined, anywhere, where there are none */
export function allowedAddresses(networks: readonly string[]): AllowedAddresses | undefined {
  if (networks.length === 0) return undefined
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', bits] = network.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, bits === undefined ? (family === 'ipv6' ? 128 : 32) : Number(bits), family)
  }
  return {
    has(address) {
      const plain = address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '')
      const version = isIP(plain)
      return version !== 0 && list.check(plain, version === 6 ? 'ipv6' : 'ipv4')
    },
  }
}
