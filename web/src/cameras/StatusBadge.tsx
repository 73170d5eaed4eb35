import { Badge } from '@mantine/core'
import type { StreamReason, StreamStatus } from '../generated/graphql.ts'

const colors: Record<StreamStatus, string> = {
  OFFLINE: 'gray',
  CONNECTING: 'blue',
  LIVE: 'teal',
  RECONNECTING: 'yellow',
  FAILED: 'red',
}

const words: Record<StreamStatus, string> = {
  OFFLINE: 'Offline',
  CONNECTING: 'Connecting',
  LIVE: 'Live',
  RECONNECTING: 'Reconnecting',
  FAILED: 'Failed',
}

/** A stream's status in one word. A wanted stream that nobody has taken yet is waiting, not offline. */
export function StatusBadge({ status, wanted }: { status: StreamStatus; wanted: boolean }) {
  const waiting = status === 'OFFLINE' && wanted
  return (
    <Badge color={waiting ? 'blue' : colors[status]} variant="light" style={{ flexShrink: 0 }}>
      {waiting ? 'Waiting' : words[status]}
    </Badge>
  )
}

const reasons: Record<StreamReason, string> = {
  UNREACHABLE: 'The camera can’t be reached.',
  REFUSED: 'The camera refused the connection.',
  STALLED: 'The camera stopped sending.',
  ENDED_BY_CAMERA: 'The camera ended the stream.',
  NO_KEY_FRAMES: 'The camera sends no key frames.',
  MEDIA_WORKER_DIED: 'The media worker died and is being replaced.',
  INGEST_DIED: 'Taking the stream in failed.',
  NODE_LOST: 'The media node was lost; another one may take over.',
  UNAUTHORIZED: 'The camera refused the credentials. Register it with the right ones.',
  ADDRESS_NOT_ALLOWED: 'The address is outside the networks that media nodes may reach.',
  CODEC_NOT_SUPPORTED: 'The codec can’t be passed on. Register the camera with re-encoding.',
  B_FRAMES:
    'The video has B-frames, which WebRTC doesn’t carry. Switch them off in the camera, or register it with re-encoding.',
  NO_VIDEO: 'The address has no video.',
  STOPPED: 'Stopped.',
}

/** Why a stream isn't live, and what to do. */
export function reasonInWords(reason: StreamReason): string {
  return reasons[reason]
}
