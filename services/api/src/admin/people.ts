import { uuid } from '@sightline/contracts/identifiers'
import { emailAddress } from '@sightline/contracts/members'
import { membersStreamName, SYSTEM_STREAM, tenantStreamName } from '@sightline/contracts/stream-names'
import { displayName } from '@sightline/contracts/tenants'
import { type CommandOutcome, executeCommand } from '@sightline/event-log/decide'
import { v7 } from 'uuid'
import { dataKeyId } from '../input.ts'
import { addMember } from '../members/decisions.ts'
import { evolveMembers, noMembers } from '../members/state.ts'
import { appointAdministrator, dismissAdministrator } from '../system/decisions.ts'
import { evolveSystem, noSystem } from '../system/state.ts'
import { createTenant } from '../tenants/decisions.ts'
import { evolveTenant, noTenant } from '../tenants/state.ts'
import { openSignInLink, signInAddress } from '../tokens/sign-in-links.ts'
import { AdminError, adminContext, type Connections } from './connecting.ts'

/**
 * The user that somebody named by id or e-mail address.
 * @param unknown whether an address that nobody has makes a user
 * @throws AdminError
 */
export async function userNamed(
  { userIds }: Connections,
  text: string,
  { unknown }: { unknown: 'made' | 'refused' },
): Promise<string> {
  const id = uuid.safeParse(text.toLowerCase())
  if (id.success) return id.data
  const email = emailAddress.safeParse(text)
  if (!email.success) throw new AdminError(`${text} is neither a user's id nor an e-mail address`)
  const userId = unknown === 'made' ? await userIds.reserve(email.data) : await userIds.find(email.data)
  if (userId === undefined) throw new AdminError(`nobody has the address ${text}`)
  return userId
}

/** Appoints an administrator of the whole system, or dismisses one. @throws AdminError */
export async function changeAdministrators(
  connections: Connections,
  userId: string,
  change: 'appoint' | 'dismiss',
): Promise<void> {
  const decide = change === 'appoint' ? appointAdministrator : dismissAdministrator
  accepted(
    await executeCommand(await connections.eventLog(), {
      stream: SYSTEM_STREAM,
      initial: noSystem,
      evolve: evolveSystem,
      decide: system => decide(system, userId),
      context: adminContext(null, new Date()),
    }),
  )
}

/**
 * Creates a tenant with its first administrator. Repeated with the tenant's id it completes what was interrupted.
 * @throws AdminError
 */
export async function createTenantWithAdmin(
  connections: Connections,
  input: { tenantId: string | undefined; name: string; email: string },
): Promise<{ tenantId: string; userId: string }> {
  const { userIds, dataKeys } = connections
  const email = emailAddress.safeParse(input.email)
  if (!email.success) throw new AdminError(`${input.email} is no e-mail address`)
  const name = displayName.safeParse(input.name)
  if (!name.success) throw new AdminError(`${input.name} is no name: at most 120 characters, no line breaks`)
  const eventLog = await connections.eventLog()
  const tenantId = input.tenantId ?? v7()
  const context = adminContext(tenantId, new Date())
  accepted(
    await executeCommand(eventLog, {
      stream: tenantStreamName(tenantId),
      initial: noTenant,
      evolve: evolveTenant,
      decide: tenant => createTenant(tenant, { name: name.data }),
      context,
    }),
  )
  const userId = await userIds.reserve(email.data)
  const keyId = dataKeyId('user', userId)
  await dataKeys.create({ tenantId, keyId, subject: 'user', subjectId: userId })
  accepted(
    await executeCommand(eventLog, {
      stream: membersStreamName(tenantId),
      initial: noMembers,
      evolve: evolveMembers,
      decide: members =>
        addMember(members, {
          userId,
          keyId,
          email: email.data,
          role: 'tenant_admin',
          everywhere: true,
          by: null,
        }),
      context,
    }),
  )
  return { tenantId, userId }
}

/** Opens a sign-in link of a user. @param url `https://host[:port]` */
export async function makeSignInLink(
  { database }: Connections,
  userId: string,
  url: string,
): Promise<{ address: string; expiresAt: Date }> {
  const { secret, expiresAt } = await openSignInLink(database, { userId, now: new Date() })
  return { address: signInAddress(new URL(url).origin, secret), expiresAt }
}

function accepted(outcome: CommandOutcome<unknown>): void {
  if (outcome.outcome === 'rejected') throw new AdminError(outcome.message)
}
