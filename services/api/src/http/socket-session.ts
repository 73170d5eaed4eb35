import type { VerifiedToken } from '../access/tokens.ts'
import type { Principal } from '../context.ts'
import { tenantOf } from '../context.ts'

/** Who a socket belongs to, and until when. */
export interface Session {
  /** Anonymous before it began. */
  readonly principal: Principal
  readonly traceparent: string
  /** The first message brought a token. */
  begin(token: VerifiedToken): void
  /** Moves the end, if the token is of the same principal, tenant and session; false where it isn't. */
  renew(token: VerifiedToken): boolean
  /** The socket is gone. */
  end(): void
}

/** Timers take 31 bits of ms; whoever stays longer is looked at again. */
const LONGEST_TIMER_MS = 86_400_000

/** @param options.onEnd runs when the newest token ended */
export function createSession(options: { traceparent: string; now: () => Date; onEnd: () => void }): Session {
  const { traceparent, now, onEnd } = options
  let held: VerifiedToken | undefined
  let timer: NodeJS.Timeout | undefined

  function watch(token: VerifiedToken): void {
    held = token
    clearTimeout(timer)
    const left = token.expiresAt.getTime() - now().getTime()
    if (left <= 0) onEnd()
    else timer = setTimeout(() => watch(token), Math.min(left, LONGEST_TIMER_MS))
  }

  return {
    get principal() {
      return held?.principal ?? { kind: 'anonymous' }
    },
    traceparent,
    begin: watch,
    renew(token) {
      if (!held || !isSameSession(held, token)) return false
      if (token.expiresAt > held.expiresAt) watch(token)
      return true
    },
    end() {
      clearTimeout(timer)
    },
  }
}

function isSameSession(held: VerifiedToken, token: VerifiedToken): boolean {
  return (
    held.principal.kind === token.principal.kind &&
    held.principal.id === token.principal.id &&
    tenantOf(held.principal) === tenantOf(token.principal) &&
    held.sessionId === token.sessionId
  )
}
