import type { FrameAttributes } from '@sightline/contracts/frames'
import { parseStreamName } from '@sightline/contracts/stream-names'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import type { CameraId } from '../sightings/observe.ts'

/**
 * Where a frame stands to what the log says: of the session and epoch that hold now; of ones that are over; or of
 * ones that the log doesn't tell of, so far.
 */
export type FrameStanding = 'current' | 'over' | 'unheard of'

/** The cameras of all tenants, as far as recognition needs them. */
export interface KnownCameras {
  apply(event: RecordedEvent): void
  standingOf(
    frame: Pick<FrameAttributes, 'tenantId' | 'cameraId' | 'streamId' | 'session' | 'epoch'>,
  ): FrameStanding
  /** Whether a session of a camera has been stopped or replaced. */
  isOver(camera: CameraId, session: number): boolean
  /** Undefined for a camera that isn't registered. */
  siteOf(camera: CameraId): string | undefined
}

interface Camera {
  siteId: string
  session: { revision: number; streamId: string; stopped: boolean } | null
}

const keyOf = (tenantId: string, id: string) => `${tenantId}.${id}`

/** Folds the cameras' and streams' events. */
export function createKnownCameras(): KnownCameras {
  const cameras = new Map<string, Camera>()
  /** The newest claim of each session, by tenant and stream. */
  const epochs = new Map<string, number>()

  function apply(event: RecordedEvent) {
    const name = parseStreamName(event.stream)
    if (!name?.tenantId) return
    const key = keyOf(name.tenantId, name.id)
    const camera = cameras.get(key)
    switch (event.type) {
      case 'CameraRegistered':
        cameras.set(key, { siteId: event.data.siteId, session: null })
        return
      case 'StreamStarted':
        if (camera?.session) epochs.delete(keyOf(name.tenantId, camera.session.streamId))
        if (camera) camera.session = { ...event.data, revision: event.revision, stopped: false }
        return
      case 'StreamStopped':
        if (camera?.session?.streamId === event.data.streamId) camera.session.stopped = true
        return
      case 'StreamClaimed':
        epochs.set(key, event.revision)
    }
  }

  return {
    apply,
    standingOf: ({ tenantId, cameraId, streamId, session, epoch }) => {
      const known = cameras.get(keyOf(tenantId, cameraId))?.session
      if (!known || session > known.revision) return 'unheard of'
      if (session < known.revision || known.stopped || streamId !== known.streamId) return 'over'
      const claimed = epochs.get(keyOf(tenantId, streamId))
      if (claimed === undefined || epoch > claimed) return 'unheard of'
      return epoch < claimed ? 'over' : 'current'
    },
    isOver: ({ tenantId, cameraId }, session) => {
      const known = cameras.get(keyOf(tenantId, cameraId))?.session
      return known ? session < known.revision || known.stopped : false
    },
    siteOf: ({ tenantId, cameraId }) => cameras.get(keyOf(tenantId, cameraId))?.siteId,
  }
}
