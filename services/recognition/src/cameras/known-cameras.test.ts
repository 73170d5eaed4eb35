import type { SightlineEvent } from '@sightline/contracts/events'
import { streamName, type TenantCategory } from '@sightline/contracts/stream-names'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import { expect, test } from 'vitest'
import { createKnownCameras } from './known-cameras.ts'

const id = (n: number) => `0190f5fe-7c00-7a00-8000-00000000000${n}`
const [tenantId, otherTenant, cameraId, siteId, first, second] = [1, 2, 3, 4, 5, 6].map(id) as [
  string,
  string,
  string,
  string,
  string,
  string,
]

const told = (category: TenantCategory, of: string, revision: number, event: SightlineEvent) =>
  ({ ...event, stream: streamName(category, tenantId, of), revision }) as RecordedEvent
const registered = {
  type: 'CameraRegistered',
  data: { siteId, name: 'a', keyId: siteId, address: {}, framesPerSecond: 2, reencode: false },
} as unknown as SightlineEvent
const started = (streamId: string) => ({ type: 'StreamStarted', data: { streamId } }) as const
const stopped = (streamId: string) => ({ type: 'StreamStopped', data: { streamId } }) as const
const claimed = (session: number) =>
  ({ type: 'StreamClaimed', data: { cameraId, siteId, session, nodeId: siteId } }) as const

test('a frame is current only in the session and epoch that hold', () => {
  const cameras = createKnownCameras()
  const frame = { tenantId, cameraId, streamId: first, session: 1, epoch: 0 }
  expect(cameras.standingOf(frame)).toBe('unheard of')
  cameras.apply(told('camera', cameraId, 0, registered))
  cameras.apply(told('camera', cameraId, 1, started(first)))
  expect(cameras.standingOf(frame)).toBe('unheard of')
  cameras.apply(told('stream', first, 0, claimed(1)))
  expect(cameras.standingOf(frame)).toBe('current')
  expect(cameras.standingOf({ ...frame, epoch: 1 })).toBe('unheard of')
  expect(cameras.standingOf({ ...frame, tenantId: otherTenant })).toBe('unheard of')
  cameras.apply(told('stream', first, 1, claimed(1)))
  expect(cameras.standingOf(frame)).toBe('over')
  expect(cameras.standingOf({ ...frame, epoch: 1 })).toBe('current')
  expect(cameras.isOver({ tenantId, cameraId }, 1)).toBe(false)

  cameras.apply(told('camera', cameraId, 2, stopped(first)))
  expect(cameras.standingOf({ ...frame, epoch: 1 })).toBe('over')
  expect(cameras.isOver({ tenantId, cameraId }, 1)).toBe(true)
  cameras.apply(told('camera', cameraId, 3, started(second)))
  cameras.apply(told('stream', second, 0, claimed(3)))
  expect(cameras.standingOf({ ...frame, epoch: 1 })).toBe('over')
  expect(cameras.standingOf({ ...frame, streamId: second, session: 3 })).toBe('current')
  expect(cameras.isOver({ tenantId, cameraId }, 3)).toBe(false)
  expect(cameras.siteOf({ tenantId, cameraId })).toBe(siteId)
  expect(cameras.siteOf({ tenantId: otherTenant, cameraId })).toBeUndefined()
})
