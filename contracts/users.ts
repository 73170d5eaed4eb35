import { z } from 'zod'
import { defineEvent, type EventOf } from './event.ts'
import { instant, uuid } from './identifiers.ts'

/** A user signed in for the first time. Users belong to no tenant; memberships do (`members.ts`). */
export const userRegistered = defineEvent({
  type: 'UserRegistered',
  category: 'user',
  version: 1,
  data: z.strictObject({}),
})

/** A session of the user in one tenant; `tenantId` is null for a system administrator's. */
export const sessionStarted = defineEvent({
  type: 'SessionStarted',
  category: 'user',
  version: 1,
  data: z.strictObject({ sessionId: uuid, tenantId: uuid.nullable(), expiresAt: instant }),
})

/** REUSED: a refresh token was shown that had been replaced before, so somebody else has it. */
export const sessionEnd = z.enum(['SIGNED_OUT', 'REVOKED', 'REUSED', 'EXPIRED'])
export type SessionEnd = z.infer<typeof sessionEnd>

/** The session's tokens count no longer. `tenantId` is as it was started. */
export const sessionEnded = defineEvent({
  type: 'SessionEnded',
  category: 'user',
  version: 1,
  data: z.strictObject({ sessionId: uuid, tenantId: uuid.nullable(), reason: sessionEnd }),
})

export const userEvents = [userRegistered, sessionStarted, sessionEnded] as const
export type UserEvent = EventOf<(typeof userEvents)[number]>
