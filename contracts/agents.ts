import { z } from 'zod'
import { defineEvent, type EventOf } from './event.ts'
import { instant, uuid } from './identifiers.ts'
import { displayName } from './tenants.ts'
import { words } from './texts.ts'

/** What an agent says of itself in a heartbeat; OFFLINE is said of it, or by it when it leaves. */
export const agentStatus = z.enum(['IDLE', 'PROCESSING', 'ONLINE', 'OFFLINE', 'ERROR'])
export type AgentStatus = z.infer<typeof agentStatus>

/** The maker's serial number of a device. */
export const serialNumber = words(120)

/** The agent became the tenant's. Its credential is refused until this event is in the log. */
export const agentPaired = defineEvent({
  type: 'AgentPaired',
  category: 'agent',
  version: 1,
  data: z.strictObject({ credentialId: uuid, siteId: uuid, name: displayName, serial: serialNumber }),
})

/** A heartbeat told another status than the last one. */
export const agentStatusChanged = defineEvent({
  type: 'AgentStatusChanged',
  category: 'agent',
  version: 1,
  data: z.strictObject({ status: agentStatus }),
})

/** Three heartbeats in a row were missed. */
export const agentWentOffline = defineEvent({
  type: 'AgentWentOffline',
  category: 'agent',
  version: 1,
  data: z.strictObject({ lastHeartbeatAt: instant }),
})

/** The agent is the tenant's no longer: what it was paired with counts for nothing from here on. */
export const agentUnpaired = defineEvent({
  type: 'AgentUnpaired',
  category: 'agent',
  version: 1,
  data: z.strictObject({ credentialId: uuid }),
})

export const agentEvents = [agentPaired, agentStatusChanged, agentWentOffline, agentUnpaired] as const
export type AgentEvent = EventOf<(typeof agentEvents)[number]>
