import type { FailureReason, ReconnectReason, StreamEvent, VideoFormat } from '@sightline/contracts/streams'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { StreamState } from './state.ts'

/** Who reports, and of which epoch. */
export interface Reporter {
  nodeId: string
  epoch: number
}

/**
 * A media node takes a session that its camera wants; the first append wins, its revision is the epoch. The
 * node that holds the session already keeps the epoch that it has.
 */
export function claimStream(
  stream: StreamState,
  input: { cameraId: string; siteId: string; session: number; nodeId: string },
): StreamEvent[] | Rejected<RejectionCode> {
  if (stream.status !== 'unclaimed' && stream.cameraId !== input.cameraId) {
    return rejected('NOT_FOUND', 'The camera has no such session.')
  }
  if (stream.status === 'ended') return rejected('NOT_WANTED', 'The session has ended.')
  if (stream.status === 'held') {
    if (stream.nodeId === input.nodeId) return []
    return rejected('CLAIMED_BY_ANOTHER', 'Another media node holds the session.')
  }
  const { cameraId, siteId, session, nodeId } = input
  return [{ type: 'StreamClaimed', data: { cameraId, siteId, session, nodeId } }]
}

/** Frames pass. Said again of the same video it is no event. */
export function reportStreamLive(
  stream: StreamState,
  input: Reporter & { video: VideoFormat },
): StreamEvent[] | Rejected<RejectionCode> {
  const refusal = refusalOf(stream, input)
  if (refusal) return refusal
  if (
    stream.status === 'held' &&
    stream.report.kind === 'live' &&
    sameVideo(stream.report.video, input.video)
  ) {
    return []
  }
  return [{ type: 'StreamWentLive', data: { epoch: input.epoch, video: input.video } }]
}

/** The session broke and is tried again. */
export function reportStreamReconnecting(
  stream: StreamState,
  input: Reporter & { reason: ReconnectReason; detail: string },
): StreamEvent[] | Rejected<RejectionCode> {
  const refusal = refusalOf(stream, input)
  if (refusal) return refusal
  if (stream.status === 'held' && stream.report.kind === 'reconnecting' && sameWords(stream.report, input)) {
    return []
  }
  const { epoch, reason, detail } = input
  return [{ type: 'StreamReconnecting', data: { epoch, reason, detail } }]
}

/** The session can't be had, however often it is tried. */
export function reportStreamFailed(
  stream: StreamState,
  input: Reporter & { reason: FailureReason; detail: string },
): StreamEvent[] | Rejected<RejectionCode> {
  const refusal = refusalOf(stream, input)
  if (refusal) return refusal
  if (stream.status === 'held' && stream.report.kind === 'failed' && sameWords(stream.report, input))
    return []
  const { epoch, reason, detail } = input
  return [{ type: 'StreamFailed', data: { epoch, reason, detail } }]
}

/**
 * The node let go of a session. It has ended if the camera no longer wants it; a session that is still
 * wanted is free to be claimed instead.
 */
export function reportStreamEnded(
  stream: StreamState,
  input: Reporter & { wanted: boolean },
): StreamEvent[] | Rejected<RejectionCode> {
  const ownAndOver =
    (stream.status === 'ended' || stream.status === 'lost') &&
    stream.epoch === input.epoch &&
    stream.nodeId === input.nodeId
  if (ownAndOver) return []
  const refusal = refusalOf(stream, input)
  if (refusal) return refusal
  const { epoch, nodeId } = input
  return input.wanted
    ? [{ type: 'StreamNodeLost', data: { epoch, nodeId } }]
    : [{ type: 'StreamEnded', data: { epoch, reason: 'STOPPED' } }]
}

/**
 * The lease of a node ran out. `epoch` is null where the lease was taken and its claim's outcome not noted.
 * Of a lease that no longer holds the session nothing follows, but that a session which was lost and isn't
 * wanted any more has ended.
 */
export function loseNode(
  stream: StreamState,
  input: { nodeId: string; epoch: number | null; wanted: boolean },
): StreamEvent[] | Rejected<RejectionCode> {
  if (stream.status === 'unclaimed' || stream.status === 'ended') return []
  const { epoch, nodeId } = stream
  const ended: StreamEvent = { type: 'StreamEnded', data: { epoch, reason: 'NODE_LOST' } }
  if (stream.status === 'lost') return input.wanted ? [] : [ended]
  if (nodeId !== input.nodeId || (input.epoch !== null && input.epoch !== epoch)) return []
  return input.wanted ? [{ type: 'StreamNodeLost', data: { epoch, nodeId } }] : [ended]
}

function refusalOf(stream: StreamState, reporter: Reporter): Rejected<RejectionCode> | undefined {
  if (stream.status === 'unclaimed') return rejected('NOT_FOUND', 'There is no such session.')
  if (stream.status === 'ended') return rejected('NOT_WANTED', 'The session has ended.')
  if (stream.status === 'lost' || stream.epoch !== reporter.epoch) {
    return rejected('STALE_EPOCH', 'The epoch is not the newest: claim the session again.')
  }
  if (stream.nodeId !== reporter.nodeId) {
    return rejected('CLAIMED_BY_ANOTHER', 'Another media node holds the session.')
  }
  return undefined
}

function sameVideo(one: VideoFormat, other: VideoFormat): boolean {
  return (
    one.codec === other.codec &&
    one.profile === other.profile &&
    one.width === other.width &&
    one.height === other.height &&
    one.reencoded === other.reencoded
  )
}

function sameWords(
  one: { reason: string; detail: string },
  other: { reason: string; detail: string },
): boolean {
  return one.reason === other.reason && one.detail === other.detail
}
