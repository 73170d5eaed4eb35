import type { SessionEnd, UserEvent } from '@sightline/contracts/users'
import type { UserState } from './state.ts'

/** A session of a user that begins. */
export interface NewSession {
  sessionId: string
  /** Null for a system administrator's. */
  tenantId: string | null
  expiresAt: Date
}

/** Starts a session; with the first one the user begins. One in another's place ends that one. */
export function startSession(user: UserState, session: NewSession, inPlaceOf?: string): UserEvent[] {
  const { sessionId, tenantId, expiresAt } = session
  if (user.status === 'registered' && user.sessions.has(sessionId)) return []
  return [
    ...(user.status === 'absent' ? [{ type: 'UserRegistered', data: {} } as const] : []),
    ...(inPlaceOf === undefined ? [] : endSession(user, inPlaceOf, 'SIGNED_OUT')),
    { type: 'SessionStarted', data: { sessionId, tenantId, expiresAt: expiresAt.toISOString() } },
  ]
}

/** Ends a session; one that isn't open is left alone. */
export function endSession(user: UserState, sessionId: string, reason: SessionEnd): UserEvent[] {
  const session = user.status === 'registered' ? user.sessions.get(sessionId) : undefined
  if (!session) return []
  return [{ type: 'SessionEnded', data: { sessionId, tenantId: session.tenantId, reason } }]
}
