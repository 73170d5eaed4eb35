import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { connectKafka } from '@sightline/topics/connection'
import { consumeFrames, type ReceivedFrame } from '@sightline/topics/consume-frames'
import { createFramePublisher } from '@sightline/topics/publish-frames'
import { ensureTopics } from '@sightline/topics/topics'
import { afterAll, afterEach, expect, onTestFinished, vi } from 'vitest'
import { createMediaNode, type MediaNode, type MediaNodeDeps } from '../src/media-node.ts'
import { defaultCameraTimings, defaultSampling, type MediaNodeSettings } from '../src/settings.ts'
import type { ControlInMemory } from './control-in-memory.ts'

/** Generous: what is waited for is a fact, not how long it takes. */
export const deadline = { timeout: 60_000, interval: 100 }

/**
 * For what must be gone once a node is closed: the kernel may need a moment. Shorter than a camera may leave anything
 * unanswered here, after which processes end by themselves.
 */
export const gone = { timeout: 20_000, interval: 50 }

/** What a session of a camera is wanted with. */
interface WantedCamera {
  source: string
  framesPerSecond?: number
  reencode?: boolean
}

interface NodeOptions {
  control: ControlInMemory
  nodeId?: string
  settings?: Partial<Omit<MediaNodeSettings, 'camera'>> & { camera?: Partial<MediaNodeSettings['camera']> }
  resolve?: MediaNodeDeps['resolve']
}

/**
 * Media nodes that publish to the shared Kafka, an API in memory, and a reader of every frame that they publish. To
 * be called at the top of a test file.
 */
export async function useMediaNodes() {
  vi.setConfig({ testTimeout: 120_000 })
  const { kafkaBrokers, topicPrefix } = await useSharedStack('kafka')
  const lines: string[] = []
  const logger = createLogger({
    name: 'media-node',
    level: 'debug',
    destination: { write: line => lines.push(line) },
  })
  const kafka = connectKafka({ brokers: kafkaBrokers, clientId: 'media-node-test', logger })
  const names = await ensureTopics(kafka, { prefix: topicPrefix, partitions: 2 })
  // Its second try after 1.5 s would publish a frame twice where the broker only stood still.
  const patient = { ...kafka, impatient: kafka.patient }
  const publisher = createFramePublisher({ kafka: patient, topic: names.frames })
  const frames: ReceivedFrame[] = []
  let malformed = 0
  const consumer = await consumeFrames({
    kafka,
    topic: names.frames,
    groupId: `${topicPrefix}reader`,
    session: { timeoutMs: 6000 },
    handler: {
      onAssigned: () => undefined,
      onRevoked: () => undefined,
      onBatch(batch) {
        for (const frame of batch.frames) frames.push({ ...frame, jpeg: Buffer.from(frame.jpeg) })
        malformed += batch.malformed.length
      },
    },
  })
  afterEach(({ task }) => {
    if (task.result?.state === 'fail') console.error(lines.slice(-60).join(''))
  })
  afterAll(async () => {
    await publisher.close()
    await consumer.close()
  })

  /** Makes a node that is not started yet; it is closed after the test. */
  function makeNode({ control, nodeId = randomUUID(), settings: changes, resolve }: NodeOptions): MediaNode {
    const settings = settingsFor(nodeId, changes)
    const client = control.clientOf(nodeId)
    const node = createMediaNode({ client, publisher, settings, logger, ...(resolve && { resolve }) })
    onTestFinished(() => node.close())
    return node
  }

  return {
    /** Everything that nodes and Kafka's client have logged. */
    lines,
    malformed: () => malformed,
    framesOf: (streamId: string) => frames.filter(frame => frame.attributes.streamId === streamId),
    makeNode,
    /** Starts a node; it is closed after the test. */
    async startNode(options: NodeOptions): Promise<MediaNode> {
      const node = makeNode(options)
      await node.start()
      return node
    },
    /** Lets a camera want a session; gives its id. */
    want(control: ControlInMemory, { source, framesPerSecond = 2, reencode = false }: WantedCamera): string {
      const streamId = randomUUID()
      const ids = { streamId, tenantId: randomUUID(), cameraId: randomUUID() }
      control.want({ ...ids, session: 1, framesPerSecond, reencode }, source)
      return streamId
    },
    /** Waits until more frames of a stream have come than now. */
    async moreFrames(streamId: string, count = 3): Promise<void> {
      const seen = () => frames.filter(frame => frame.attributes.streamId === streamId).length
      const before = seen()
      await expect.poll(seen, deadline).toBeGreaterThanOrEqual(before + count)
    },
  }
}

/** Waits until a stream's phase is the one asked for, and gives it. */
export async function phaseOf(node: MediaNode, streamId: string, phase: string) {
  const current = () => node.running().find(stream => stream.streamId === streamId)?.phase
  await expect.poll(() => current()?.phase, deadline).toBe(phase)
  return current()
}

function settingsFor(
  nodeId: string,
  changes: Partial<Omit<MediaNodeSettings, 'camera'>> & {
    camera?: Partial<MediaNodeSettings['camera']>
  } = {},
): MediaNodeSettings {
  const { camera, ...others } = changes
  return {
    nodeId,
    allowedCameraNetworks: ['127.0.0.0/8'],
    programPath: process.env.PATH ?? '/usr/bin:/bin',
    workerBinary: workerBinary(),
    leaseRenewalMs: 500,
    leaseBoundMs: 300_000,
    commandRetryMs: 200,
    farewellMs: 60_000,
    sampling: defaultSampling,
    // A camera, or we, may stand still for seconds on a busy machine: nothing is broken then.
    camera: { ...defaultCameraTimings, answerMs: 30_000, probeMs: 60_000, stallMs: 30_000, ...camera },
    ...others,
  }
}

/** Mediasoup's own place for its worker, unless the environment names another. */
function workerBinary(): string | undefined {
  const named = process.env.MEDIASOUP_WORKER_BIN
  return named && existsSync(named) ? named : undefined
}
