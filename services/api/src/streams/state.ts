import { streamName } from '@sightline/contracts/stream-names'
import type { FailureReason, ReconnectReason, StreamEvent, VideoFormat } from '@sightline/contracts/streams'
import type { Recorded } from '@sightline/event-log/recorded-event'
import type { StreamReader } from '../fold.ts'

/** What the node that holds a session reported last; nothing yet after its claim. */
export type Report =
  | { kind: 'none' }
  | { kind: 'live'; video: VideoFormat }
  | { kind: 'reconnecting'; reason: ReconnectReason; detail: string }
  | { kind: 'failed'; reason: FailureReason; detail: string }

interface Claimed {
  cameraId: string
  siteId: string
  session: number
  nodeId: string
  /** The revision of the newest StreamClaimed. */
  epoch: number
}

/** A live session as its stream tells it: whom it belongs to, not whether it is wanted. */
export type StreamState =
  | { status: 'unclaimed' }
  | (Claimed & { status: 'held'; report: Report })
  | (Claimed & { status: 'lost' })
  | (Claimed & { status: 'ended' })

/** A session that nobody has claimed. */
export const noStream: StreamState = { status: 'unclaimed' }

/** What an event makes of the state. */
export function evolveStream(state: StreamState, event: StreamEvent & { revision: number }): StreamState {
  if (event.type === 'StreamClaimed') {
    return { status: 'held', ...event.data, epoch: event.revision, report: { kind: 'none' } }
  }
  if (state.status === 'unclaimed') return state
  const { cameraId, siteId, session, nodeId, epoch } = state
  const claimed = { cameraId, siteId, session, nodeId, epoch }
  switch (event.type) {
    case 'StreamWentLive':
      return { status: 'held', ...claimed, report: { kind: 'live', video: event.data.video } }
    case 'StreamReconnecting': {
      const { reason, detail } = event.data
      return { status: 'held', ...claimed, report: { kind: 'reconnecting', reason, detail } }
    }
    case 'StreamFailed': {
      const { reason, detail } = event.data
      return { status: 'held', ...claimed, report: { kind: 'failed', reason, detail } }
    }
    case 'StreamNodeLost':
      return { status: 'lost', ...claimed }
    case 'StreamEnded':
      return { status: 'ended', ...claimed }
  }
}

/** So many events of a session are read at once: a command that is repeated meanwhile is found among them. */
const NEWEST = 32

/**
 * Of a session's events those that say how it stands: its newest claim, and the newest events since. A camera that
 * breaks off every minute makes thousands.
 */
export async function newestOfSession(
  eventLog: StreamReader,
  { tenantId, streamId }: { tenantId: string; streamId: string },
): Promise<Recorded<StreamEvent>[]> {
  const stream = streamName('stream', tenantId, streamId)
  const page = { direction: 'backwards', maxCount: NEWEST } as const
  const events = ((await eventLog.readStream(stream, page)) as Recorded<StreamEvent>[]).toReversed()
  const [oldest] = events
  if (!oldest || oldest.type === 'StreamClaimed') return events
  const claim = await eventLog.readStream(stream, { from: oldest.data.epoch, maxCount: 1 })
  return [...(claim as Recorded<StreamEvent>[]), ...events]
}

/** How a session stands. */
export async function readSession(
  eventLog: StreamReader,
  session: { tenantId: string; streamId: string },
): Promise<StreamState> {
  return (await newestOfSession(eventLog, session)).reduce(evolveStream, noStream)
}
