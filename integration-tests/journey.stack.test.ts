import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cameraFilm } from '@sightline/local/assets'
import { CamerasChangedDocument, SightingsDocument, StopStreamDocument } from '@sightline/schema/operations'
import {
  accepted,
  createTenant,
  demoPeople,
  enrol,
  type LiveCamera,
  startLiveCamera,
  type Tenant,
} from '@sightline/testing/seeding'
import { type System, startSystem } from '@sightline/testing/system'
import { watch } from '@sightline/testing/watch'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { outcomes, tallyFrames, unaccounted } from './src/tally.ts'

let system: System
let tenant: Tenant
const cameras: LiveCamera[] = []

beforeAll(async () => {
  system = await startSystem()
  tenant = await createTenant(system, 'Journey')
})

afterAll(async () => {
  for (const camera of cameras) await camera[Symbol.asyncDispose]()
  await system?.close()
})

test('one frame’s journey: whom an RTSP camera sees is known on a subscription, a stranger is not', async () => {
  for (const { name, files } of demoPeople()) await enrol(system, tenant, name, files)
  const sightings = watch(tenant.client, SightingsDocument, {}, data => data.sightings)
  const streams = watch(tenant.client, CamerasChangedDocument, {}, data => data.camerasChanged)
  cameras.push(await startLiveCamera(tenant, { name: 'Entrance', film: 'franck' }))
  cameras.push(await startLiveCamera(tenant, { name: 'Yard', film: 'cap12' }))
  const [entrance, yard] = cameras

  await streams.until(
    'two live cameras',
    rows => rows.filter(row => row.stream?.status === 'LIVE').length === 2,
  )
  const known = await sightings.until('Franck', rows =>
    rows.find(row => row.camera?.id === entrance!.cameraId && row.person),
  )
  expect(known.person?.name).toBe('Franck')
  expect(known.similarity).toBeGreaterThanOrEqual(0.6)
  expect(known.candidates.map(candidate => candidate.person?.name)).toEqual(
    expect.arrayContaining(['Franck', 'Audrey', 'Cage']),
  )
  const crop = await fetch(new URL(known.cropUrl, system.url))
  expect([crop.status, crop.headers.get('content-type'), crop.headers.get('cache-control')]).toEqual([
    200,
    'image/jpeg',
    'private, no-store',
  ])

  const stranger = await sightings.until('the stranger', rows =>
    rows.find(row => row.camera?.id === yard!.cameraId),
  )
  expect(stranger.person).toBeNull()
  expect(sightings.rows.size).toBe(2)
  sightings.close()
  streams.close()
})

test('a stranger who is enrolled afterwards is known from then on', async () => {
  const still = join(system.stack.folder, 'stranger.png')
  // The other film of the same person, so that it isn't the same picture that is compared.
  await promisify(execFile)('ffmpeg', [
    '-v',
    'error',
    '-ss',
    '2',
    '-i',
    cameraFilm('cap13'),
    '-frames:v',
    '1',
    still,
  ])
  const sightings = watch(
    tenant.client,
    SightingsDocument,
    { cameraId: cameras[1]!.cameraId },
    data => data.sightings,
  )
  const person = await enrol(system, tenant, 'Sam', [still])
  const known = await sightings.until('Sam', rows => rows.find(row => row.person?.id === person.id))
  expect(known.similarity).toBeGreaterThanOrEqual(0.45)
  sightings.close()
})

test('every frame that was published is recognised, or skipped for a reason', async () => {
  for (const { cameraId, streamId } of cameras) {
    accepted((await tenant.client.request(StopStreamDocument, { input: { cameraId, streamId } })).stopStream)
  }
  const streams = watch(tenant.client, CamerasChangedDocument, {}, data => data.camerasChanged)
  await streams.until('two ended streams', rows => rows.every(row => row.stream?.status === 'OFFLINE'))
  streams.close()
  await vi.waitFor(
    async () => {
      const tally = await tallyFrames(system.stack.kafka.brokers)
      expect(tally.produced.size).toBeGreaterThanOrEqual(4)
      expect(unaccounted(tally)).toEqual([])
      // Two frames that agree, of each camera.
      expect(outcomes(tally).recognised).toBeGreaterThanOrEqual(4)
    },
    { timeout: 30_000, interval: 500 },
  )
})
