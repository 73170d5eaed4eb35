import { createHash } from 'node:crypto'
import type { EncryptedValue } from '@sightline/contracts/encryption'
import type { SightlineEvent } from '@sightline/contracts/events'
import type { EventMetadata } from '@sightline/contracts/metadata'
import type { DecisionRecord, FrameRef } from '@sightline/contracts/sightings'
import { streamName, tenantStreamName } from '@sightline/contracts/stream-names'
import type { EventToAppend, RecordedEvent } from '@sightline/event-log/recorded-event'

/** What happened in some tenants, in order: the same for the same numbers. For benches and tests. */
export interface Story {
  tenants: number
  camerasEach: number
  peopleEach: number
  /** Of each camera; each is opened, identified, extended and closed. */
  sightingsEach: number
}

export interface StoryEvent {
  stream: string
  tenantId: string
  event: SightlineEvent
}

/** Tells the story; what happens at different cameras is interleaved, as in life. */
export function* tell(story: Story): Generator<StoryEvent> {
  const tenantIds = Array.from({ length: story.tenants }, (_, index) => idOf('tenant', index))
  for (const tenantId of tenantIds) yield* beginnings(story, tenantId)
  for (let turn = 0; turn < story.sightingsEach; turn += 1) {
    for (const step of ['open', 'identify', 'extend', 'extend again', 'close'] as const) {
      for (const tenantId of tenantIds) {
        for (let camera = 0; camera < story.camerasEach; camera += 1) {
          yield sightingStep(story, tenantId, camera, turn, step)
        }
      }
    }
  }
}

/** The story as the log would give it, without a log. */
export function recorded(told: Iterable<StoryEvent>): RecordedEvent[] {
  const revisions = new Map<string, number>()
  let position = 0n
  const events: RecordedEvent[] = []
  for (const { stream, tenantId, event } of told) {
    const revision = (revisions.get(stream) ?? -1) + 1
    revisions.set(stream, revision)
    position += 100n
    const metadata = metadataOf(tenantId, event.type, position)
    const created = new Date(metadata.occurredAt)
    events.push({ ...event, id: idOf(stream, revision), stream, revision, position, created, metadata })
  }
  return events
}

/** As the log takes it; `nth` tells events of one stream apart. */
export function toAppend({ tenantId, event, stream }: StoryEvent, nth: string | number = ''): EventToAppend {
  const { schemaVersion: _version, salt: _salt, ...metadata } = metadataOf(tenantId, event.type, 0n)
  return { ...event, id: idOf(`event ${stream}`, `${nth}${JSON.stringify(event)}`), metadata }
}

function metadataOf(tenantId: string, type: string, position: bigint): EventMetadata {
  const commandId = idOf(`command ${type}`, Number(position))
  return {
    tenantId,
    actor: { principal: 'system', id: 'story', sessionId: null },
    commandId,
    correlationId: commandId,
    causationId: commandId,
    occurredAt: instant(Number(position)),
    traceparent: `00-${'1'.repeat(32)}-${'1'.repeat(16)}-01`,
    schemaVersion: 1,
    salt: Buffer.alloc(16).toString('base64'),
  }
}

function* beginnings(story: Story, tenantId: string): Generator<StoryEvent> {
  const of = (stream: string, event: SightlineEvent): StoryEvent => ({ stream, tenantId, event })
  const siteId = idOf('site', tenantId)
  yield of(tenantStreamName(tenantId), { type: 'TenantCreated', data: { name: 'Harbour' } })
  yield of(streamName('site', tenantId, siteId), { type: 'SiteCreated', data: { name: 'Gate' } })
  const agent = streamName('agent', tenantId, idOf('agent', tenantId))
  const credentialId = idOf('credential', tenantId)
  yield of(agent, { type: 'AgentPaired', data: { credentialId, siteId, name: 'Box', serial: 'S-1' } })
  yield of(agent, { type: 'AgentStatusChanged', data: { status: 'ONLINE' } })
  for (let index = 0; index < story.peopleEach; index += 1) yield* person(tenantId, index)
  for (let index = 0; index < story.camerasEach; index += 1) yield* camera(tenantId, index)
}

function* person(tenantId: string, index: number): Generator<StoryEvent> {
  const id = personOf(tenantId, index)
  const keyId = idOf('key of person', id)
  const pictureId = idOf('picture', id)
  const stream = streamName('person', tenantId, id)
  yield { stream, tenantId, event: { type: 'PersonEnrolled', data: { keyId, name: `Person ${index}` } } }
  const sha256 = hash(pictureId)
  yield {
    stream,
    tenantId,
    event: {
      type: 'PersonPictureAdded',
      data: { pictureId, keyId, contentType: 'image/png', sha256, bytes: 9 },
    },
  }
  const picture = streamName('picture', tenantId, pictureId)
  yield {
    stream: picture,
    tenantId,
    event: {
      type: 'PictureAccepted',
      data: {
        personId: id,
        keyId,
        modelSet,
        vector: sealed(keyId, picture, 'vector', 2048),
        vectorSha256: sha256,
        box: { x: 1, y: 1, width: 100, height: 100 },
        quality,
      },
    },
  }
}

