import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { FrameAttributes } from '@sightline/contracts/frames'
import { frameHeaders, frameKey, MAX_FRAME_BYTES } from '@sightline/contracts/frames'
import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { connectKafka } from './connection.ts'
import { consumeFrames, type FrameBatch, type FrameConsumer } from './consume-frames.ts'
import { createDetectionPublisher } from './publish-detections.ts'
import { createFramePublisher } from './publish-frames.ts'
import { ensureTopics, topicNames } from './topics.ts'

const { kafkaBrokers, topicPrefix } = await useSharedStack('kafka')
const logger = createLogger({ name: 'topics-test', level: 'silent' })
const kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'topics-test', logger })
const { frames: topic, detections } = topicNames(topicPrefix)
const raw = new Kafka({ brokers: kafkaBrokers, clientId: 'raw', logLevel: logLevel.NOTHING })
const rawProducer = raw.producer({ createPartitioner: Partitioners.DefaultPartitioner })
const deadline = { timeout: 25_000 }

// Its second try after 1.5 s would publish a frame twice where the broker only stood still.
const publisher = createFramePublisher({ kafka: { ...kafka, impatient: kafka.patient }, topic })

beforeAll(async () => {
  await ensureTopics(kafka, { prefix: topicPrefix, partitions: 2 })
  await rawProducer.connect()
})
afterAll(async () => {
  await publisher.close()
  await rawProducer.disconnect()
})

function frameOf(change: Partial<FrameAttributes> = {}): FrameAttributes {
  return {
    tenantId: randomUUID(),
    cameraId: randomUUID(),
    streamId: randomUUID(),
    session: 1,
    epoch: 0,
    sequence: 0,
    nodeId: randomUUID(),
    capturedAt: '2026-01-31T12:00:00.000Z',
    width: 360,
    height: 288,
    clock: 'arrival',
    clockErrorMs: 50,
    traceparent: `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`,
    ...change,
  }
}

/** A consumer that writes down what it is told, in order; frames of other tests are left out. */
async function follow(groupId: string, timeoutMs = 10_000) {
  const batches: FrameBatch[] = []
  const changes: string[] = []
  const consumer: FrameConsumer = await consumeFrames({
    kafka,
    topic,
    groupId,
    session: { timeoutMs },
    handler: {
      onAssigned: partitions => changes.push(`+${partitions}`),
      onRevoked: partitions => changes.push(`-${partitions}`),
      onBatch: batch => batches.push(batch),
    },
  })
  onTestFinished(() => consumer.close())
  return {
    consumer,
    batches,
    changes,
    framesOf: (cameraId: string) =>
      batches.flatMap(batch => batch.frames).filter(frame => frame.attributes.cameraId === cameraId),
  }
}

const newGroup = () => `${topicPrefix}${randomUUID()}`

test('a published frame arrives with its attributes, picture and the broker’s time', async () => {
  const before = Date.now()
  const frame = frameOf()
  const jpeg = Buffer.from([0xff, 0xd8, 1, 2, 3, 0xff, 0xd9])
  expect(await publisher.publishFrame(frame, jpeg)).toBe('published')
  const follower = await follow(newGroup())
  await expect.poll(() => follower.framesOf(frame.cameraId).length, deadline).toBe(1)
  const [received] = follower.framesOf(frame.cameraId)
  expect(received!.attributes).toEqual(frame)
  expect(Buffer.compare(received!.jpeg, jpeg)).toBe(0)
  expect(received!.appendedAt.getTime()).toBeGreaterThanOrEqual(before - 1000)
  expect(follower.consumer.isReady()).toBe(true)
})

test('all frames of a camera are in one partition, in order', async () => {
  const { tenantId, cameraId } = frameOf()
  for (let sequence = 0; sequence < 5; sequence += 1)
    await publisher.publishFrame(frameOf({ tenantId, cameraId, sequence }), Buffer.from('jpeg'))
  const follower = await follow(newGroup())
  await expect.poll(() => follower.framesOf(cameraId).length, deadline).toBe(5)
  const frames = follower.framesOf(cameraId)
  expect(new Set(frames.map(frame => frame.partition)).size).toBe(1)
  expect(frames.map(frame => frame.attributes.sequence)).toEqual([0, 1, 2, 3, 4])
})

