import type { SkipReason } from '@sightline/contracts/detections'
import { type FrameAttributes, frameKey } from '@sightline/contracts/frames'
import type { FrameBatch, FrameHandler, ReceivedFrame } from '@sightline/topics/consume-frames'
import type { CameraId } from '../sightings/observe.ts'
import type { CameraLane, WaitingFrame } from './camera-lane.ts'
import type { Offsets } from './offsets.ts'

/** What the intake needs. */
export interface FrameIntakeOptions {
  offsets: Offsets
  /** Makes the lane of a camera that has none. */
  createLane(camera: CameraId): CameraLane
  /** Records that a frame isn't recognised, and finishes it. */
  skip(frame: WaitingFrame, reason: SkipReason): void
  /** Older frames are skipped, ms. */
  maxFrameAgeMs: number
  /** How long a member may be silent: so much older than the assignment a frame may be, ms. */
  sessionTimeoutMs: number
  /** The wall clock, ms since 1970: ages are counted from the broker's. */
  now(): number
  /** A monotonic clock, ms. */
  clock(): number
}

/** Sorts what is read of the frames topic into the cameras' mailboxes. Nothing of it waits. */
export type FrameIntake = FrameHandler & {
  lanes(): ReadonlyMap<string, CameraLane>
  /** The lane of a camera, made if there is none; undefined if its partition isn't assigned. */
  laneOf(camera: CameraId, partition: number): CameraLane | undefined
  /** When a partition was assigned, by the monotonic clock. */
  assignedAt(partition: number): number | undefined
  /** Drops everything; resolves when nothing is under way. */
  close(): Promise<void>
}

interface Assignment {
  at: number
  clockAt: number
}
interface Placed {
  partition: number
  lane: CameraLane
  latest: { epoch: string; capturedAt: number } | null
}

/** How far a frame's capture may lie after its arrival at the broker, ms: clocks differ. */
const mostAheadMs = 2000

/** Has no partition at first. */
export function createFrameIntake(options: FrameIntakeOptions): FrameIntake {
  const { offsets, createLane, skip, maxFrameAgeMs, sessionTimeoutMs, now, clock } = options
  const assignments = new Map<number, Assignment>()
  const placed = new Map<string, Placed>()
  const leaving = new Set<Promise<void>>()

  function place(camera: CameraId, partition: number): Placed {
    const key = frameKey(camera.tenantId, camera.cameraId)
    let one = placed.get(key)
    if (!one) {
      one = { partition, lane: createLane(camera), latest: null }
      placed.set(key, one)
    }
    return one
  }

  function dropLanes(partitions: readonly number[]) {
    for (const [key, { partition, lane }] of placed) {
      if (!partitions.includes(partition)) continue
      placed.delete(key)
      const left = lane.revoke().finally(() => leaving.delete(left))
      leaving.add(left)
    }
  }

  function isTooOld({ appendedAt, partition }: ReceivedFrame) {
    const age = now() - appendedAt.getTime()
    const { at } = assignments.get(partition)!
    return age > maxFrameAgeMs && appendedAt.getTime() < at - sessionTimeoutMs
  }

  function take(received: ReceivedFrame) {
    const { partition, offset, attributes } = received
    offsets.begin(partition, offset)
    const camera = { tenantId: attributes.tenantId, cameraId: attributes.cameraId }
    const one = place(camera, partition)
    const frame: WaitingFrame = {
      partition,
      offset,
      attributes: withSoundTime(received, one),
      // What was read is a slice that would keep the whole fetch in memory.
      jpeg: new Uint8Array(received.jpeg),
      receivedAt: clock(),
    }
    const replaced = one.lane.offer(frame)
    if (replaced) skip(replaced, 'SUPERSEDED')
  }

  function skipUnread({ partition, offset, attributes }: ReceivedFrame, reason: SkipReason) {
    offsets.begin(partition, offset)
    skip({ partition, offset, attributes, jpeg: new Uint8Array(), receivedAt: clock() }, reason)
  }

  function receive({ partition, frames, nextOffset }: FrameBatch) {
    if (!assignments.has(partition)) return
    for (const frame of frames) {
      if (isTooOld(frame)) skipUnread(frame, 'TOO_OLD')
      else take(frame)
    }
    offsets.read(partition, nextOffset)
  }

  return {
    onAssigned: partitions => {
      for (const partition of partitions) {
        assignments.set(partition, { at: now(), clockAt: clock() })
        offsets.assign(partition)
      }
    },
    onRevoked: partitions => {
      for (const partition of partitions) {
        assignments.delete(partition)
        offsets.revoke(partition)
      }
      dropLanes(partitions)
    },
    onBatch: receive,
    lanes: () => new Map([...placed].map(([key, { lane }]) => [key, lane])),
    laneOf: (camera, partition) => (assignments.has(partition) ? place(camera, partition).lane : undefined),
    assignedAt: partition => assignments.get(partition)?.clockAt,
    close: async () => {
      dropLanes([...assignments.keys()])
      assignments.clear()
      await Promise.all(leaving)
    },
  }
}

/** A capture time can't lie in the future, nor before that of an earlier frame of the same epoch. */
function withSoundTime({ attributes, appendedAt }: ReceivedFrame, one: Placed): FrameAttributes {
  const epoch = `${attributes.session}/${attributes.epoch}`
  const earliest = one.latest?.epoch === epoch ? one.latest.capturedAt : Number.NEGATIVE_INFINITY
  const told = Math.min(Date.parse(attributes.capturedAt), appendedAt.getTime() + mostAheadMs)
  const capturedAt = Math.max(told, earliest)
  one.latest = { epoch, capturedAt }
  return { ...attributes, capturedAt: new Date(capturedAt).toISOString() }
}
