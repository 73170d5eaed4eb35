import { broken, type Trouble } from '../cameras/trouble.ts'
import type { CameraTimings } from '../settings.ts'

/** How packets of a camera have come so far; instants in ms. */
export interface Flow {
  startedAt: number
  packets: number
  /** When packets were last seen to have come. */
  lastPacketAt: number | null
  lastKeyFrameAt: number | null
  /** The longest distance of two key frames so far. */
  keyFrameDistanceMs: number | null
}

/** Before the first packet. @param now ms */
export function newFlow(now: number): Flow {
  return { startedAt: now, packets: 0, lastPacketAt: null, lastKeyFrameAt: null, keyFrameDistanceMs: null }
}

/** @param packets how many have come since the start */
export function withPackets(flow: Flow, packets: number, now: number): Flow {
  return packets > flow.packets ? { ...flow, packets, lastPacketAt: now } : flow
}

/** A key frame has come. @param now ms */
export function withKeyFrame(flow: Flow, now: number): Flow {
  const distance = flow.lastKeyFrameAt === null ? null : now - flow.lastKeyFrameAt
  const keyFrameDistanceMs =
    distance === null ? flow.keyFrameDistanceMs : Math.max(distance, flow.keyFrameDistanceMs ?? 0)
  return { ...flow, lastKeyFrameAt: now, keyFrameDistanceMs }
}

/**
 * How long a viewer, or a sampler, may have to wait for the next key frame, ms: two distances and two seconds.
 */
export function keyFramePatienceMs(flow: Flow, timings: CameraTimings): number {
  return 2 * (flow.keyFrameDistanceMs ?? timings.assumedKeyFrameDistanceMs) + 2000
}

/**
 * Says what is wrong with the flow: nothing comes any more, or nothing that anyone could begin to decode. The first
 * packet is that of a key frame, because ffmpeg leaves out what comes before it.
 */
export function troubleInFlow(flow: Flow, now: number, timings: CameraTimings): Trouble | undefined {
  if (flow.lastPacketAt !== null && now - flow.lastPacketAt > timings.stallMs)
    return broken('STALLED', `no packets for ${timings.stallMs} ms`)
  const patience = keyFramePatienceMs(flow, timings)
  const latest = flow.lastPacketAt ?? now
  if (latest - (flow.lastKeyFrameAt ?? flow.startedAt) > patience)
    return broken('NO_KEY_FRAMES', `no key frame for ${patience} ms`)
  return undefined
}
