import { AddMemberDocument, GrantScopeDocument, type Role } from '@sightline/schema/operations'
import { accepted, shown, type Tenant } from '@sightline/testing/seeding'

/**
 * Adds a member to a tenant; one who isn't everywhere is granted what is named. Gives the user's id, once the rows of
 * queries have the member.
 */
export async function addMember(
  tenant: Tenant,
  member: { email: string; role: Role; siteIds?: string[]; cameraIds?: string[] },
): Promise<string> {
  const { email, role, siteIds = [], cameraIds = [] } = member
  const everywhere = siteIds.length + cameraIds.length === 0
  const input = { email, role, everywhere }
  const added = accepted((await tenant.client.request(AddMemberDocument, { input })).addMember)
  const { id: userId } = added
  if (everywhere) {
    await shown(tenant.client, added)
  } else {
    const scope = { userId, siteIds, cameraIds }
    await shown(
      tenant.client,
      accepted((await tenant.client.request(GrantScopeDocument, { input: scope })).grantScope),
    )
  }
  return userId
}
