import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { FrameAttributes } from '@sightline/contracts/frames'
import { startStack } from '@sightline/local/stack'
import { createLogger } from '@sightline/logging/logging'
import { afterAll, expect, test } from 'vitest'
import { connectKafka } from './connection.ts'
import { consumeFrames } from './consume-frames.ts'
import { createDetectionPublisher } from './publish-detections.ts'
import { createFramePublisher } from './publish-frames.ts'
import { ensureTopics } from './topics.ts'

const stack = await startStack({ parts: ['kafka'] })
const broker = stack.kafka
afterAll(() => stack.close())

const lines: { level: string; msg: string }[] = []
const logger = createLogger({
  name: 'broker-restart-test',
  destination: { write: line => lines.push(JSON.parse(line)) },
})
const kafka = connectKafka({ brokers: broker.brokers, clientId: 'broker-restart-test', logger })

test('a killed broker costs frames while it is away, and nothing of what it had taken; all go on by themselves', {
  timeout: 120_000,
}, async () => {
  const { frames: topic, detections } = await ensureTopics(kafka, { prefix: '', partitions: 2 })
  const publisher = createFramePublisher({ kafka, topic })
  const detectionPublisher = createDetectionPublisher({
    kafka,
    topic: detections,
    recogniserId: randomUUID(),
  })
  const received = new Set<number>()
  const consumer = await consumeFrames({
    kafka,
    topic,
    groupId: 'group',
    session: { timeoutMs: 2000 },
    handler: {
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onBatch: batch => {
        for (const { attributes } of batch.frames) received.add(attributes.sequence)
      },
    },
  })
  const base = frameOf()
  const published = new Set<number>()
  const outcomes: string[] = []
  let sequence = 0
  const sample = setInterval(() => {
    const frame = { ...base, sequence: sequence++ }
    void publisher.publishFrame(frame, Buffer.from('jpeg')).then(outcome => {
      outcomes.push(outcome)
      if (outcome === 'published') published.add(frame.sequence)
    })
  }, 50)
  try {
    await expect.poll(() => received.size, { timeout: 30_000 }).toBeGreaterThan(10)
    // A busy broker may have been complained of before, and reached again.
    const begun = lines.length
    await broker.kill()
    const record = detectionPublisher.publishDetection(base, { outcome: 'skipped', reason: 'SUPERSEDED' })
    await expect.poll(() => outcomes.includes('unavailable'), { timeout: 30_000 }).toBe(true)
    expect(await Promise.race([record.then(() => 'taken'), wait(100, 'waiting')])).toBe('waiting')
    await broker.restart()
    await record
    const before = received.size
    await expect.poll(() => received.size, { timeout: 60_000 }).toBeGreaterThan(before + 10)
    expect(outcomes).toContain('superseded')
    const reached = () => lines.slice(begun).filter(({ msg }) => msg === 'Kafka is reached again')
    await expect.poll(() => reached().length, { timeout: 30_000 }).toBe(1)
    // Each complaint once, and once more with its count: without counting, one for each frame and more.
    expect(outcomes.filter(outcome => outcome === 'unavailable').length).toBeGreaterThan(1)
    const warnings = lines.slice(begun).filter(({ level }) => level === 'warn')
    const complaints = warnings.map(line => JSON.stringify(told(line)))
    expect(complaints.length).toBeGreaterThan(0)
    expect(complaints).toEqual([...new Set(complaints)])
  } finally {
    clearInterval(sample)
  }
  await expect.poll(() => [...published].filter(one => !received.has(one)), { timeout: 30_000 }).toEqual([])
  expect(consumer.isReady()).toBe(true)
  await Promise.all([publisher.close(), detectionPublisher.close(), consumer.close()])
})

/** What makes a line of the log a complaint of its own. */
function told({ msg, kafka, repeated }: { msg: string; kafka?: object; repeated?: number }): object {
  return { msg, kafka, isCount: repeated !== undefined }
}

function frameOf(): FrameAttributes {
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
  }
}
