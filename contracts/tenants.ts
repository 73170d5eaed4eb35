import { z } from 'zod'
import { defineEvent, type EventOf } from './event.ts'
import { words } from './texts.ts'

/** The name of an organisation, a site, a camera or an agent: not personal. */
export const displayName = words(120)

/** An organisation whose data nobody else sees. */
export const tenantCreated = defineEvent({
  type: 'TenantCreated',
  category: 'tenant',
  version: 1,
  data: z.strictObject({ name: displayName }),
})

export const tenantEvents = [tenantCreated] as const
export type TenantEvent = EventOf<(typeof tenantEvents)[number]>
