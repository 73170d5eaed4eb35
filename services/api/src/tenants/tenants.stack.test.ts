import { tenantStreamName } from '@sightline/contracts/stream-names'
import {
  CreateTenantDocument,
  MyselfDocument,
  ResumeTenantDocument,
  SetAllowListDocument,
  SetQuotaDocument,
  SuspendTenantDocument,
  TenantSettingsDocument,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { type Answer, eventually, idOf, type TestPerson, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'

const api = await useTestApi()
await useProjector(api)

const refused = (code: string) => expect.objectContaining({ __typename: 'Rejection', code })

async function newTenant() {
  const tenantId = await api.createTenant()
  return { tenantId, admin: await api.person(tenantId), system: await api.identity.system() }
}

const allow = async (by: TestPerson, addresses: string[]): Promise<Answer> =>
  (await api.send(by.token, SetAllowListDocument, { input: { addresses } })).setAllowList

test('of a suspended tenant nobody does or sees anything until it is resumed', async () => {
  const { tenantId, admin, system } = await newTenant()
  const input = { tenantId, reason: 'The contract has ended' }
  idOf((await api.send(system, SuspendTenantDocument, { input })).suspendTenant)
  idOf((await api.send(system, SuspendTenantDocument, { input })).suspendTenant)
  await eventually(() =>
    expect(api.send(admin.token, TenantSettingsDocument, {})).rejects.toThrow('FORBIDDEN'),
  )
  await expect(api.createSite(admin)).rejects.toThrow('FORBIDDEN')
  idOf((await api.send(system, ResumeTenantDocument, { input: { tenantId } })).resumeTenant)
  const { tenant } = await eventually(() => api.send(admin.token, TenantSettingsDocument, {}))
  expect(tenant).toMatchObject({ id: tenantId, name: 'Harbour' })
  expect((await api.eventLog.readStream(tenantStreamName(tenantId))).map(({ type }) => type)).toEqual([
    'TenantCreated',
    'TenantSuspended',
    'TenantResumed',
  ])
})

test('one may not switch to a suspended tenant', async () => {
  const { admin } = await newTenant()
  const second = await newTenant()
  await api.addMember(second.tenantId, admin.userId, { role: 'viewer' })
  const ownTenants = async () =>
    (await api.send(admin.token, MyselfDocument, {})).myself.tenants.map(({ id }) => id).sort()
  await eventually(async () => expect(await ownTenants()).toEqual([admin.tenantId, second.tenantId].sort()))
  const input = { tenantId: second.tenantId, reason: 'Unpaid' }
  idOf((await api.send(second.system, SuspendTenantDocument, { input })).suspendTenant)
  await eventually(async () => expect(await ownTenants()).toEqual([admin.tenantId]))
})

test('what is set about a tenant its administrators see, and nobody else', async () => {
  const { tenantId, admin, system } = await newTenant()
  const viewer = await api.person(tenantId, { role: 'viewer' })
  const { setQuota } = await api.send(system, SetQuotaDocument, { input: { tenantId, cameras: 10 } })
  idOf(setQuota)
  const listed = await allow(admin, ['127.0.0.0/8', '::1/128'])
  const { tenant } = await api.send(admin.token, TenantSettingsDocument, { atLeast: listed.position! })
  expect(tenant).toEqual({
    id: tenantId,
    name: 'Harbour',
    suspended: false,
    allowList: ['127.0.0.0/8', '::1/128'],
    quota: { cameras: 10, people: null },
  })
  const seen = await api.send(viewer.token, TenantSettingsDocument, {})
  expect(seen.tenant).toMatchObject({ name: 'Harbour', suspended: null, allowList: null, quota: null })
})

test('nobody locks themselves out, or sets what is no network', async () => {
  const { admin } = await newTenant()
  expect(await allow(admin, ['192.0.2.0/24'])).toEqual(refused('WOULD_LOCK_OUT'))
  for (const addresses of [['192.0.2.1'], ['300.0.0.0/8'], ['10.0.0.0/33'], ['everywhere']]) {
    await expect(allow(admin, addresses)).rejects.toThrow('BAD_USER_INPUT')
  }
  idOf(await allow(admin, ['127.0.0.1/32', '192.0.2.0/24']))
  idOf(await allow(admin, []))
})

test('what is about no tenant that is there finds nothing, and no tenant stands for none', async () => {
  const system = await api.identity.system()
  const tenantId = v7()
  const suspend = { input: { tenantId, reason: 'Unpaid' } }
  expect((await api.send(system, SuspendTenantDocument, suspend)).suspendTenant).toEqual(refused('NOT_FOUND'))
  const resume = { input: { tenantId } }
  expect((await api.send(system, ResumeTenantDocument, resume)).resumeTenant).toEqual(refused('NOT_FOUND'))
  const quota = { input: { tenantId, cameras: 1 } }
  expect((await api.send(system, SetQuotaDocument, quota)).setQuota).toEqual(refused('NOT_FOUND'))
  const nil = { input: { tenantId: '00000000-0000-0000-0000-000000000000', name: 'Nobody' } }
  expect((await api.send(system, CreateTenantDocument, nil)).createTenant).toEqual(refused('ID_IN_USE'))
  const negative = { input: { tenantId, cameras: -1 } }
  await expect(api.send(system, SetQuotaDocument, negative)).rejects.toThrow('BAD_USER_INPUT')
})
