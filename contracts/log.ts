import { z } from 'zod'
import { defineEvent } from './event.ts'

/** Revision 0 of the stream `log`: its event id is the identity of the whole log. */
export const logCreated = defineEvent({
  type: 'LogCreated',
  category: 'log',
  version: 1,
  data: z.strictObject({}),
})

export const logEvents = [logCreated] as const
