import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'

/** Certificates of those who connect, as tokens are bound to them (RFC 8705, 3). */
export interface ClientCertificates {
  /** Whether machines get and use no token without one. */
  neededByMachines: boolean
  /**
   * The certificate whose key the client of a request's connection has proven to have, where our authority vouches for it
   * now: SHA-256 of its DER, base64url. It is of the connection alone: whatever a header says of a certificate, anybody
   * can have written.
   */
  of(request: Pick<IncomingMessage, 'socket'>): string | undefined
}

export function createClientCertificates(options: {
  neededByMachines: boolean
  now: () => Date
}): ClientCertificates {
  const { neededByMachines, now } = options
  return {
    neededByMachines,
    of({ socket }) {
      if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined
      const certificate = socket.getPeerX509Certificate()
      // A connection may outlive it.
      if (!certificate || certificate.validToDate <= now()) return undefined
      return createHash('sha256').update(certificate.raw).digest('base64url')
    },
  }
}
