import type { CommandContext } from '@sightline/event-log/decide'
import { newTraceparent } from '@sightline/logging/traceparent'
import { v7 } from 'uuid'

/** The context of what the sweeper appends by itself. */
export function sweeperContext(tenantId: string | null, now: Date): CommandContext {
  const commandId = v7()
  return {
    tenantId,
    actor: { principal: 'system', id: 'sweeper', sessionId: null },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    traceparent: newTraceparent(),
    now,
  }
}
