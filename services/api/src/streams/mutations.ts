import { uuid } from '@sightline/contracts/identifiers'
import { streamName } from '@sightline/contracts/stream-names'
import type { StreamEvent } from '@sightline/contracts/streams'
import { streamDetail, videoFormat } from '@sightline/contracts/streams'
import type { Database } from '@sightline/database/database'
import { executeCommand, type Rejected } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers, RejectionCode, StreamEpochInput } from '../../generated/resolvers.ts'
import type { AccessFollower } from '../access/follower.ts'
import { evolveCamera, noCamera } from '../cameras/state.ts'
import { commandResult, rejection } from '../command-result.ts'
import { type RequestContext, requirePrincipal } from '../context.ts'
import { foldStream } from '../fold.ts'
import { parseInput } from '../input.ts'
import * as leases from '../leases/leases.ts'
import {
  claimStream,
  type Reporter,
  reportStreamEnded,
  reportStreamFailed,
  reportStreamLive,
  reportStreamReconnecting,
} from './decisions.ts'
import { evolveStream, newestOfSession, noStream, readSession, type StreamState } from './state.ts'

/** Commands about live sessions, by media nodes. */
export function streamMutations(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  /** How long a lease holds without renewal, ms. */
  leaseMs: number
  follower: Pick<AccessFollower, 'current'>
  now: () => Date
}) {
  const { eventLog, database, leaseMs, follower, now } = deps
  const leaseEnd = () => new Date(now().getTime() + leaseMs)

  /** Of a suspended tenant nothing is to be taken in. */
  const isSuspended = (tenantId: string) => follower.current().tenants.get(tenantId)?.suspended ?? false

  const readCamera = (tenantId: string, cameraId: string) =>
    foldStream(eventLog, streamName('camera', tenantId, cameraId), noCamera, evolveCamera)

  async function report(
    context: RequestContext,
    input: StreamEpochInput,
    decide: (stream: StreamState, reporter: Reporter) => StreamEvent[] | Rejected<RejectionCode>,
  ) {
    const reporter = { nodeId: nodeOf(context), epoch: input.epoch }
    const outcome = await executeCommand(eventLog, {
      stream: streamName('stream', input.tenantId, input.streamId),
      initial: noStream,
      evolve: evolveStream,
      read: () => newestOfSession(eventLog, input),
      decide: stream => decide(stream, reporter),
      context: { ...context.command(input.commandId), tenantId: input.tenantId },
    })
    return commandResult(context, input.streamId, outcome)
  }

  /** What a node tells of a session that it goes on with. */
  async function reportOngoing(...[context, input, decide]: Parameters<typeof report>) {
    return isSuspended(input.tenantId) ? leaseLost() : report(context, input, decide)
  }

  return {
    async claimStream(_parent, { input }, context) {
      const nodeId = nodeOf(context)
      const { tenantId, cameraId, streamId } = input
      const camera = await readCamera(tenantId, cameraId)
      if (camera.status === 'absent' || isSuspended(tenantId)) {
        return rejection('NOT_FOUND', 'There is no such camera.')
      }
      if (camera.wanted?.streamId !== streamId) {
        return rejection('NOT_WANTED', 'The camera does not want this session.')
      }
      const { session } = camera.wanted
      const lease = { tenantId, streamId, nodeId }
      await leases.takeLease(database, { ...lease, cameraId, expiresAt: leaseEnd() })
      const outcome = await executeCommand(eventLog, {
        stream: streamName('stream', tenantId, streamId),
        initial: noStream,
        evolve: evolveStream,
        read: () => newestOfSession(eventLog, input),
        decide: stream => claimStream(stream, { cameraId, siteId: camera.siteId, session, nodeId }),
        context: { ...context.command(input.commandId), tenantId },
      })
      if (outcome.outcome === 'rejected') {
        await leases.dropUnusedLease(database, lease)
        return rejection(outcome.code, outcome.message)
      }
      // A repeated command is told its old success: whether the node holds the session is what it tells now.
      const stream = await readSession(eventLog, input)
      if (stream.status !== 'held' || stream.nodeId !== nodeId) {
        return rejection('CLAIMED_BY_ANOTHER', 'The session was lost since it was claimed: claim it again.')
      }
      await leases.noteEpoch(database, { ...lease, cameraId, epoch: stream.epoch, expiresAt: leaseEnd() })
      return {
        __typename: 'StreamClaim',
        streamId,
        epoch: stream.epoch,
        position: context.position.encode(outcome.position),
        leaseMs,
      }
    },

    async renewLease(_parent, { input }, context) {
      const { tenantId, streamId, epoch } = input
      const lease = { tenantId, streamId, nodeId: nodeOf(context), epoch }
      const renewed =
        !isSuspended(tenantId) && (await leases.renewLease(database, { ...lease, expiresAt: leaseEnd() }))
      if (!renewed) return leaseLost()
      return { __typename: 'LeaseRenewed', leaseMs }
    },

    reportStreamLive(_parent, { input, video }, context) {
      const format = parseInput(videoFormat, { ...video, profile: video.profile ?? null })
      return reportOngoing(context, input, (stream, reporter) =>
        reportStreamLive(stream, { ...reporter, video: format }),
      )
    },

    reportStreamReconnecting(_parent, { input, reason, detail }, context) {
      const text = parseInput(streamDetail, detail)
      return reportOngoing(context, input, (stream, reporter) =>
        reportStreamReconnecting(stream, { ...reporter, reason, detail: text }),
      )
    },

    reportStreamFailed(_parent, { input, reason, detail }, context) {
      const text = parseInput(streamDetail, detail)
      return reportOngoing(context, input, (stream, reporter) =>
        reportStreamFailed(stream, { ...reporter, reason, detail: text }),
      )
    },

    async reportStreamEnded(_parent, { input }, context) {
      const { tenantId, streamId, epoch } = input
      const nodeId = nodeOf(context)
      const before = await readSession(eventLog, input)
      const camera = before.status === 'unclaimed' ? noCamera : await readCamera(tenantId, before.cameraId)
      const wanted = camera.status === 'registered' && camera.wanted?.streamId === streamId
      const result = await report(context, input, (stream, reporter) =>
        reportStreamEnded(stream, { ...reporter, wanted }),
      )
      if (result.__typename === 'CommandAccepted') {
        const lease = { tenantId, streamId, nodeId }
        // A session that is still wanted was let go of, not ended: the sweeper watches it until it isn't.
        if (wanted) await leases.releaseLease(database, { ...lease, epoch, expiresAt: leaseEnd() })
        else await leases.dropLease(database, { ...lease, epoch })
      }
      return result
    },
  } satisfies MutationResolvers
}

function leaseLost() {
  return rejection('STALE_EPOCH', 'The lease was lost: claim the session again.')
}

function nodeOf(context: RequestContext): string {
  return parseInput(uuid, requirePrincipal(context, 'media_node').id)
}