test('a frame that is too large is refused and counted', async () => {
  const before = publisher.counts()['too large']
  expect(await publisher.publishFrame(frameOf(), Buffer.alloc(MAX_FRAME_BYTES + 1))).toBe('too large')
  expect(await publisher.publishFrame(frameOf(), Buffer.alloc(MAX_FRAME_BYTES))).toBe('published')
  expect(publisher.counts()['too large']).toBe(before + 1)
})

test('of frames that come faster than the broker takes them the older are superseded', async () => {
  const { tenantId, cameraId } = frameOf()
  const outcomes = await Promise.all(
    [0, 1, 2, 3].map(sequence =>
      publisher.publishFrame(frameOf({ tenantId, cameraId, sequence }), Buffer.from('j')),
    ),
  )
  expect(outcomes).toEqual(['published', 'superseded', 'superseded', 'published'])
})

test('messages that are no frames are skipped and counted, the next ones arrive', async () => {
  const frame = frameOf()
  const key = frameKey(frame.tenantId, frame.cameraId)
  const headers = frameHeaders(frame)
  const { ce_epoch: _, ...incomplete } = headers
  const messages = [
    { key, value: 'x', headers: {} },
    { key, value: 'x', headers: incomplete },
    { key, value: 'x', headers: { ...headers, ce_sequence: ['1', '2'] } },
    { key, value: 'x', headers: { ...headers, ce_sequence: '-1' } },
    { key, value: 'x', headers: { ...headers, ce_subject: randomUUID() } },
    { key, value: null, headers },
    { key, value: 'x', headers },
  ]
  await rawProducer.send({ topic, messages })
  // The key must not decide alone where these go, so that they are of the same partition as the good one.
  const follower = await follow(newGroup())
  await expect.poll(() => follower.framesOf(frame.cameraId).length, deadline).toBe(1)
  expect(follower.consumer.counts().malformed).toBe(6)
  const offset = follower.framesOf(frame.cameraId)[0]!.offset
  const behind = follower.batches.flatMap(batch => batch.malformed).map(message => message.offset)
  expect(behind.every(malformed => malformed < offset)).toBe(true)
})

test('what was committed is not delivered to the next member, what was not is', async () => {
  const groupId = newGroup()
  const { tenantId, cameraId } = frameOf()
  for (let sequence = 0; sequence < 3; sequence += 1)
    await publisher.publishFrame(frameOf({ tenantId, cameraId, sequence }), Buffer.from('jpeg'))
  const first = await follow(groupId)
  await expect.poll(() => first.framesOf(cameraId).length, deadline).toBe(3)
  const [, second] = first.framesOf(cameraId)
  expect(await first.consumer.commit(second!.partition, second!.offset)).toBe(true)
  expect(await first.consumer.commit(99, 1n)).toBe(false)
  await first.consumer.close()
  expect(await first.consumer.commit(second!.partition, second!.offset + 1n)).toBe(false)
  const next = await follow(groupId)
  await expect.poll(() => next.framesOf(cameraId).length, deadline).toBe(2)
  expect(next.framesOf(cameraId).map(frame => frame.attributes.sequence)).toEqual([1, 2])
})

test('while no frame comes, a member’s process sleeps', async () => {
  const follower = await follow(newGroup())
  await expect.poll(() => follower.consumer.isReady(), deadline).toBe(true)
  const turns = () => performance.nodeTiming.uvMetricsInfo.loopCount
  const before = turns()
  await wait(2000)
  expect(turns() - before).toBeLessThan(400)
})

