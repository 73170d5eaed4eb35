import { z } from 'zod'
import { defineEvent, type EventOf } from './event.ts'
import { addressList } from './networks.ts'
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

/** Nobody of the tenant does or sees anything any more, until it is resumed. */
export const tenantSuspended = defineEvent({
  type: 'TenantSuspended',
  category: 'tenant',
  version: 1,
  data: z.strictObject({ reason: words(200) }),
})

/** A suspended tenant is as it was before. */
export const tenantResumed = defineEvent({
  type: 'TenantResumed',
  category: 'tenant',
  version: 1,
  data: z.strictObject({}),
})

/** From these networks alone the tenant's members are heard; none means from anywhere. */
export const allowListSet = defineEvent({
  type: 'AllowListSet',
  category: 'tenant',
  version: 1,
  data: z.strictObject({ addresses: addressList }),
})

/** How many of each the tenant may have at most. */
export const quota = z.int().min(0).max(1_000_000)

/** How much the tenant may have; null for as much as it likes. What it has already stays. */
export const quotaSet = defineEvent({
  type: 'QuotaSet',
  category: 'tenant',
  version: 1,
  data: z.strictObject({ cameras: quota.nullable(), people: quota.nullable() }),
})

export const tenantEvents = [tenantCreated, tenantSuspended, tenantResumed, allowListSet, quotaSet] as const
export type TenantEvent = EventOf<(typeof tenantEvents)[number]>
