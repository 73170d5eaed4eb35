import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { FrameAttributes } from '@sightline/contracts/frames'
import { createRoles, migrate } from '@sightline/database/migrate'
import { newRolePasswords } from '@sightline/database/roles'
import { type Stack, startStack } from '@sightline/local/stack'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { filmFrames, franckStills } from './faces/test-pictures.ts'
import { startWorld, type TestCamera, type TestWorld } from './test-world.ts'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const film = filmFrames('franck', 1, 12)
const strangers = filmFrames('cap12', 1, 8)
let stack: Stack
let world: TestWorld
let recogniser: Awaited<ReturnType<TestWorld['startRecogniser']>>

beforeAll(async () => {
  stack = await startStack()
  const { postgres, kafka, eventStore, folder } = stack
  const passwords = newRolePasswords()
  await createRoles(postgres.adminUrl, passwords)
  await migrate(postgres.adminUrl)
  const connection = { host: postgres.host, port: postgres.port, database: 'postgres' }
  world = await startWorld({
    folder,
    database: { connection, ownerUrl: postgres.adminUrl, passwords },
    eventStore,
    kafkaBrokers: kafka.brokers,
    topicPrefix: '',
  })
  recogniser = await world.startRecogniser()
})
afterAll(async () => {
  await world?.[Symbol.asyncDispose]()
  await stack?.close()
})

/** Publishes pictures in turn, one each 100 ms, while `meanwhile` goes on; gives what was published. */
async function playWhile(
  camera: TestCamera,
  pictures: readonly Uint8Array[],
  meanwhile: () => Promise<unknown>,
): Promise<FrameAttributes[]> {
  const published: FrameAttributes[] = []
  let playing = true
  const play = (async () => {
    while (playing) {
      published.push(await camera.publish(pictures[published.length % pictures.length]!))
      await wait(100)
    }
  })()
  await meanwhile()
  playing = false
  await play
  return published
}

/** Everything that was published became something, and the latest frames were recognised again. */
async function accountFor(camera: TestCamera, published: readonly FrameAttributes[]) {
  for (const frame of published) await camera.outcomeOf(frame)
  expect(await camera.show(film[0]!)).toMatchObject({ outcome: 'recognised' })
}

test('while the event store is away nothing is lost or doubled: one opening, and the picture is answered', async () => {
  const person = await world.enrolPerson()
  const camera = await world.startCamera()
  await camera.show(film[0]!)
  await person.addPicture(franckStills()[0]!)
  await stack.eventStore.kill()
  const published = await playWhile(camera, film, async () => {
    await wait(2000)
    await stack.eventStore.restart()
    await wait(1500)
  })
  await accountFor(camera, published)
  const openings = (await camera.sightings()).filter(({ type }) => type === 'SightingOpened')
  expect(openings).toHaveLength(1)
  expect((await person.answerTo(franckStills()[1]!)).type).toBe('PictureAccepted')
})

test('while PostgreSQL is away a stranger waits for a key; the sighting is opened when it is back', async () => {
  const camera = await world.startCamera()
  await stack.postgres.kill()
  const published = await playWhile(camera, strangers, async () => {
    await wait(2000)
    expect(await camera.sightings()).toEqual([])
    await stack.postgres.restart()
    await wait(1500)
  })
  for (const frame of published) await camera.outcomeOf(frame)
  const openings = (await camera.sightings()).filter(({ type }) => type === 'SightingOpened')
  expect(openings).toMatchObject([{ data: { subject: { kind: 'unknown' } } }])
})

test('while Kafka is away frames are lost, never what it had taken', async () => {
  const camera = await world.startCamera()
  await camera.show(film[0]!)
  const published = await playWhile(camera, film, async () => {
    await wait(500)
    await stack.kafka.kill()
    await wait(1000)
    await stack.kafka.restart()
    await wait(3000)
  })
  await accountFor(camera, published)
  for (const picture of film.slice(1, 3)) await camera.show(picture)
  // Away for longer than the gap, it may have been unobserved: then it was continued, never opened twice.
  const events = await camera.sightings()
  const story = events.map(({ type, data }) => ('reason' in data ? data.reason : type)).join(' ')
  expect(story).toMatch(
    /^SightingOpened( SightingExtended)*( UNOBSERVED SightingOpened( SightingExtended)*)*$/,
  )
  const openings = events.flatMap(event => (event.type === 'SightingOpened' ? [event.data] : []))
  expect(openings.map(({ previousSightingId }) => previousSightingId)).toEqual([
    null,
    ...openings.slice(0, -1).map(({ sightingId }) => sightingId),
  ])
})

test('a recogniser that is asked to end while Kafka is away ends by itself, whatever was not taken yet', async () => {
  const camera = await world.startCamera()
  await camera.show(film[0]!)
  const playing = playWhile(camera, film, async () => {
    await stack.kafka.kill()
    await recogniser.stop()
    await stack.kafka.restart()
  })
  await playing
  expect(await readFile(join(stack.folder, 'recogniser-0.log'), 'utf8')).toContain('"msg":"stopped"')
})
