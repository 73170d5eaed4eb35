import { z } from 'zod'
import { defineEvent, type EventOf } from './event.ts'
import { instant, uuid } from './identifiers.ts'
import { addressList } from './networks.ts'
import { displayName } from './tenants.ts'

/** Machines that API keys are issued to. Agents belong to a tenant, media nodes and workers serve all. */
export const machineKind = z.enum(['agent', 'media_node', 'worker'])
export type MachineKind = z.infer<typeof machineKind>

/** A key of the machine counts from now on, from these networks, until it expires. What is secret of it is a row of `ops`. */
export const apiKeyIssued = defineEvent({
  type: 'ApiKeyIssued',
  category: 'machine',
  version: 1,
  data: z.strictObject({
    keyId: uuid,
    kind: machineKind,
    name: displayName,
    expiresAt: instant,
    addresses: addressList,
  }),
})

/** The key counts no longer. */
export const apiKeyRevoked = defineEvent({
  type: 'ApiKeyRevoked',
  category: 'machine',
  version: 1,
  data: z.strictObject({ keyId: uuid }),
})

export const machineEvents = [apiKeyIssued, apiKeyRevoked] as const
export type MachineEvent = EventOf<(typeof machineEvents)[number]>
