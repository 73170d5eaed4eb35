import {
  CameraDocument,
  CamerasChangedDocument,
  CamerasDocument,
  CreateSiteDocument,
  RegisterCameraDocument,
  SitesDocument,
} from '@sightline/schema/operations'
import { expect, test } from 'vitest'
import { idOf, useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'

const api = await useTestApi({ positionWaitMs: 20_000 })
await useProjector(api)

const address = 'rtsp://user:secret@camera.example:8554/live'

test('a query that names a position answers from there', async () => {
  const person = await api.person()
  const { createSite } = await api.send(person.token, CreateSiteDocument, { input: { name: 'North gate' } })
  const siteId = idOf(createSite)
  const atLeast = createSite.__typename === 'CommandAccepted' ? createSite.position : ''
  const { sites } = await api.send(person.token, SitesDocument, { atLeast })
  expect(sites.edges.map(edge => edge.node)).toEqual(
    [{ __typename: 'Site', id: siteId, name: 'North gate' }].map(({ id, name }) => ({ id, name })),
  )
})

test('a camera shows its host and never its password', async () => {
  const person = await api.person()
  const siteId = await api.createSite(person)
  const { registerCamera } = await api.send(person.token, RegisterCameraDocument, {
    input: { siteId, name: 'Door', address },
  })
  const id = idOf(registerCamera)
  const { camera } = await api.send(person.token, CameraDocument, {
    id,
    atLeast: 'position' in registerCamera ? registerCamera.position : null,
  })
  expect(camera).toMatchObject({
    id,
    name: 'Door',
    host: 'camera.example:8554',
    site: { id: siteId },
    stream: null,
  })
  expect(JSON.stringify(camera)).not.toContain('secret')
})

test('a subscription begins with everything and goes on with what changed', async () => {
  const person = await api.person()
  const siteId = await api.createSite(person)
  const first = await api.registerCamera(person, siteId)
  await using subscription = disposable(subscribe(api.url, person.token, CamerasChangedDocument, {}))
  const held = new Map<string, unknown>()
  const fold = async () => {
    const { data, errors } = await subscription.next()
    expect(errors).toBeUndefined()
    const change = data!.camerasChanged
    if (change.replaces) held.clear()
    for (const camera of change.changed) held.set(camera.id, camera)
    return change
  }
  expect((await fold()).replaces).toBe(true)
  while (!held.has(first)) await fold()
  const streamId = await api.startStream(person, first)
  const change = await fold()
  expect(change.replaces).toBe(false)
  expect(change.changed).toMatchObject([
    { id: first, stream: { id: streamId, status: 'OFFLINE', wanted: true } },
  ])
  const { cameras } = await api.send(person.token, CamerasDocument, { atLeast: change.position })
  expect(cameras.edges.map(edge => edge.node)).toEqual([...held.values()])
})

function disposable<T extends { close(): void }>(one: T): T & AsyncDisposable {
  return Object.assign(one, { [Symbol.asyncDispose]: async () => one.close() })
}
