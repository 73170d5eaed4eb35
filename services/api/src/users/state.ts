import type { UserEvent } from '@sightline/contracts/users'

/** A session that has begun and not ended. */
export interface OpenSession {
  /** Null for a system administrator's. */
  tenantId: string | null
  expiresAt: Date
}

/** A user as their stream tells it: whether they ever signed in, and the sessions that are open, by id. */
export type UserState =
  | { status: 'absent' }
  | { status: 'registered'; sessions: ReadonlyMap<string, OpenSession> }

/** Somebody who never signed in. */
export const noUser: UserState = { status: 'absent' }

/** What an event makes of the state. */
export function evolveUser(user: UserState, event: UserEvent): UserState {
  const sessions = new Map(user.status === 'registered' ? user.sessions : [])
  switch (event.type) {
    case 'UserRegistered':
      break
    case 'SessionStarted': {
      const { sessionId, tenantId, expiresAt } = event.data
      sessions.set(sessionId, { tenantId, expiresAt: new Date(expiresAt) })
      break
    }
    case 'SessionEnded':
      sessions.delete(event.data.sessionId)
  }
  return { status: 'registered', sessions }
}
