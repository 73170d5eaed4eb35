import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { FrameAttributes } from '@sightline/contracts/frames'
import { useSharedStack } from '@sightline/local/test-stack'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { filmFrames } from './faces/test-pictures.ts'
import { sightingStream } from './sightings/sighting-events.ts'
import { startWorld, type TestCamera, type TestWorld } from './test-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const stack = await useSharedStack()
const film = filmFrames('franck', 1, 12)
let world: TestWorld

beforeEach(async () => {
  const [database, eventStore] = await Promise.all([
    stack.createDatabase({ migrated: true }),
    stack.startEventStore(),
  ])
  const { folder, kafkaBrokers, topicPrefix } = stack
  world = await startWorld({
    folder,
    database,
    eventStore,
    kafkaBrokers,
    topicPrefix: `${topicPrefix}${randomUUID()}.`,
  })
})
afterEach(() => world[Symbol.asyncDispose]())

/** Publishes the film, a frame each 100 ms, until told to stop; gives what was published. */
function play(camera: TestCamera) {
  const published: FrameAttributes[] = []
  const stopping = new AbortController()
  const playing = (async () => {
    while (!stopping.signal.aborted) {
      published.push(await camera.publish(film[published.length % film.length]!))
      await wait(100)
    }
  })()
  return {
    published,
    stop: async () => {
      stopping.abort()
      await playing
      return published
    },
  }
}

const typesOf = async (camera: TestCamera) => (await camera.sightings()).map(({ type }) => type)

test.each([['stopped'], ['killed']] as const)(
  'when a recogniser is %s the next one goes on with the sighting that is open',
  async how => {
    const first = await world.startRecogniser()
    const camera = await world.startCamera()
    for (const picture of film.slice(0, 4)) await camera.show(picture)
    if (how === 'killed') await first.kill()
    else await first.stop()
    await world.startRecogniser()
    await camera.showUntilRecognised(film[4]!)
    for (const picture of film.slice(5, 10))
      expect(await camera.show(picture)).toMatchObject({ outcome: 'recognised' })
    expect(await typesOf(camera)).toEqual(['SightingOpened'])
    // Ten seconds after the first frame by the camera's clock.
    for (let i = 0; i < 12; i++) await camera.show(film[i]!)
    const [opened, extended, ...others] = await camera.sightings()
    expect(extended).toMatchObject({
      type: 'SightingExtended',
      data: { sightingId: opened!.data.sightingId },
    })
    expect(others).toEqual([])
  },
)

test('who stood still while another took over and then wakes up neither opens nor ends anything', async () => {
  const ids = [randomUUID(), randomUUID()]
  const recognisers = await Promise.all(
    ids.map(id => world.startRecogniser({ RECOGNISER_ID: id, ABSENCE_GAP_MS: '3500' })),
  )
  const camera = await world.startCamera()
  const recognisedBy = (id: string) => () =>
    world.detections().filter(one => one.recogniserId === id && one.record.outcome === 'recognised').length
  await camera.show(film[0]!)
  const playing = play(camera)
  for (let round = 0; round < 2; round++) {
    const before = ids.map(id => recognisedBy(id)())
    await expect
      .poll(() => ids.findIndex((id, index) => recognisedBy(id)() > before[index]! + 3), { timeout: 30_000 })
      .not.toBe(-1)
    const owner = ids.findIndex((id, index) => recognisedBy(id)() > before[index]! + 3)
    const other = recognisedBy(ids[1 - owner]!)
    recognisers[owner]!.signal('SIGSTOP')
    const already = other()
    await expect.poll(other, { timeout: 30_000 }).toBeGreaterThan(already + 5)
    // Longer than the gap, by the sleeper's clock.
    await wait(4000)
    recognisers[owner]!.signal('SIGCONT')
    await wait(1500)
  }
  const published = await playing.stop()
  for (const frame of published) await camera.outcomeOf(frame)
  const types = await typesOf(camera)
  expect(types.filter(type => type !== 'SightingExtended')).toEqual(['SightingOpened'])
})

test("another writer's event is read before anything more is decided", async () => {
  await world.startRecogniser()
  const camera = await world.startCamera()
  for (const picture of film.slice(0, 3)) await camera.show(picture)
  const [opened] = await camera.sightings()
  const { sightingId, watermark } = opened!.data
  const closed = {
    type: 'SightingClosed' as const,
    id: randomUUID(),
    data: {
      sightingId,
      lastSeenAt: new Date().toISOString(),
      frames: 3,
      reason: 'LEFT' as const,
      watermark: { ...watermark, sequence: 20 },
      open: [],
    },
    metadata: opened!.metadata,
  }
  const { salt: _salt, schemaVersion: _version, ...metadata } = closed.metadata
  const stream = sightingStream({ tenantId: world.tenantId, cameraId: camera.cameraId })
  await world.log.append(stream, 0, [{ ...closed, metadata }])
  // Ten seconds after the beginning an extension would be due: it meets the other writer's event instead.
  camera.pass(10_000)
  expect(await camera.show(film[3]!)).toEqual({ outcome: 'skipped', reason: 'ALREADY_SEEN' })
  for (const sequence of [21, 22]) await camera.show(film[4]!, { sequence })
  expect(await typesOf(camera)).toEqual(['SightingOpened', 'SightingClosed', 'SightingOpened'])
})
