import { randomBytes } from 'node:crypto'
import type { CommandContext } from '@sightline/event-log/decide'
import { v7 } from 'uuid'

/** The context of what the sweeper appends by itself. */
export function sweeperContext(tenantId: string, now: Date): CommandContext {
  const commandId = v7()
  return {
    tenantId,
    actor: { principal: 'system', id: 'sweeper', sessionId: null },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`,
    now,
  }
}
