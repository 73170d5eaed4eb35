import { z } from 'zod'
import { defineEvent, type EventOf } from './event.ts'
import { uuid } from './identifiers.ts'

/** The user administers the whole system from now on. */
export const systemAdministratorAppointed = defineEvent({
  type: 'SystemAdministratorAppointed',
  category: 'system',
  version: 1,
  data: z.strictObject({ userId: uuid }),
})

/** The user administers the system no longer. The last administrator is never dismissed. */
export const systemAdministratorDismissed = defineEvent({
  type: 'SystemAdministratorDismissed',
  category: 'system',
  version: 1,
  data: z.strictObject({ userId: uuid }),
})

export const systemEvents = [systemAdministratorAppointed, systemAdministratorDismissed] as const
export type SystemEvent = EventOf<(typeof systemEvents)[number]>
