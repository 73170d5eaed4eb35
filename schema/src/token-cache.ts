/** A token that is asked for when the one at hand has little life left. */
export interface TokenCache {
  /** A token with life left; a new one where there is none. */
  current(): Promise<string>
  /** Asks for a new one, whatever is at hand. */
  renew(): Promise<string>
  /** What is at hand was refused. */
  forget(): void
  /** When the token should be renewed, ms of the clock's; undefined where its end can't be read. */
  renewAt(token: string): number | undefined
}

/** A token is renewed when this part of its life is over. */
const RENEW_AFTER = 0.75

/**
 * @param ask gets a token; asked again before its end
 * @param now ms of the clock that tokens' `exp` counts by
 */
export function createTokenCache(ask: () => Promise<string>, now: () => number): TokenCache {
  let held: { token: string; renewAt: number | undefined } | undefined
  let asking: Promise<string> | undefined

  function renewAt(token: string): number | undefined {
    const { exp, iat } = claimsOf(token)
    if (exp === undefined) return undefined
    const begin = iat === undefined ? now() : iat * 1000
    return begin + (exp * 1000 - begin) * RENEW_AFTER
  }

  function renew(): Promise<string> {
    asking ??= ask()
      .then(token => {
        held = { token, renewAt: renewAt(token) }
        return token
      })
      .finally(() => {
        asking = undefined
      })
    return asking
  }

  return {
    async current() {
      if (held && (held.renewAt === undefined || now() < held.renewAt)) return held.token
      return renew()
    },
    renew,
    forget() {
      held = undefined
    },
    renewAt,
  }
}

/** What a JWT says of its life, unchecked: whoever it is for checks it. */
function claimsOf(token: string): { exp?: number; iat?: number } {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
      string,
      unknown
    >
    return {
      ...(typeof claims.exp === 'number' ? { exp: claims.exp } : {}),
      ...(typeof claims.iat === 'number' ? { iat: claims.iat } : {}),
    }
  } catch {
    return {}
  }
}
