import { streamName } from '@sightline/contracts/stream-names'
import {
  EnrolPersonDocument,
  RegisterCameraDocument,
  type RegisterCameraInput,
  SetQuotaDocument,
  TenantSettingsDocument,
} from '@sightline/schema/operations'
import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { type Answer, eventually, idOf, type TestPerson, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'
import { takePlace } from './places.ts'

const api = await useTestApi({ sweepIntervalMs: 100 })
await useProjector(api)

const full = { __typename: 'Rejection', code: 'QUOTA_REACHED', message: expect.any(String) }

/** A machine that is busy has no connection for everybody within their patience: whoever is told so sends the command again. */
async function patiently<T>(send: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await send()
    } catch (error) {
      if (!String(error).includes('UNAVAILABLE')) throw error
    }
  }
}

async function register(
  by: TestPerson,
  input: Partial<RegisterCameraInput> & { siteId: string },
): Promise<Answer> {
  const command = { commandId: v7(), name: 'Entrance', address: 'rtsp://camera.example/live' }
  const camera = { ...command, ...input }
  return patiently(
    async () => (await api.send(by.token, RegisterCameraDocument, { input: camera })).registerCamera,
  )
}

async function setQuota(tenantId: string, quota: { cameras?: number; people?: number }): Promise<Answer> {
  const input = { tenantId, ...quota }
  return (await api.send(await api.identity.system(), SetQuotaDocument, { input })).setQuota
}

async function newTenant() {
  const admin = await api.person(await api.createTenant())
  return { admin, tenantId: admin.tenantId, siteId: await api.createSite(admin) }
}

test('of fifty cameras that are registered at once where one place is left, one is', async () => {
  const { admin, tenantId, siteId } = await newTenant()
  idOf(await setQuota(tenantId, { cameras: 3 }))
  for (let index = 0; index < 2; index++) idOf(await register(admin, { siteId }))
  const answers = await Promise.all(Array.from({ length: 50 }, () => register(admin, { siteId })))
  const accepted = answers.filter(({ __typename }) => __typename === 'CommandAccepted')
  expect(accepted).toHaveLength(1)
  expect(answers.filter(answer => answer !== accepted[0])).toEqual(Array(49).fill(full))
  await eventually(async () => {
    const query = 'query { cameras { edges { node { id } } } }'
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.token}` },
      body: JSON.stringify({ query }),
    })
    const { data } = (await response.json()) as { data: { cameras: { edges: unknown[] } } }
    expect(data.cameras.edges).toHaveLength(3)
  })
})

test('of people who are enrolled at once as many are as there are places', async () => {
  const { admin, tenantId } = await newTenant()
  idOf(await setQuota(tenantId, { people: 2 }))
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => {
      const input = { name: 'Ada Lovelace', commandId: v7() }
      return patiently(() => api.send(admin.token, EnrolPersonDocument, { input }))
    }),
  )
  expect(answers.filter(({ enrolPerson }) => enrolPerson.__typename === 'CommandAccepted')).toHaveLength(2)
  expect(answers.map(({ enrolPerson }) => enrolPerson)).toContainEqual(full)
})

test('a repetition of what was registered needs no place more', async () => {
  const { admin, tenantId, siteId } = await newTenant()
  idOf(await setQuota(tenantId, { cameras: 1 }))
  const cameraId = v7()
  const command = { siteId, cameraId, commandId: v7() }
  idOf(await register(admin, command))
  idOf(await register(admin, command))
  idOf(await register(admin, { siteId, cameraId }))
  expect(await register(admin, { siteId })).toEqual(full)
})

test('what a tenant had before its quota counts', async () => {
  const { admin, tenantId, siteId } = await newTenant()
  idOf(await register(admin, { siteId }))
  // A place that nobody counted, as of a camera that is older than the counting.
  const camera = await register(admin, { siteId })
  const cameraId = idOf(camera)
  await api.database.inOps('ops_api', tenantId, sql =>
    sql('/* forgetPlace */ delete from ops.quota_places where subject_id = $1', [cameraId]),
  )
  const { tenant } = await api.send(admin.token, TenantSettingsDocument, { atLeast: camera.position! })
  expect(tenant?.quota).toEqual({ cameras: null, people: null })
  const set = await setQuota(tenantId, { cameras: 2 })
  expect(await register(admin, { siteId })).toEqual(full)
  idOf(await setQuota(tenantId, { cameras: 3 }))
  idOf(await register(admin, { siteId }))
  expect(await register(admin, { siteId })).toEqual(full)
  // Lowered below what is there, it takes nothing away.
  idOf(await setQuota(tenantId, { cameras: 0 }))
  idOf(await register(admin, { siteId, cameraId }))
  expect(set).toMatchObject({ __typename: 'CommandAccepted', id: tenantId })
})

test('a place that no event followed is given back, one whose event is there stays', async () => {
  const { admin, tenantId, siteId } = await newTenant()
  idOf(await setQuota(tenantId, { cameras: 2 }))
  const registered = idOf(await register(admin, { siteId }))
  const abandoned = v7()
  await takePlace(api, { tenantId, kind: 'camera', subjectId: abandoned }, api.now())
  await api.database.inOps('ops_api', tenantId, sql =>
    sql('/* unconfirm */ update ops.quota_places set confirmed = false where subject_id = $1', [registered]),
  )
  expect(await register(admin, { siteId })).toEqual(full)
  api.passTime(600_000)
  await eventually(async () => {
    const places = await api.database.inOps('ops_api', tenantId, sql =>
      sql<{ subject_id: string; confirmed: boolean }>(
        '/* places */ select subject_id, confirmed from ops.quota_places where tenant_id = $1',
        [tenantId],
      ),
    )
    expect(places).toEqual([{ subject_id: registered, confirmed: true }])
  })
  expect(await api.eventLog.readStream(streamName('camera', tenantId, abandoned))).toEqual([])
  idOf(await register(admin, { siteId }))
})
