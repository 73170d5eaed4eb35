import {
  AgentsChangedDocument,
  CamerasDocument,
  GrantScopeDocument,
  IssueApiKeyDocument,
  SetAllowListDocument,
  SetQuotaDocument,
} from '@sightline/schema/operations'
import { accepted, type Tenant } from '@sightline/testing/seeding'
import type { System } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { addMember } from '../src/members.ts'

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

/** Members, keys, limits and networks of a tenant. Gives the id of a member who sees one site. */
export async function fillAccess(system: System, tenant: Tenant): Promise<{ viewerId: string }> {
  const { client, siteId } = tenant
  await addMember(tenant, { email: 'j.okafor@museum.example', role: 'SITE_MANAGER' })
  const address = 'maria-magdalena.konstantinidou@security-services.museum.example'
  await addMember(tenant, { email: address, role: 'OPERATOR' })
  const viewerId = await addMember(tenant, {
    email: 'shop@museum.example',
    role: 'VIEWER',
    siteIds: [siteId],
  })
  const night = await addMember(tenant, {
    email: 'night-watch@museum.example',
    role: 'OPERATOR',
    siteIds: [siteId],
  })
  const cameras = await client.request(CamerasDocument, { first: 2 })
  const cameraIds = cameras.cameras.edges.map(({ node }) => node.id)
  const exhibition = { userId: night, cameraIds, endsAt: inDays(3) }
  accepted((await client.request(GrantScopeDocument, { input: exhibition })).grantScope)

  const agents = watch(client, AgentsChangedDocument, {}, data => data.agentsChanged)
  const [agent] = await agents.until('an agent', rows => rows.length > 0 && rows)
  agents.close()
  for (const [name, days] of [
    ['Gatehouse, left rack', 90],
    ['Gatehouse, spare', 30],
  ] as const) {
    const key = { kind: 'AGENT', subjectId: agent!.id, name, expiresAt: inDays(days) } as const
    await client.request(IssueApiKeyDocument, { input: { ...key, addresses: ['192.0.2.0/24'] } })
  }
  const platform = system.client(await system.identity.system())
  const limits = { tenantId: tenant.tenantId, cameras: 200, people: null }
  accepted((await platform.request(SetQuotaDocument, { input: limits })).setQuota)
  const networks = { addresses: ['127.0.0.0/8', '192.0.2.0/24'] }
  accepted((await client.request(SetAllowListDocument, { input: networks })).setAllowList)
  return { viewerId }
}