test('when another joins, one partition is revoked; what stays is not delivered a second time', async () => {
  const groupId = newGroup()
  const one = await follow(groupId)
  await expect.poll(() => one.consumer.assigned(), deadline).toEqual([0, 1])
  expect(one.changes).toEqual(['+0,1'])
  const cameras = Array.from({ length: 12 }, () => frameOf())
  for (const frame of cameras) await publisher.publishFrame(frame, Buffer.from('jpeg'))
  const seen = () => cameras.flatMap(({ cameraId }) => one.framesOf(cameraId)).length
  await expect.poll(seen, deadline).toBe(12)

  const two = await follow(groupId)
  await expect.poll(() => two.consumer.assigned().length, deadline).toBe(1)
  await expect.poll(() => one.consumer.assigned().length, deadline).toBe(1)
  expect(one.changes).toHaveLength(2)
  const [lost] = two.consumer.assigned()
  expect(one.changes[1]).toBe(`-${lost}`)
  expect(await one.consumer.commit(lost!, 1n)).toBe(false)

  // Nothing was committed, so the newcomer reads its partition from the start, and the other keeps its place.
  const of = (partition: number) => (frame: { partition: number }) => frame.partition === partition
  const all = (follower: typeof one) => cameras.flatMap(({ cameraId }) => follower.framesOf(cameraId))
  const lostFrames = all(one).filter(of(lost!)).length
  await expect.poll(() => all(two).length, deadline).toBe(lostFrames)
  const after = frameOf()
  await publisher.publishFrame(after, Buffer.from('jpeg'))
  await expect
    .poll(() => one.framesOf(after.cameraId).length + two.framesOf(after.cameraId).length, deadline)
    .toBe(1)
  expect(seen()).toBe(12)

  await two.consumer.close()
  await expect.poll(() => one.consumer.assigned(), deadline).toEqual([0, 1])
  expect(one.changes[2]).toBe(`+${lost}`)
})

test('topics have the settings that personal data needs, and making them again changes nothing', async () => {
  await ensureTopics(kafka, { prefix: topicPrefix, partitions: 7 })
  const admin = raw.admin()
  await admin.connect()
  onTestFinished(() => admin.disconnect())
  const { topics } = await admin.fetchTopicMetadata({ topics: [topic, detections] })
  expect(topics.map(({ partitions }) => partitions.length)).toEqual([2, 2])
  const names = ['retention.ms', 'segment.ms', 'segment.bytes', 'retention.bytes', 'message.timestamp.type']
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: topic, configNames: names }],
  })
  const settings = Object.fromEntries(
    resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  )
  expect(settings).toEqual({
    'retention.ms': '600000',
    'segment.ms': '60000',
    'segment.bytes': '16777216',
    'retention.bytes': '268435456',
    'message.timestamp.type': 'LogAppendTime',
  })
})

test('a detection has its frame’s key, partition and attributes', async () => {
  const recogniserId = randomUUID()
  const detectionPublisher = createDetectionPublisher({ kafka, topic: detections, recogniserId })
  onTestFinished(() => detectionPublisher.close())
  const frames = Array.from({ length: 20 }, () => frameOf())
  await Promise.all(
    frames.map(frame =>
      detectionPublisher.publishDetection(frame, { outcome: 'skipped', reason: 'TOO_OLD' }),
    ),
  )
  await Promise.all(frames.map(frame => publisher.publishFrame(frame, Buffer.from('jpeg'))))
  const found = new Map<string, { partition: number; body: unknown; type: string | undefined }>()
  const consumer = raw.consumer({ groupId: newGroup(), maxWaitTimeInMs: 100 })
  await consumer.connect()
  onTestFinished(() => consumer.disconnect())
  await consumer.subscribe({ topic: detections, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const body: unknown = JSON.parse(String(message.value))
      found.set(String(message.key), { partition, body, type: message.headers?.ce_type?.toString() })
    },
  })
  const follower = await follow(newGroup())
  await expect.poll(() => found.size, deadline).toBe(20)
  for (const frame of frames) {
    await expect.poll(() => follower.framesOf(frame.cameraId).length, deadline).toBe(1)
    expect(found.get(frameKey(frame.tenantId, frame.cameraId))).toEqual({
      partition: follower.framesOf(frame.cameraId)[0]!.partition,
      body: { outcome: 'skipped', reason: 'TOO_OLD' },
      type: 'sightline.detection.v1',
    })
  }
})
