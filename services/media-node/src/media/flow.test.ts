import { expect, test } from 'vitest'
import { defaultCameraTimings } from '../settings.ts'
import { keyFramePatienceMs, newFlow, troubleInFlow, withKeyFrame, withPackets } from './flow.ts'

const timings = { ...defaultCameraTimings, stallMs: 4000, assumedKeyFrameDistanceMs: 10_000 }
const reasonAt = (flow: ReturnType<typeof newFlow>, now: number) => troubleInFlow(flow, now, timings)?.reason

test('the first key frame may take two assumed distances and two seconds', () => {
  const flow = newFlow(0)
  expect(reasonAt(flow, 22_000)).toBeUndefined()
  expect(reasonAt(flow, 22_001)).toBe('NO_KEY_FRAMES')
})

test('packets that stay away are a stall, also where key frames are frequent', () => {
  let flow = newFlow(0)
  for (let now = 1000; now <= 5000; now += 1000) flow = withKeyFrame(withPackets(flow, now, now), now)
  expect(reasonAt(flow, 9000)).toBeUndefined()
  expect(reasonAt(flow, 9001)).toBe('STALLED')
})

test('packets without key frames are a fault after two distances and two seconds', () => {
  let flow = newFlow(0)
  for (const now of [1000, 3000]) flow = withKeyFrame(withPackets(flow, now, now), now)
  expect(keyFramePatienceMs(flow, timings)).toBe(6000)
  for (let now = 3000; now <= 9000; now += 500) flow = withPackets(flow, now, now)
  expect(reasonAt(flow, 9000)).toBeUndefined()
  expect(reasonAt(withPackets(flow, 9500, 9500), 9500)).toBe('NO_KEY_FRAMES')
})

test('the same count is no packet', () => {
  const flow = withPackets(newFlow(0), 7, 100)
  expect(withPackets(flow, 7, 5000).lastPacketAt).toBe(100)
})
