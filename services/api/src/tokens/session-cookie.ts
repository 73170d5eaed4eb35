import type { IncomingMessage } from 'node:http'
import type { CookieOptions, Response } from 'express'

/** The cookie that carries a refresh token; it authenticates nothing but the session's own routes. */
export interface SessionCookie {
  /** The token that a request brings; undefined where there is none, or more than one. */
  read(request: IncomingMessage): string | undefined
  set(response: Response, refreshToken: string, expiresAt: Date): void
  clear(response: Response): void
}

/**
 * The name carries the installation's id: cookies know no ports, so that two installations on one host would take each
 * other's. `__Host-` makes browsers refuse it with a domain, another path or without `Secure`.
 */
export function createSessionCookie(installationId: string): SessionCookie {
  const name = `__Host-sightline-${installationId}`
  const options: CookieOptions = { httpOnly: true, secure: true, sameSite: 'strict', path: '/' }
  return {
    read(request) {
      const values = (request.headers.cookie ?? '')
        .split(';')
        .map(pair => pair.trim())
        .filter(pair => pair.startsWith(`${name}=`))
        .map(pair => pair.slice(name.length + 1))
      return values.length === 1 && values[0] !== '' ? values[0] : undefined
    },
    set(response, refreshToken, expiresAt) {
      response.cookie(name, refreshToken, { ...options, expires: expiresAt })
    },
    clear(response) {
      response.clearCookie(name, options)
    },
  }
}
