import { z } from 'zod'
import { personalText } from './encryption.ts'
import { defineEvent, type EventOf } from './event.ts'
import { instant, uuid } from './identifiers.ts'
import { line } from './texts.ts'

/** What a member may do; the permission table says what that is. */
export const role = z.enum(['tenant_admin', 'site_manager', 'operator', 'viewer'])
export type Role = z.infer<typeof role>

/** An e-mail address as it is compared: trimmed, in lower case, in Unicode's composed form. */
export const emailAddress = z
  .string()
  .transform(text => text.trim().normalize('NFC').toLowerCase())
  .pipe(line(200).regex(/^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/, 'must be an e-mail address'))

/**
 * A role, and where it counts: `everywhere` in the tenant, or only where the member's grants that stand now say.
 * An administrator's counts everywhere.
 */
const roleAndReach = { role, everywhere: z.boolean() }
const reachesFarEnough = (data: { role: Role; everywhere: boolean }) =>
  data.everywhere || data.role !== 'tenant_admin'

/** A user is a member from now on. `keyId` is the user's data key in this tenant. */
export const memberAdded = defineEvent({
  type: 'MemberAdded',
  category: 'members',
  version: 1,
  data: z
    .strictObject({ userId: uuid, keyId: uuid, email: personalText, ...roleAndReach })
    .refine(reachesFarEnough),
  personal: ['email'],
})

/** The member has this role, and it counts there, instead of what was said before. */
export const memberRoleChanged = defineEvent({
  type: 'MemberRoleChanged',
  category: 'members',
  version: 1,
  data: z.strictObject({ userId: uuid, ...roleAndReach }).refine(reachesFarEnough),
})

/** Sites or cameras that one grant names. */
export const scopeIds = z.array(uuid).max(5_000)

/** The member's role counts in these sites and for these cameras too, until it ends; null for no end. */
export const scopeGranted = defineEvent({
  type: 'ScopeGranted',
  category: 'members',
  version: 1,
  data: z
    .strictObject({
      grantId: uuid,
      userId: uuid,
      siteIds: scopeIds,
      cameraIds: scopeIds,
      endsAt: instant.nullable(),
    })
    .refine(({ siteIds, cameraIds }) => siteIds.length + cameraIds.length > 0),
})

/** Somebody took the grant away. */
export const grantRevoked = defineEvent({
  type: 'GrantRevoked',
  category: 'members',
  version: 1,
  data: z.strictObject({ grantId: uuid, userId: uuid }),
})

/** The grant's end has passed. It counts for nothing from `endsAt` on, whenever this is told. */
export const grantEnded = defineEvent({
  type: 'GrantEnded',
  category: 'members',
  version: 1,
  data: z.strictObject({ grantId: uuid, userId: uuid }),
})

/** The user is a member no longer, and their grants have ended. */
export const memberRemoved = defineEvent({
  type: 'MemberRemoved',
  category: 'members',
  version: 1,
  data: z.strictObject({ userId: uuid }),
})

export const memberEvents = [
  memberAdded,
  memberRoleChanged,
  scopeGranted,
  grantRevoked,
  grantEnded,
  memberRemoved,
] as const
export type MemberEvent = EventOf<(typeof memberEvents)[number]>