function* camera(tenantId: string, index: number): Generator<StoryEvent> {
  const id = cameraOf(tenantId, index)
  const keyId = idOf('key of camera', id)
  const streamId = streamOf(id)
  const siteId = idOf('site', tenantId)
  const stream = streamName('camera', tenantId, id)
  yield {
    stream,
    tenantId,
    event: {
      type: 'CameraRegistered',
      data: {
        siteId,
        name: `Camera ${index}`,
        keyId,
        address: sealed(keyId, stream, 'address', 60),
        framesPerSecond: 2,
        reencode: false,
      },
    },
  }
  yield { stream, tenantId, event: { type: 'StreamStarted', data: { streamId } } }
  const session = streamName('stream', tenantId, streamId)
  const claimed = { cameraId: id, siteId, session: 1, nodeId: idOf('node', 0) }
  yield { stream: session, tenantId, event: { type: 'StreamClaimed', data: claimed } }
  const video = { codec: 'h264', profile: 'Baseline', width: 640, height: 480, reencoded: false }
  yield { stream: session, tenantId, event: { type: 'StreamWentLive', data: { epoch: 0, video } } }
}

type Step = 'open' | 'identify' | 'extend' | 'extend again' | 'close'

function sightingStep(story: Story, tenantId: string, camera: number, turn: number, step: Step): StoryEvent {
  const cameraId = cameraOf(tenantId, camera)
  const stream = streamName('sighting', tenantId, cameraId)
  const sightingId = idOf('sighting', `${cameraId} ${turn}`)
  const minute = turn * 60_000
  const frame = (second: number): FrameRef => ({
    streamId: streamOf(cameraId),
    session: 1,
    epoch: 0,
    sequence: turn * 120 + second * 2,
    capturedAt: instant(minute + second * 1_000),
    frameSha256: hash(sightingId),
  })
  const watermark = { session: 1, epoch: 0, sequence: turn * 120 }
  const continuity = { watermark, open: step === 'close' ? [] : [sightingId] }
  const person = { kind: 'person', personId: personOf(tenantId, turn % story.peopleEach) } as const
  const event = ((): SightlineEvent => {
    switch (step) {
      case 'open': {
        const keyId = idOf('key of sighting', sightingId)
        return {
          type: 'SightingOpened',
          data: {
            sightingId,
            siteId: idOf('site', tenantId),
            firstFrame: frame(0),
            decidingFrame: frame(1),
            subject: { kind: 'unknown' },
            decision: decision(tenantId, story),
            keyId,
            template: sealed(keyId, stream, 'template', 2048),
            crop: { objectKey: `${tenantId}/faces-derived/${sightingId}/0`, keyId, width: 112, height: 112 },
            previousSightingId: null,
            ...continuity,
          },
        }
      }
      case 'identify':
        return {
          type: 'SightingIdentified',
          data: {
            sightingId,
            was: { kind: 'unknown' },
            becomes: person,
            decidingFrame: frame(3),
            decision: decision(tenantId, story),
            ...continuity,
          },
        }
      case 'extend':
      case 'extend again': {
        const seconds = step === 'extend' ? 10 : 30
        const until = instant(minute + seconds * 1_000)
        return {
          type: 'SightingExtended',
          data: { sightingId, until, frames: seconds * 2, best: 0.8, ...continuity },
        }
      }
      case 'close': {
        const lastSeenAt = instant(minute + 40_000)
        return {
          type: 'SightingClosed',
          data: { sightingId, lastSeenAt, frames: 80, reason: 'LEFT', ...continuity },
        }
      }
    }
  })()
  return { stream, tenantId, event }
}

function decision(tenantId: string, story: Story): DecisionRecord {
  const candidates = Array.from({ length: Math.min(5, story.peopleEach) }, (_, index) => ({
    personId: personOf(tenantId, index),
    pictureId: idOf('picture', personOf(tenantId, index)),
    similarity: 0.8 - index / 10,
  }))
  return {
    modelSet,
    gallery: { position: '100', modelSet: modelSet.id, sha256: hash('gallery') },
    policyVersion: '1',
    box: { x: 10, y: 10, width: 100, height: 120 },
    quality,
    candidates,
    margin: candidates.length > 1 ? 0.1 : null,
    outcome: 'MATCHED',
  }
}

const modelSet = {
  id: 'story',
  detector: { id: 'detector', sha256: hash('detector') },
  landmarks: null,
  embedder: { id: 'embedder', sha256: hash('embedder') },
}
const quality = { score: 0.99, height: 120, norm: 3.4, sharpness: 200 }

const personOf = (tenantId: string, index: number) => idOf('person', `${tenantId} ${index}`)
const cameraOf = (tenantId: string, index: number) => idOf('camera', `${tenantId} ${index}`)
const streamOf = (cameraId: string) => idOf('stream', cameraId)

function instant(ms: number): string {
  return new Date(Date.UTC(2026, 0, 1) + ms).toISOString()
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** The same UUID for the same words. */
function idOf(kind: string, which: string | number): string {
  const digits = hash(`${kind} ${which}`)
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
  ]
  return [...parts, digits.slice(20, 32)].join('-')
}

/** As large as what is sealed would be; nobody opens it. */
function sealed(keyId: string, stream: string, field: string, bytes: number): EncryptedValue {
  const iv = Buffer.alloc(12).toString('base64')
  const tag = Buffer.alloc(16).toString('base64')
  return { keyId, stream, field, iv, data: Buffer.alloc(bytes, 7).toString('base64'), tag }
}
