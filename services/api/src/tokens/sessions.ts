import { userStreamName } from '@sightline/contracts/stream-names'
import type { SessionEnd } from '@sightline/contracts/users'
import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'
import { type CommandContext, executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import { newTraceparent } from '@sightline/logging/traceparent'
import { v7 } from 'uuid'
import { endSession, startSession } from '../users/decisions.ts'
import { evolveUser, noUser } from '../users/state.ts'
import type { RefreshTokens } from './refresh-token.ts'
import {
  deleteSession,
  insertSession,
  markSessionEnded,
  rotateSession,
  type SessionRow,
} from './session-rows.ts'
import { takeSignInLink } from './sign-in-links.ts'
import type { IssuedToken, TokenIssuer } from './token-issuer.ts'

/** Where a user may have a session. */
export interface Places {
  systemAdministrator: boolean
  /** The tenants that they are a member of. */
  tenantIds: readonly string[]
}

/** Tells it as it is now. */
export type PlacesOf = (userId: string) => Places | Promise<Places>

/** A session, with the tokens that its holder gets. */
export interface HeldSession extends Places {
  session: Pick<SessionRow, 'sessionId' | 'userId' | 'tenantId' | 'expiresAt'>
  access: IssuedToken
  refreshToken: string
}

/** What a request about a session comes to, where it isn't the session itself. */
export type SessionRefusal =
  /** The link or the refresh token counts no longer, or never did. */
  | 'over'
  /** Another tab has just refreshed the session. */
  | 'refreshed'
  /** The user has no access to the tenant that was asked for, or to anything. */
  | 'no access'

/** Sessions of people: rows of `ops` with the hash of the refresh token, told in the log as they start and end. */
export interface Sessions {
  /** Starts the session that a sign-in link is for. @param tenantId null for a system administrator's */
  start(secret: string, tenantId: string | null | undefined): Promise<HeldSession | SessionRefusal>
  /**
   * Gives the next access token and the refresh token that counts from now on. With another tenant the session ends
   * and one in that tenant begins, with the same end. A token that was replaced ends the session.
   */
  refresh(refreshToken: string, tenantId: string | null | undefined): Promise<HeldSession | SessionRefusal>
  /** Signs out; a token that isn't ours ends nothing. */
  signOut(refreshToken: string): Promise<void>
}

/** Durations in ms. */
export interface SessionSettings {
  /** How long a session lasts at most, however often it is refreshed. */
  sessionMs: number
  accessTokenMs: number
}

interface LogAndRows {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  now: () => Date
}

class NoAccessError extends Error {
  override name = 'NoAccessError'
}

/** @param deps.isEnded whether the log says that a session has ended */
export function createSessions(
  deps: LogAndRows & {
    tokens: Pick<TokenIssuer, 'accessToken'>
    refreshTokens: RefreshTokens
    placesOf: PlacesOf
    isEnded: (sessionId: string) => boolean
    settings: SessionSettings
  },
): Sessions {
  const { eventLog, database, tokens, refreshTokens, placesOf, isEnded, settings, now } = deps

  /** Begins a session within a transaction: the row is there once the event is, and the event once the row is. */
  async function begin(
    sql: Sql,
    of: { userId: string; tenantId: string | null; expiresAt: Date; inPlaceOf?: string },
  ): Promise<{ session: HeldSession['session']; refreshToken: string }> {
    const { userId, tenantId, expiresAt, inPlaceOf } = of
    const sessionId = v7()
    const { token, hash } = refreshTokens.make(sessionId)
    await insertSession(sql, { sessionId, userId, tenantId, hash, now: now(), expiresAt })
    await executeCommand(eventLog, {
      stream: userStreamName(userId),
      initial: noUser,
      evolve: evolveUser,
      decide: user => startSession(user, { sessionId, tenantId, expiresAt }, inPlaceOf),
      context: contextOf({ sessionId, userId, tenantId }, sessionId, now()),
    })
    return { session: { sessionId, userId, tenantId, expiresAt }, refreshToken: token }
  }

  async function hold(
    held: { session: HeldSession['session']; refreshToken: string },
    places: Places,
  ): Promise<HeldSession> {
    const { userId, sessionId, tenantId, expiresAt } = held.session
    const lifeMs = settings.accessTokenMs
    const access = await tokens.accessToken({ userId, sessionId, tenantId, lifeMs, notAfter: expiresAt })
    return { ...held, ...places, access }
  }

  return {
    async start(secret, wanted) {
      return orNoAccess(
        database.inOps('ops_api', null, async sql => {
          const userId = await takeSignInLink(sql, secret, now())
          if (userId === undefined) return 'over'
          const places = await placesOf(userId)
          const tenantId = wanted === undefined ? firstPlace(places) : placeIn(places, wanted)
          const expiresAt = new Date(now().getTime() + settings.sessionMs)
          return hold(await begin(sql, { userId, tenantId, expiresAt }), places)
        }),
      )
    },

    async refresh(refreshToken, wanted) {
      const shown = refreshTokens.read(refreshToken)
      if (!shown || isEnded(shown.sessionId)) return 'over'
      const { sessionId } = shown
      const successor = refreshTokens.make(sessionId)
      // All that can fail comes before the commit: until then the token that was shown counts.
      const became = await orNoAccess(
        database.inOps('ops_api', null, async sql => {
          const rotated = await rotateSession(sql, { ...shown, successor: successor.hash, now: now() })
          if (rotated.outcome !== 'rotated') return rotated.outcome
          const { userId, tenantId, expiresAt } = rotated.session
          const places = await placesOf(userId)
          if (wanted === undefined || wanted === tenantId) {
            return hold({ session: rotated.session, refreshToken: successor.token }, places)
          }
          placeIn(places, wanted)
          const moved = await begin(sql, { userId, tenantId: wanted, expiresAt, inPlaceOf: sessionId })
          await deleteSession(sql, sessionId)
          return hold(moved, places)
        }),
      )
      if (became !== 'reused') return became
      await finishSession({ eventLog, database, now }, sessionId, 'REUSED')
      return 'over'
    },

    async signOut(refreshToken) {
      const shown = refreshTokens.read(refreshToken)
      if (shown) await finishSession({ eventLog, database, now }, shown.sessionId, 'SIGNED_OUT')
    },
  }
}

/**
 * Ends an open session: nothing is given for it from the first step on, then it is told in the log. Whoever is
 * interrupted in between is followed by the sweeper.
 * @returns false where no session of this id is open
 */
export async function finishSession(
  deps: LogAndRows,
  sessionId: string,
  reason: SessionEnd,
): Promise<boolean> {
  const { eventLog, database, now } = deps
  const session = await database.inOps('ops_api', null, sql => markSessionEnded(sql, sessionId, reason))
  if (!session) return false
  // An id that could be made of the session's might be another command's by now, which would be taken for this one.
  await tellSessionEnded(eventLog, session, contextOf(session, v7(), now()))
  await database.inOps('ops_api', null, sql => deleteSession(sql, sessionId))
  return true
}

/** Appends the end of a session that its row tells; of one whose time is over EXPIRED. */
export async function tellSessionEnded(
  eventLog: EventLog,
  session: Pick<SessionRow, 'sessionId' | 'userId' | 'endedAs'>,
  context: CommandContext,
): Promise<void> {
  await executeCommand(eventLog, {
    stream: userStreamName(session.userId),
    initial: noUser,
    evolve: evolveUser,
    decide: user => endSession(user, session.sessionId, session.endedAs ?? 'EXPIRED'),
    context,
  })
}

async function orNoAccess<T>(work: Promise<T>): Promise<T | 'no access'> {
  try {
    return await work
  } catch (error) {
    if (error instanceof NoAccessError) return 'no access'
    throw error
  }
}

function firstPlace(places: Places): string | null {
  const [tenantId] = places.tenantIds
  if (tenantId !== undefined) return tenantId
  return placeIn(places, null)
}

/** @throws NoAccessError */
function placeIn(places: Places, tenantId: string | null): string | null {
  const may = tenantId === null ? places.systemAdministrator : places.tenantIds.includes(tenantId)
  if (!may) throw new NoAccessError('the user has no access there')
  return tenantId
}

function contextOf(
  session: { sessionId: string; userId: string; tenantId: string | null },
  commandId: string,
  now: Date,
): CommandContext {
  const { sessionId, userId, tenantId } = session
  return {
    tenantId: null,
    actor: { principal: tenantId === null ? 'system' : 'person', id: userId, sessionId },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    traceparent: newTraceparent(),
    now,
  }
}
