import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '@sightline/local/ports'
import { createLogger } from '@sightline/logging/logging'
import { CreateSiteDocument, TenantDocument } from '@sightline/schema/operations'
import { accepted, createTenant, startLiveCamera, type Tenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import { connectKafka } from '@sightline/topics/connection'
import { followDetections } from '@sightline/topics/follow-detections'
import { topicNames } from '@sightline/topics/topics'
import type { Figure, Section } from './figure.ts'
import { type FramesSeen, followFrames } from './frames-seen.ts'
import { now } from './read-model-wakes.ts'

/** How long something is waited for at most, and how long a part stays away, ms. */
const WITHIN_MS = 60_000
const AWAY_MS = 500

/** How soon frames and commands pass again after a part was killed, from the moment at which it is started again. */
export const recovery: Section = {
  name: 'recovery',
  title: 'Recovery after a kill, from the new start of what was killed',
  async measure(progress) {
    await using system = await startSystem({
      // The same after a restart.
      port: await freePort(),
      onProgress: step => progress(`starting ${step}`),
    })
    const tenant = await createTenant(system, 'Bench')
    await using frames = await followFrames(system)
    /** When the broker took what tells of each recognised frame. */
    const recognised: number[] = []
    const detections = await followDetections({
      kafka: connectKafka({
        brokers: system.stack.kafka.brokers,
        clientId: 'bench',
        logger: createLogger({ name: 'bench', level: 'silent' }),
      }),
      topic: topicNames('').detections,
      groupId: `bench-${randomUUID()}`,
      onDetection: ({ record, appendedAt }) => {
        if (record.outcome === 'recognised') recognised.push(appendedAt.getTime())
      },
    })
    await using camera = await startLiveCamera(tenant, { name: 'Camera', film: 'franck' })
    try {
      progress('a first frame')
      await since(0, () => recognised.at(-1))
      const figures: Figure[] = []
      const measure = async (name: string, part: Restartable, passes: (from: number) => Promise<number>) => {
        progress(name)
        await part.kill()
        await wait(AWAY_MS)
        const startedAt = now()
        const [passedAt] = await Promise.all([passes(startedAt), part.restart()])
        figures.push({ name, value: (passedAt - startedAt) / 1_000, unit: 's' })
        await since(now(), () => recognised.at(-1))
      }
      const frame = (from: number) => since(from, () => newestFrame(frames))
      const detection = (from: number) => since(from, () => recognised.at(-1))
      const command = () => commandIsShown(tenant)

      await measure('camera → frame on the broker', camera.camera, frame)
      await measure('api → command', system.process('api'), () => commandIsAccepted(tenant))
      await measure('projector → command shown', system.process('projector'), command)
      await measure('media node → frame on the broker', system.process('media-node'), frame)
      await measure('recognition → frame recognised', system.process('recognition'), detection)
      await measure('PostgreSQL → command shown', system.stack.postgres, command)
      await measure('event store → command shown', system.stack.eventStore, command)
      await measure('Kafka → frame recognised', system.stack.kafka, detection)
      return figures
    } finally {
      await detections.close()
    }
  },
}

interface Restartable {
  kill(): Promise<unknown>
  restart(): Promise<void>
}

/** Waits until what `look` gives, a wall clock in ms, is after `from`. */
async function since(from: number, look: () => number | undefined): Promise<number> {
  const deadline = now() + WITHIN_MS
  for (;;) {
    const at = look()
    if (at !== undefined && at > from) return at
    if (now() > deadline) throw new Error(`nothing passed within ${WITHIN_MS} ms`)
    await wait(10)
  }
}

/** When the newest frame that the broker has was taken by it. */
const newestFrame = ({ frames }: FramesSeen) => frames.at(-1)?.appendedAt

async function createSite(tenant: Tenant): Promise<{ position: string }> {
  const { createSite } = await tenant.client.request(CreateSiteDocument, { input: { name: 'Gate' } })
  return accepted(createSite)
}

/** Sends commands until one is accepted. Gives when. */
const commandIsAccepted = (tenant: Tenant) => firstSuccess(() => createSite(tenant))

/** Sends commands until one is accepted and what it made can be read. Gives when. */
const commandIsShown = (tenant: Tenant) =>
  firstSuccess(async () => {
    const { position } = await createSite(tenant)
    await tenant.client.request(TenantDocument, { atLeast: position })
  })

/** Tries again and again without waiting for answers, which may take long while a part is away. */
async function firstSuccess(attempt: () => Promise<unknown>): Promise<number> {
  let passedAt: number | undefined
  const deadline = now() + WITHIN_MS
  while (passedAt === undefined) {
    if (now() > deadline) throw new Error(`nothing passed within ${WITHIN_MS} ms`)
    void attempt().then(
      () => {
        passedAt ??= now()
      },
      // Refused or not answered: that is what is measured.
      () => undefined,
    )
    await wait(250)
  }
  return passedAt
}
