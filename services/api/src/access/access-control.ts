import type { Logger } from '@sightline/logging/logging'
import { forbidden, unauthenticated } from '../context.ts'
import { NOWHERE } from './addresses.ts'
import type { AccessFollower } from './follower.ts'
import { type ActionKind, mayDo } from './permissions.ts'
import type { Caller, Rights, Standing } from './rights.ts'
import type { VerifiedToken } from './tokens.ts'

/** What somebody wants to do, as the permission table names it. */
export interface Action {
  readonly kind: ActionKind
  readonly name: string
}

/** Decides who may do what. */
export interface AccessControl {
  /**
   * The rights under which the actions may be done; undefined for strangers who may do them. Whoever is refused is so
   * by what the log holds at this moment: a right that was given a moment ago counts.
   *
   * @param caller undefined for strangers
   * @param options.atLeast a position at which, or later, it is to be decided
   * @throws GraphQLError UNAUTHENTICATED, FORBIDDEN; AccessUnavailableError where the log isn't heard
   */
  require(
    caller: Caller | undefined,
    actions: readonly Action[],
    options?: { atLeast?: bigint | undefined },
  ): Promise<Rights | undefined>
  /** What is known of a caller, by what the log holds at this moment where that is nothing. */
  standing(caller: Caller): Promise<Standing>
}

/** @param logger is told who is refused for what, by ids */
export function createAccessControl(options: {
  follower: Pick<AccessFollower, 'standing' | 'reach' | 'catchUp'>
  logger: Pick<Logger, 'info'>
}): AccessControl {
  const { follower, logger } = options

  async function standing(caller: Caller): Promise<Standing> {
    const found = follower.standing(caller)
    if ('rights' in found) return found
    await follower.catchUp()
    return follower.standing(caller)
  }

  return {
    standing,
    async require(caller, actions, { atLeast } = {}) {
      if (!caller) {
        if (actions.every(({ kind, name }) => mayDo(undefined, kind, name))) return undefined
        throw unauthenticated()
      }
      if (atLeast !== undefined) await follower.reach(atLeast)
      let found = await standing(caller)
      if ('rights' in found && !mayAll(found.rights, actions)) {
        await follower.catchUp()
        found = follower.standing(caller)
      }
      if ('rights' in found && mayAll(found.rights, actions)) return found.rights
      const { kind, id } = caller.principal
      const why = 'none' in found ? found.none : 'role'
      logger.info(
        { principal: kind, id, why, actions: actions.map(({ name }) => name) },
        'somebody was refused',
      )
      throw refusalOf(found)
    },
  }
}

/** What a caller without rights is told: that their token counts no longer, or that they may not. */
export function refusalOf(standing: Standing) {
  return 'none' in standing && standing.none === 'token'
    ? unauthenticated('The token is not valid or has ended')
    : forbidden()
}

function mayAll(rights: Rights, actions: readonly Action[]): boolean {
  return actions.every(({ kind, name }) => mayDo(rights, kind, name))
}

/** @param address where the request comes from; undefined where nobody knows any more, which no list of networks lets in */
export function callerOf(token: VerifiedToken, address: string | undefined): Caller {
  const { principal, sessionId, keyId } = token
  return { principal, sessionId, keyId, address: address ?? NOWHERE }
}
