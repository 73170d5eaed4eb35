import type { FailureReason, ReconnectReason, VideoFormat } from '@sightline/contracts/streams'

/** A session that a camera wants, as the API tells media nodes. */
export interface Assignment {
  streamId: string
  tenantId: string
  cameraId: string
  session: number
  framesPerSecond: number
  reencode: boolean
  /** Who holds it; null while nobody does. */
  claim: { nodeId: string; epoch: number } | null
  /** The camera's address with its credentials; null for everyone but the holder. */
  source: string | null
}

/** What changed of the wanted sessions; where it `replaces`, it is all of them. */
export interface AssignmentsChange {
  replaces: boolean
  changed: Assignment[]
  removed: string[]
}

/** One epoch of one session. */
export interface StreamEpoch {
  tenantId: string
  streamId: string
  epoch: number
}

/** What a node tells about a session that it holds. */
export type StreamReport =
  | { report: 'live'; video: VideoFormat }
  | { report: 'reconnecting'; reason: ReconnectReason; detail: string }
  | { report: 'failed'; reason: FailureReason; detail: string }
  | { report: 'ended' }

/** The answer to a command; a fault (no connection, no answer) is thrown instead. */
export type Answer<Accepted> = ({ outcome: 'accepted' } & Accepted) | { outcome: 'rejected'; code: string }

/** What a media node needs of the API. */
export interface ControlClient {
  /** Tells all wanted sessions, then their changes; after a lost connection all of them again. */
  followAssignments(onChange: (change: AssignmentsChange) => void): { close(): void }
  /** @param commandId the same for every try of one claim */
  claimStream(
    stream: { tenantId: string; streamId: string; cameraId: string },
    commandId: string,
  ): Promise<Answer<{ epoch: number }>>
  renewLease(epoch: StreamEpoch): Promise<Answer<object>>
  /** @param commandId the same for every try of one report */
  report(epoch: StreamEpoch, report: StreamReport, commandId: string): Promise<Answer<object>>
}
