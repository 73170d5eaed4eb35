import { isIPv6 } from 'node:net'

const MAX_LENGTH = 2048
const hostName = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_]([a-z0-9_-]{0,62}))*\.?$/i

/**
 * Says what is wrong with a camera's address; undefined where it can be taken: `rtsp://` or `rtsps://`, a host
 * name or IP address, a port of 1..65535 if any, nothing that isn't printable ASCII, no fragment.
 * Whether the host may be reached at all is the media node's to decide, once it is resolved.
 */
export function faultInRtspAddress(address: string): string | undefined {
  if (address.length > MAX_LENGTH) return `The address is longer than ${MAX_LENGTH} characters.`
  if (!/^[\x21-\x7e]+$/.test(address)) return 'The address may hold printable ASCII characters only.'
  if (!/^rtsps?:\/\//i.test(address)) return 'The address must begin with rtsp:// or rtsps://.'
  if (!URL.canParse(address)) return 'The address is no URL.'
  const url = new URL(address)
  if (!isHost(url.hostname)) return 'The address names no host.'
  if (url.port !== '' && Number(url.port) === 0) return 'The port must be 1 to 65535.'
  if (url.hash !== '') return 'The address may not have a fragment.'
  return undefined
}

function isHost(host: string): boolean {
  if (host.startsWith('[') && host.endsWith(']')) return isIPv6(host.slice(1, -1))
  return hostName.test(host)
}
