import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'

/** With what the API ends TLS itself; all PEM. They are read when it starts. */
export interface TlsSettings {
  /** The certificate, followed by those between it and its authority. */
  certificate: string
  key: string
  /** The authorities of clients' certificates; without them nobody is asked for one. */
  clientAuthorities?: string | undefined
}

/**
 * The server of all routes and of the socket, over TLS where it has a certificate. Clients may show one of theirs and
 * needn't: people have none, and what a token is bound to is looked at with the token.
 */
export function createHttpServer(app: RequestListener, tls: TlsSettings | undefined): Server {
  const server = tls
    ? createTlsServer(
        {
          cert: tls.certificate,
          key: tls.key,
          // Below it a connection could change its certificate midway, and would show it to whoever listens.
          minVersion: 'TLSv1.3',
          handshakeTimeout: 5_000,
          rejectUnauthorized: false,
          ...(tls.clientAuthorities !== undefined && { ca: tls.clientAuthorities, requestCert: true }),
        },
        app,
      )
    : createServer(app)
  // A request that trickles in holds its connection this long at most.
  server.requestTimeout = 60_000
  server.headersTimeout = 10_000
  return server
}
