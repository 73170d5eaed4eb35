import { z } from 'zod'
import { instant, traceparent, uuid } from './identifiers.ts'

/** Who is behind a token or an event. `system` also stands for the sweeper. */
export const principalKind = z.enum(['person', 'system', 'agent', 'media_node', 'worker'])

/** Who caused an event; `sessionId` is null where the principal has no session. */
export const actor = z.strictObject({
  principal: principalKind,
  id: z.string().min(1).max(200),
  sessionId: uuid.nullable(),
})
export type Actor = z.infer<typeof actor>

/** What every event of the log carries beside its data. */
export const eventMetadata = z.strictObject({
  /** The stream's tenant; null for `log`, `system`, `user-` and the `machine-` streams of machines that serve all tenants. */
  tenantId: uuid.nullable(),
  actor,
  commandId: uuid,
  correlationId: uuid,
  /** The event or command that caused this one. */
  causationId: uuid,
  /** When it happened, by the clock of the writer. */
  occurredAt: instant,
  traceparent,
  schemaVersion: z.int().positive(),
  /** 16 random bytes, base64: keeps the hash of an event from being guessed once its body is gone. */
  salt: z.base64().length(24),
})
export type EventMetadata = z.infer<typeof eventMetadata>
