import type { FrameRef } from '@sightline/contracts/sightings'
import { parseStreamName } from '@sightline/contracts/stream-names'
import type { EventLog } from '@sightline/event-log/event-log'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import type { KnownCameras } from './cameras/known-cameras.ts'
import type { EnrolmentQueue } from './enrolment/enrolment.ts'
import type { Galleries } from './galleries/galleries.ts'
import { persistently } from './patience.ts'
import type { CameraId } from './sightings/observe.ts'

/** A camera with sightings that haven't ended, as the log has it. */
export interface UnendedSightings {
  camera: CameraId
  session: FrameRef['session']
}

/** Follows the whole log and keeps what recognition knows of it. */
export interface Follower {
  /** Reads the log to its end, then goes on with what is appended. */
  start(): Promise<void>
  unended(): Iterable<UnendedSightings>
  close(): Promise<void>
}

/**
 * @param options.onFault is told once when the log can't be followed any further: an event that this build doesn't
 *   know or can't read
 */
export function createFollower(options: {
  log: Pick<EventLog, 'readAll'>
  cameras: KnownCameras
  galleries: Galleries
  enrolment: Pick<EnrolmentQueue, 'apply' | 'open'>
  onFault(error: unknown): void
}): Follower {
  const { log, cameras, galleries, enrolment, onFault } = options
  const closing = new AbortController()
  const unended = new Map<string, UnendedSightings>()
  let after: bigint | null = null
  let following: Promise<void> | undefined

  function applySighting(event: RecordedEvent) {
    const name = parseStreamName(event.stream)
    if (name?.category !== 'sighting' || !('watermark' in event.data)) return
    const { open, watermark } = event.data
    if (open.length === 0) unended.delete(event.stream)
    else {
      const camera = { tenantId: name.tenantId, cameraId: name.id }
      unended.set(event.stream, { camera, session: watermark.session })
    }
  }

  async function apply(event: RecordedEvent) {
    cameras.apply(event)
    applySighting(event)
    enrolment.apply(event)
    await persistently(closing.signal, () => galleries.apply(event))
    after = event.position
  }

  async function follow(live: boolean) {
    for await (const batch of log.readAll({ after, signal: closing.signal, live }))
      for (const event of batch) {
        if (closing.signal.aborted) return
        await apply(event)
      }
  }

  return {
    start: async () => {
      await follow(false)
      // Only now is it known which pictures have no result yet.
      enrolment.open()
      following = follow(true).catch(error => {
        if (!closing.signal.aborted) onFault(error)
      })
    },
    unended: () => unended.values(),
    close: async () => {
      closing.abort()
      await following
    },
  }
}
