import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/** A refresh token as it was read: whose session it is for, and what is compared with the session's row. */
export interface ReadRefreshToken {
  sessionId: string
  /** SHA-256 of the whole token, 32 bytes. */
  hash: Uint8Array
}

/**
 * Makes and reads refresh tokens, `<sessionId>.<43 base64url>.<43 base64url HMAC>`. The HMAC tells that we issued it: what
 * somebody made up is refused without a look-up, and can't pass for a token that was used twice and end a session.
 */
export interface RefreshTokens {
  /** @param secret 32 random bytes */
  make(sessionId: string, secret?: Uint8Array): { token: string; hash: Uint8Array }
  /** Undefined where it isn't one of ours. */
  read(token: string): ReadRefreshToken | undefined
}

const PATTERN =
  /^(?<sessionId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[A-Za-z0-9_-]{43}\.(?<mac>[A-Za-z0-9_-]{43})$/

/** @param key the server's key for sessions */
export function createRefreshTokens(key: Uint8Array): RefreshTokens {
  const macOf = (text: string) => createHmac('sha256', key).update(text).digest()
  const hashOf = (token: string) => createHash('sha256').update(token).digest()
  return {
    make(sessionId, secret = randomBytes(32)) {
      const unsigned = `${sessionId}.${Buffer.from(secret).toString('base64url')}`
      const token = `${unsigned}.${macOf(unsigned).toString('base64url')}`
      return { token, hash: hashOf(token) }
    },
    read(token) {
      const groups = PATTERN.exec(token)?.groups
      if (!groups) return undefined
      const mac = Buffer.from(groups.mac!, 'base64url')
      if (!timingSafeEqual(mac, macOf(token.slice(0, -44)))) return undefined
      return { sessionId: groups.sessionId!, hash: hashOf(token) }
    },
  }
}
