import { randomUUID } from 'node:crypto'
import type { SightlineEvent } from '@sightline/contracts/events'
import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import type { EventToAppend } from '@sightline/event-log/recorded-event'
import { createLogger } from '@sightline/logging/logging'
import { newTraceparent } from '@sightline/logging/traceparent'
import type { System } from '@sightline/testing/system'

/** The log of a system, without a right to keys. */
export function openLog(system: System): Promise<EventLog> {
  return openEventLog({
    connectionString: system.stack.eventStore.connectionString,
    dataKeys: null,
    logger: createLogger({ name: 'bench', level: 'error' }),
    create: false,
  })
}

/** An event of a tenant, as somebody's command would make it now. */
export function eventOf(tenantId: string, event: SightlineEvent): EventToAppend {
  const commandId = randomUUID()
  return {
    ...event,
    id: randomUUID(),
    metadata: {
      tenantId,
      actor: { principal: 'system', id: 'bench', sessionId: null },
      commandId,
      correlationId: commandId,
      causationId: commandId,
      occurredAt: new Date().toISOString(),
      traceparent: newTraceparent(),
    },
  }
}
