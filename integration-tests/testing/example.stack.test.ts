import { cameraFilm } from '@sightline/local/assets'
import { SightingsDocument } from '@sightline/schema/operations'
import { framesOf } from '@sightline/testing/film-frames'
import { seedCamera } from '@sightline/testing/seeded-cameras'
import { createTenant, demoPeople, enrol } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { expect, test } from 'vitest'

test('whoever is enrolled is known in the frames of a camera', async () => {
  await using system = await startSystem({ services: ['api', 'projector', 'recognition'] })
  const tenant = await createTenant(system, 'Harbour')
  const [franck] = demoPeople()
  await enrol(system, tenant, 'Franck', franck!.files)
  const sightings = watch(tenant.client, SightingsDocument, {}, data => data.sightings)

  const pictures = await framesOf(cameraFilm('franck'), { framesPerSecond: 2, count: 16 })
  await using camera = await seedCamera(system, tenant, 'Entrance')
  await camera.publish(pictures)

  const known = await sightings.until('somebody known', rows => rows.find(row => row.person))
  expect(known.person?.name).toBe('Franck')
  sightings.close()
})
