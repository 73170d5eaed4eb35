import { unsealBytes } from '@sightline/data-keys/encryption'
import { openSealed } from '@sightline/event-log/sealed'
import { useSharedStack } from '@sightline/local/test-stack'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { filmFrames, franckStills, still } from './faces/test-pictures.ts'
import { startWorld, type TestCamera, type TestPerson, type TestWorld } from './test-world.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

const stack = await useSharedStack()
const franckFilm = filmFrames('franck', 1, 12)
const strangerFilm = filmFrames('cap12', 1, 8)
const nobody = await sharp({ create: { width: 360, height: 288, channels: 3, background: '#777' } })
  .jpeg()
  .toBuffer()
let world: TestWorld
let franck: TestPerson
/** Shown frames before all others, and watched no more: its absence passes while the other tests go on. */
let forsaken: TestCamera

beforeAll(async () => {
  const [database, eventStore] = await Promise.all([
    stack.createDatabase({ migrated: true }),
    stack.startEventStore(),
  ])
  const { folder, kafkaBrokers, topicPrefix } = stack
  world = await startWorld({ folder, database, eventStore, kafkaBrokers, topicPrefix })
  await world.startRecogniser()
  franck = await world.enrolPerson()
  for (const picture of [0, 4, 8]) {
    const answer = await franck.answerTo(franckStills()[picture]!)
    expect(answer).toMatchObject({ type: 'PictureAccepted', data: { personId: franck.personId } })
  }
  const ready = await world.startCamera()
  await ready.showUntilRecognised(nobody)
  forsaken = await world.startCamera()
  for (const picture of franckFilm.slice(0, 3)) await forsaken.show(picture)
})
afterAll(() => world[Symbol.asyncDispose]())

describe('a person at a camera', () => {
  test('is one sighting, known, with a crop that only the keys open; a stranger is unknown', async () => {
    const [first, second] = [await world.startCamera(), await world.startCamera()]
    for (const picture of franckFilm.slice(0, 6)) await first.show(picture)
    // Before anything else: nobody watches this camera from now on, and that ends what it sees.
    const [opened, ...others] = await first.sightings()
    expect(others).toEqual([])
    if (opened?.type !== 'SightingOpened') throw new Error(`${opened?.type} came first`)
    const { data, metadata } = opened
    expect(data).toMatchObject({
      siteId: first.siteId,
      subject: { kind: 'person', personId: franck.personId },
      keyId: franck.keyId,
      firstFrame: { sequence: 0 },
      decidingFrame: { sequence: 1 },
      watermark: { sequence: 1 },
      previousSightingId: null,
    })
    expect(data.decision.candidates[0]!.similarity).toBeGreaterThanOrEqual(0.6)
    expect(data.decision.gallery.position).toMatch(/^\d+$/)
    expect(metadata.traceparent).toBe(`00-${'3'.repeat(32)}-${'4'.repeat(16)}-01`)

    const key = await world.dataKeys.read(world.tenantId, franck.keyId)
    const { objectKey, width, height } = data.crop
    const sealed = await world.objects.get(objectKey)
    expect(await sharp(unsealBytes(key!, objectKey, sealed!)).metadata()).toMatchObject({ width, height })
    const template = await openSealed(world.dataKeys, world.tenantId, data.template)
    expect(template).toHaveLength(2048)

    for (const picture of strangerFilm.slice(0, 6)) await second.show(picture)
    expect(await second.sightings()).toMatchObject([
      { type: 'SightingOpened', data: { subject: { kind: 'unknown' } } },
    ])
  })

  test('leaves a record of each frame, and its sighting in it', async () => {
    const camera = await world.startCamera()
    expect(await camera.show(nobody)).toMatchObject({ outcome: 'recognised', faces: [] })
    expect(await camera.show(franckFilm[0]!)).toMatchObject({
      faces: [{ sightingId: null, outcome: 'MATCHED' }],
    })
    const record = await camera.show(franckFilm[1]!)
    const [opened] = await camera.sightings()
    expect(record).toMatchObject({
      outcome: 'recognised',
      faces: [
        { faceIndex: 0, sightingId: opened!.data.sightingId, candidates: [{ personId: franck.personId }] },
      ],
    })
    expect(JSON.stringify(world.detections())).not.toMatch(/embedding|template|vector/)
    expect(await camera.show(Buffer.from('no picture'))).toEqual({ outcome: 'skipped', reason: 'UNREADABLE' })
  })

  test('has left when frames have shown that for long enough', async () => {
    const camera = await world.startCamera()
    for (const picture of franckFilm.slice(0, 3)) await camera.show(picture)
    for (let i = 0; i < 6; i++) {
      camera.pass(2000)
      await camera.show(nobody)
    }
    const events = await camera.sightings()
    expect(events.map(({ type }) => type)).toEqual(['SightingOpened', 'SightingClosed'])
    expect(events[1]!.data).toMatchObject({ reason: 'LEFT', frames: 3, open: [] })
  })

  test('is gone when the stream ends, and late frames of it are stale', async () => {
    const camera = await world.startCamera()
    for (const picture of franckFilm.slice(0, 3)) await camera.show(picture)
    await camera.stop()
    const events = await camera.ends('SightingClosed')
    expect(events.at(-1)!.data).toMatchObject({ reason: 'STREAM_ENDED' })
    expect(await camera.show(franckFilm[3]!)).toEqual({ outcome: 'skipped', reason: 'STALE_EPOCH' })
    expect(await camera.sightings()).toHaveLength(2)
  })

  test('a stranger who is enrolled meanwhile becomes known within the same presence', async () => {
    const camera = await world.startCamera()
    for (const picture of strangerFilm.slice(0, 3)) await camera.show(picture)
    const stranger = await world.enrolPerson()
    expect((await stranger.answerTo(strangerFilm[5]!)).type).toBe('PictureAccepted')
    const later = await world.startCamera()
    await expect
      .poll(async () => (await later.show(strangerFilm[3]!)).outcome === 'recognised' && later.sightings(), {
        timeout: 30_000,
      })
      .toMatchObject([{ data: { subject: { kind: 'person', personId: stranger.personId } } }])
    await camera.show(strangerFilm[3]!)
    await camera.show(strangerFilm[4]!)
    expect((await camera.sightings()).map(({ type }) => type)).toEqual([
      'SightingOpened',
      'SightingIdentified',
    ])
    expect((await camera.sightings())[1]!.data).toMatchObject({
      was: { kind: 'unknown' },
      becomes: { kind: 'person', personId: stranger.personId },
    })
  })
})

