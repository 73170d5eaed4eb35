import type { Projection } from '../projection.ts'
import { sessions } from './table.ts'

/** Sessions are told in the user's stream, and stand among the rows of the tenant that the event names. */
export const sessionsProjection: Projection = {
  model: 'sessions',
  tables: [sessions],
  handles: {
    SessionStarted: (event, userId, rows) => {
      const { sessionId, expiresAt } = event.data
      rows.put(sessions, sessionId, {
        userId,
        startedAt: event.metadata.occurredAt,
        expiresAt,
        endedAt: null,
      })
    },
    SessionEnded: (event, _userId, rows) =>
      rows.set(sessions, event.data.sessionId, { endedAt: event.metadata.occurredAt }),
  },
}
