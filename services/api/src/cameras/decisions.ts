import type { CameraEvent } from '@sightline/contracts/cameras'
import type { EncryptedValue } from '@sightline/contracts/encryption'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { CameraState } from './state.ts'

/** A camera to register. `address` is sealed under the camera's key, so equality is asked of `sameAddress`. */
export interface CameraToRegister {
  siteId: string
  name: string
  keyId: string
  address: EncryptedValue
  /** Whether a sealed address opens to the one given here. */
  sameAddress: (sealed: EncryptedValue) => boolean
  framesPerSecond: number
  reencode: boolean
}

/** Registers a camera; one with the same content under the same id is there already. */
export function registerCamera(
  camera: CameraState,
  input: CameraToRegister,
): CameraEvent[] | Rejected<RejectionCode> {
  const { sameAddress, ...data } = input
  if (camera.status === 'absent') return [{ type: 'CameraRegistered', data }]
  const same =
    camera.siteId === input.siteId &&
    camera.name === input.name &&
    camera.framesPerSecond === input.framesPerSecond &&
    camera.reencode === input.reencode &&
    sameAddress(camera.address)
  return same ? [] : rejected('ID_IN_USE', 'Another camera has this id.')
}

/** The camera is wanted live as session `streamId`; two starts can't both win. */
export function startStream(
  camera: CameraState,
  input: { streamId: string },
): CameraEvent[] | Rejected<RejectionCode> {
  if (camera.status === 'absent') return rejected('NOT_FOUND', 'There is no such camera.')
  if (camera.wanted?.streamId === input.streamId) return []
  if (camera.wanted) return rejected('ALREADY_STARTED', 'The camera is live already, in another session.')
  if (camera.stopped.has(input.streamId)) {
    return rejected('ID_IN_USE', 'This session was stopped; start another one.')
  }
  return [{ type: 'StreamStarted', data: { streamId: input.streamId } }]
}

/** Ends the session `streamId` and no other: a late repetition can't stop a newer one. */
export function stopStream(
  camera: CameraState,
  input: { streamId: string },
): CameraEvent[] | Rejected<RejectionCode> {
  if (camera.status === 'absent') return rejected('NOT_FOUND', 'There is no such camera.')
  if (camera.wanted?.streamId === input.streamId) {
    return [{ type: 'StreamStopped', data: { streamId: input.streamId } }]
  }
  if (camera.stopped.has(input.streamId)) return []
  return rejected('NOT_FOUND', 'The camera has no such session.')
}
