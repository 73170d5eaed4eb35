import { tenantMark } from '@sightline/projections/wake'
import { CamerasChangedDocument, type CamerasChangedSubscription } from '@sightline/schema/operations'
import { expect, test } from 'vitest'
import { type TestPerson, useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'

// Nobody is woken by anything but notifications.
const api = await useTestApi({ recheckMs: 3_600_000 })
await useProjector(api)

test('a change in one tenant wakes and reads for none of another', async () => {
  const person = await api.person()
  let stranger = await api.person()
  while (tenantMark(stranger.tenantId) === tenantMark(person.tenantId)) stranger = await api.person()
  const follow = async (who: TestPerson) => {
    const subscription = subscribe<CamerasChangedSubscription, object>(
      api.url,
      who.token,
      CamerasChangedDocument,
      {},
    )
    const next = async () => (await subscription.next()).data!.camerasChanged
    await next()
    return { ...subscription, next }
  }
  const [siteId, strangersSiteId] = [await api.createSite(person), await api.createSite(stranger)]
  const [mine, strangers] = [await follow(person), await follow(stranger)]

  const readers: string[] = []
  const { asPrincipal } = api.database
  api.database.asPrincipal = (principal, use) => {
    if (principal.kind === 'tenant') readers.push(principal.tenantId)
    return asPrincipal(principal, use)
  }
  // Whoever was woken by the first has read by the time that the third is told.
  for (let change = 0; change < 3; change += 1) {
    await api.registerCamera(person, siteId)
    await mine.next()
  }
  expect(readers.length).toBeGreaterThan(0)
  expect(new Set(readers)).toEqual(new Set([person.tenantId]))

  const cameraId = await api.registerCamera(stranger, strangersSiteId)
  expect((await strangers.next()).changed.map(({ id }) => id)).toEqual([cameraId])
  expect(readers).toContain(stranger.tenantId)
  api.database.asPrincipal = asPrincipal
  mine.close()
  strangers.close()
})