describe('frames that are none to recognise', () => {
  const deadline = { timeout: 30_000 }
  const reasonsFrom = (first: number) =>
    world
      .detections()
      .slice(first)
      .map(({ record }) => 'reason' in record && record.reason)

  test('repeated and reordered frames are dropped, in a new epoch they count anew', async () => {
    const camera = await world.startCamera()
    const [, second, third] = franckFilm
    await camera.show(franckFilm[0]!)
    const frame = await camera.publish(second!)
    await camera.outcomeOf(frame)
    await camera.show(third!)
    const before = world.detections().length
    // One after another: of two that are read at once the second takes the place of the first.
    await camera.publish(second!, { sequence: frame.sequence })
    await expect.poll(() => reasonsFrom(before), deadline).toEqual(['ALREADY_SEEN'])
    await camera.publish(franckFilm[0]!, { sequence: 0 })
    await expect.poll(() => reasonsFrom(before), deadline).toEqual(['ALREADY_SEEN', 'ALREADY_SEEN'])
    await camera.reclaim()
    expect(await camera.show(third!)).toMatchObject({ outcome: 'recognised' })
    const late = world.detections().length
    await camera.publish(second!, { epoch: frame.epoch, sequence: 90 })
    await expect.poll(() => reasonsFrom(late), deadline).toEqual(['STALE_EPOCH'])
    expect(await camera.sightings()).toHaveLength(1)
  })

  test('frames of cameras and epochs that the log does not know are never recognised', async () => {
    const camera = await world.startCamera()
    const unclaimed = await camera.publish(franckFilm[0]!, { epoch: 7 })
    expect(await camera.outcomeOf(unclaimed)).toEqual({ outcome: 'skipped', reason: 'STALE_EPOCH' })
  })

  test('of frames that come faster than they are recognised, the newest are, and all are accounted for', async () => {
    const camera = await world.startCamera()
    const frames = []
    for (let i = 0; i < 60; i++) frames.push(await camera.publish(franckFilm[i % 12]!))
    const outcomes = await Promise.all(frames.map(frame => camera.outcomeOf(frame)))
    const reasons = outcomes.map(record => (record.outcome === 'skipped' ? record.reason : 'recognised'))
    expect(reasons.at(-1)).toBe('recognised')
    expect(new Set(reasons)).toEqual(new Set(['recognised', 'SUPERSEDED']))
  })
})

describe('enrolment', () => {
  async function answer(bytes: Uint8Array) {
    const { type, data } = await franck.answerTo(bytes)
    return type === 'PictureRefused' ? data.reason : type
  }

  test('says why a picture is refused', async () => {
    const [one] = franckStills()
    const both = await sharp({ create: { width: 820, height: 520, channels: 3, background: '#888' } })
      .composite([
        { input: await sharp(still('audrey.jpg')).resize(400, 500).toBuffer(), left: 5, top: 10 },
        { input: await sharp(still('cage.jpg')).resize(400, 500).toBuffer(), left: 410, top: 10 },
      ])
      .jpeg()
      .toBuffer()
    expect(await answer(Buffer.from('no picture'))).toBe('UNREADABLE')
    expect(await answer(nobody)).toBe('NO_FACE')
    expect(await answer(both)).toBe('SEVERAL_FACES')
    expect(await answer(await sharp(one).blur(9).jpeg().toBuffer())).toBe('BLURRED')
    expect(await answer(await sharp(one).resize(55).jpeg().toBuffer())).toBe('TOO_SMALL')
  })

  test('takes a picture that EXIF turns upright', async () => {
    const turned = await sharp(franckStills()[1])
      .rotate(270)
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer()
    expect(await answer(turned)).toBe('PictureAccepted')
  })
})

test('a person whom nobody watches any more is seen no longer, and continues when frames come back', async () => {
  const [opened, closed] = await forsaken.ends('SightingClosed')
  expect(closed!.data).toMatchObject({ reason: 'UNOBSERVED', watermark: { sequence: 2 } })
  forsaken.pass(60_000)
  for (const picture of franckFilm.slice(3, 5)) await forsaken.show(picture)
  expect((await forsaken.sightings()).at(-1)!.data).toMatchObject({
    previousSightingId: opened!.data.sightingId,
  })
})
