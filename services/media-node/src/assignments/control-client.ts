import { type GraphqlClient, GraphqlRequestError } from '@sightline/schema/client'
import {
  AssignmentsChangedDocument,
  ClaimStreamDocument,
  RenewLeaseDocument,
  ReportStreamEndedDocument,
  ReportStreamFailedDocument,
  ReportStreamLiveDocument,
  ReportStreamReconnectingDocument,
} from '@sightline/schema/operations'
import type { Answer, ControlClient, StreamEpoch, StreamReport } from './assignment.ts'

/** The API knows the node, and it may do nothing: its key was revoked or has expired. */
const endsRights: readonly string[] = ['UNAUTHENTICATED', 'FORBIDDEN']

/** What a media node needs of the API, over GraphQL. */
export function controlClient(graphql: GraphqlClient): ControlClient {
  return {
    followAssignments(onChange) {
      return graphql.subscribe(
        AssignmentsChangedDocument,
        {},
        { next: data => onChange(data.assignmentsChanged) },
      )
    },
    async claimStream({ tenantId, streamId, cameraId }, commandId) {
      const input = { tenantId, streamId, cameraId, commandId }
      const { claimStream } = await graphql.request(ClaimStreamDocument, { input })
      if (claimStream.__typename === 'Rejection') return { outcome: 'rejected', code: claimStream.code }
      return { outcome: 'accepted', epoch: claimStream.epoch }
    },
    async renewLease({ tenantId, streamId, epoch }) {
      const input = { tenantId, streamId, epoch }
      try {
        return answerOf((await graphql.request(RenewLeaseDocument, { input })).renewLease)
      } catch (error) {
        // Whoever is nobody any more holds nothing.
        if (error instanceof GraphqlRequestError && endsRights.includes(error.code)) {
          return { outcome: 'rejected', code: error.code }
        }
        throw error
      }
    },
    async report(epoch, report, commandId) {
      return answerOf(await send(graphql, { ...epoch, commandId }, report))
    },
  }
}

type CommandAnswer = { __typename: 'Rejection'; code: string } | { __typename: string }

function answerOf(answer: CommandAnswer): Answer<object> {
  return 'code' in answer ? { outcome: 'rejected', code: answer.code } : { outcome: 'accepted' }
}

async function send(
  graphql: GraphqlClient,
  input: StreamEpoch & { commandId: string },
  report: StreamReport,
): Promise<CommandAnswer> {
  switch (report.report) {
    case 'live': {
      const { video } = report
      return (await graphql.request(ReportStreamLiveDocument, { input, video })).reportStreamLive
    }
    case 'reconnecting': {
      const { reason, detail } = report
      // A lost node is reported by whoever notices, never by itself.
      if (reason === 'NODE_LOST') throw new Error('a node can not report its own loss')
      const variables = { input, reason, detail }
      return (await graphql.request(ReportStreamReconnectingDocument, variables)).reportStreamReconnecting
    }
    case 'failed': {
      const { reason, detail } = report
      return (await graphql.request(ReportStreamFailedDocument, { input, reason, detail })).reportStreamFailed
    }
    case 'ended':
      return (await graphql.request(ReportStreamEndedDocument, { input })).reportStreamEnded
  }
}
