import { z } from 'zod'
import { defineEvent, type EventOf } from './event.ts'
import { displayName } from './tenants.ts'

/** A place that has cameras and agents. */
export const siteCreated = defineEvent({
  type: 'SiteCreated',
  category: 'site',
  version: 1,
  data: z.strictObject({ name: displayName }),
})

export const siteEvents = [siteCreated] as const
export type SiteEvent = EventOf<(typeof siteEvents)[number]>
