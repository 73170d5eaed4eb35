import type { GraphQLError } from 'graphql'
import type { AccessFollower, AccessWatch } from '../access/follower.ts'
import type { Caller, Rights, Standing } from '../access/rights.ts'
import type { VerifiedToken } from '../access/tokens.ts'
import type { Principal } from '../context.ts'
import { tenantOf } from '../context.ts'
import { type DeliveryGate, rightsChanged } from '../reading/delivery-gate.ts'

/** Who a socket belongs to, what they may, and until when. */
export interface Session {
  /** Anonymous before it began. */
  readonly principal: Principal
  /** What they may at this moment; undefined before it began and once it ended. */
  readonly rights: Rights | undefined
  /** Of the rights of this moment: what is subscribed to now ends with it. */
  readonly gate: DeliveryGate | undefined
  readonly traceparent: string
  /** The first message brought a token, and this is whose it is. */
  begin(token: VerifiedToken, caller: Caller): void
  /** Moves the end, if the token is of the same principal, tenant and session; false where it isn't. */
  renew(token: VerifiedToken): boolean
  /** The socket is gone. */
  end(): void
}

/** Why a session ended of itself. */
export type SessionEnd = 'token ended' | 'rights ended' | 'rights unknown'

/** Timers take 31 bits of ms; whoever stays longer is looked at again. */
const LONGEST_TIMER_MS = 86_400_000

/**
 * A change of rights ends what was begun under the old ones with RIGHTS_CHANGED, and the session itself where none are
 * left.
 *
 * @param options.positionFor how the principal sees a position
 * @param options.onEnd runs when the newest token ended, when there are no rights left, and when nobody knew for too long
 */
export function createSession(options: {
  traceparent: string
  access: Pick<AccessFollower, 'watch'>
  positionFor: (principal: Principal, position: bigint) => string
  now: () => Date
  onEnd: (why: SessionEnd) => void
}): Session {
  const { traceparent, access, positionFor, now, onEnd } = options
  let held: VerifiedToken | undefined
  let timer: NodeJS.Timeout | undefined
  let watch: AccessWatch | undefined
  let gate: ReturnType<typeof createGate> | undefined

  const onSignerGone = () => onEnd('token ended')

  function hold(token: VerifiedToken): void {
    if (held?.signerGone !== token.signerGone) {
      held?.signerGone?.removeEventListener('abort', onSignerGone)
      token.signerGone?.addEventListener('abort', onSignerGone)
    }
    held = token
    clearTimeout(timer)
    const left = token.expiresAt.getTime() - now().getTime()
    if (left <= 0 || token.signerGone?.aborted) onEnd('token ended')
    else timer = setTimeout(() => hold(token), Math.min(left, LONGEST_TIMER_MS))
  }

  function change(principal: Principal, standing: Standing, position: bigint): void {
    const before = gate
    gate = watch && 'rights' in standing ? createGate(watch) : undefined
    before?.end(rightsChanged(positionFor(principal, position)))
    if (!gate) onEnd('rights ended')
  }

  function rights(): Rights | undefined {
    return watch && 'rights' in watch.standing ? watch.standing.rights : undefined
  }

  return {
    get principal() {
      return held?.principal ?? { kind: 'anonymous' }
    },
    get rights() {
      return rights()
    },
    get gate() {
      return gate
    },
    traceparent,
    begin(token, caller) {
      const { principal } = token
      watch = access.watch(caller, {
        changed: (standing, position) => change(principal, standing, position),
        lost: () => onEnd('rights unknown'),
      })
      gate = createGate(watch)
      hold(token)
      // Between the decision to let them in and now they may have lost all of it.
      if (!rights()) onEnd('rights ended')
    },
    renew(token) {
      if (!held || !isSameSession(held, token)) return false
      if (token.expiresAt > held.expiresAt) hold(token)
      return true
    },
    end() {
      clearTimeout(timer)
      held?.signerGone?.removeEventListener('abort', onSignerGone)
      watch?.close()
    },
  }
}

function createGate(watch: AccessWatch): DeliveryGate & { end(error: GraphQLError): void } {
  const listeners = new Set<(error: GraphQLError) => void>()
  let ended: GraphQLError | undefined
  return {
    check() {
      const known = watch.check()
      return ended ? 'ended' : known === 'heard' ? 'open' : 'unheard'
    },
    heard: async () => ended === undefined && (await watch.heard()),
    onEnd(listener) {
      if (ended) listener(ended)
      else listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    end(error) {
      ended = error
      for (const listener of [...listeners]) listener(error)
      listeners.clear()
    },
  }
}

function isSameSession(held: VerifiedToken, token: VerifiedToken): boolean {
  return (
    held.principal.kind === token.principal.kind &&
    held.principal.id === token.principal.id &&
    tenantOf(held.principal) === tenantOf(token.principal) &&
    held.sessionId === token.sessionId &&
    held.keyId === token.keyId
  )
}
