import {
  ApiKeysDocument,
  CreateTenantDocument,
  IssueApiKeyDocument,
  ResumeTenantDocument,
  SetAllowListDocument,
  SetQuotaDocument,
  SuspendTenantDocument,
  TenantRecordDocument,
  TenantRecordsChangedDocument,
  TenantRecordsDocument,
  type TenantRecordsQuery,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { idOf, useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'

const api = await useTestApi()
const projector = await useProjector(api)
const system = await api.identity.system()

async function createTenant(name: string) {
  const { createTenant } = await api.send(system, CreateTenantDocument, { input: { name } })
  const { position } = createTenant as { position: string }
  return { tenantId: idOf(createTenant), position }
}

async function recordOf(tenantId: string, atLeast?: string | null) {
  const { tenantRecord } = await api.send(system, TenantRecordDocument, {
    id: tenantId,
    atLeast: atLeast ?? null,
  })
  return tenantRecord
}

const suspend = async (tenantId: string, reason: string) => {
  const { suspendTenant } = await api.send(system, SuspendTenantDocument, { input: { tenantId, reason } })
  idOf(suspendTenant)
  return suspendTenant as { position: string }
}

test('a system administrator sees what is set about a tenant, and how much it has', async () => {
  const { tenantId, position } = await createTenant('Harbour')
  expect(await recordOf(tenantId, position)).toEqual({
    id: tenantId,
    name: 'Harbour',
    createdAt: expect.stringMatching(/^\d{4}-/),
    suspension: null,
    allowList: [],
    quota: { cameras: null, people: null },
    use: { cameras: 0, people: 0 },
  })

  const admin = await api.person(tenantId)
  const siteId = await api.createSite(admin)
  await api.registerCamera(admin, siteId)
  await api.registerCamera(admin, siteId)
  await api.enrolPerson(admin)
  const addresses = ['127.0.0.0/8', '::1/128']
  idOf((await api.send(admin.token, SetAllowListDocument, { input: { addresses } })).setAllowList)
  const limits = { tenantId, cameras: 2, people: null }
  idOf((await api.send(system, SetQuotaDocument, { input: limits })).setQuota)
  const suspended = await suspend(tenantId, 'The contract has ended')
  expect(await recordOf(tenantId, suspended.position)).toMatchObject({
    suspension: { since: expect.stringMatching(/^\d{4}-/), reason: 'The contract has ended' },
    allowList: addresses,
    quota: { cameras: 2, people: null },
    use: { cameras: 2, people: 1 },
  })

  const { resumeTenant } = await api.send(system, ResumeTenantDocument, { input: { tenantId } })
  idOf(resumeTenant)
  const resumed = resumeTenant as { position: string }
  expect(await recordOf(tenantId, resumed.position)).toMatchObject({ suspension: null })
  expect(await recordOf(v7())).toBeNull()
})

test('tenants are listed page by page, by name', async () => {
  const made = [await createTenant('Yard'), await createTenant('Airport'), await createTenant('Depot')]
  const page = (after: string | null) =>
    api.send(system, TenantRecordsDocument, { first: 2, after, atLeast: made.at(-1)!.position })
  const names: string[] = []
  let next: string | null | undefined = null
  do {
    const { edges, pageInfo }: TenantRecordsQuery['tenantRecords'] = (await page(next)).tenantRecords
    expect(edges.length).toBeLessThanOrEqual(2)
    names.push(...edges.map(({ node }) => node.name))
    next = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (next)
  expect(names).toEqual(['Airport', 'Depot', 'Harbour', 'Yard'])
})

test('a system administrator is told of every change of a tenant, and of what it has', async () => {
  const { tenantId, position } = await createTenant('Quay')
  await recordOf(tenantId, position)
  const told = subscribe(api.url, system, TenantRecordsChangedDocument, {})
  const changes = async () => (await told.next()).data!.tenantRecordsChanged
  const everything = await changes()
  expect(everything.replaces).toBe(true)
  expect(everything.changed.map(({ name }) => name)).toEqual(['Airport', 'Depot', 'Harbour', 'Quay', 'Yard'])

  await suspend(tenantId, 'Unpaid')
  expect(await changes()).toMatchObject({
    replaces: false,
    changed: [{ id: tenantId, suspension: { reason: 'Unpaid' }, use: { cameras: 0 } }],
    removed: [],
  })
  idOf((await api.send(system, ResumeTenantDocument, { input: { tenantId } })).resumeTenant)
  expect((await changes()).changed).toMatchObject([{ id: tenantId, suspension: null }])

  const admin = await api.person(tenantId)
  const siteId = await api.createSite(admin)
  await api.registerCamera(admin, siteId)
  expect((await changes()).changed).toMatchObject([{ id: tenantId, use: { cameras: 1, people: 0 } }])
  told.close()
})

test('what a system administrator asks for at a position is as it is there, or later', async () => {
  await projector.stop()
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString()
  const input = { kind: 'WORKER', name: 'Rack 2', expiresAt } as const
  const { issueApiKey } = await api.send(system, IssueApiKeyDocument, { input })
  if (issueApiKey.__typename !== 'IssuedApiKey') throw new Error(issueApiKey.code)
  const atLeast = issueApiKey.position
  const impatient = await api.startAnother(undefined, { positionWaitMs: 200 })
  const refused = (asked: Promise<unknown>) => expect(asked).rejects.toThrow('POSITION_NOT_REACHED')
  await refused(api.send(system, ApiKeysDocument, { atLeast }, impatient))
  await refused(api.send(system, TenantRecordsDocument, { atLeast }, impatient))
  await projector.start()
  const { apiKeys } = await api.send(system, ApiKeysDocument, { atLeast })
  expect(apiKeys.edges.map(({ node }) => node.id)).toEqual([issueApiKey.id])
})
