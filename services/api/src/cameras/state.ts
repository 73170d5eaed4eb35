import type { CameraEvent } from '@sightline/contracts/cameras'
import type { EncryptedValue } from '@sightline/contracts/encryption'

/** The live session that a camera wants; `session` is the revision of its StreamStarted. */
export interface WantedStream {
  streamId: string
  session: number
}

/** A camera as its stream tells it. */
export type CameraState =
  | { status: 'absent' }
  | {
      status: 'registered'
      siteId: string
      name: string
      address: EncryptedValue
      framesPerSecond: number
      reencode: boolean
      wanted: WantedStream | null
      /** Sessions that were stopped: their ids can't begin again. */
      stopped: ReadonlySet<string>
    }

/** A camera that is not registered. */
export const noCamera: CameraState = { status: 'absent' }

/** What an event makes of the state. */
export function evolveCamera(state: CameraState, event: CameraEvent & { revision: number }): CameraState {
  if (event.type === 'CameraRegistered') {
    const { siteId, name, address, framesPerSecond, reencode } = event.data
    return {
      status: 'registered',
      siteId,
      name,
      address,
      framesPerSecond,
      reencode,
      wanted: null,
      stopped: new Set(),
    }
  }
  if (state.status === 'absent') return state
  switch (event.type) {
    case 'StreamStarted':
      return { ...state, wanted: { streamId: event.data.streamId, session: event.revision } }
    case 'StreamStopped':
      return { ...state, wanted: null, stopped: new Set([...state.stopped, event.data.streamId]) }
  }
}
