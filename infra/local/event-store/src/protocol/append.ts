import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { AppendReq, AppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { ServerReadableStream, sendUnaryData } from '@grpc/grpc-js'
import type { EventLog } from '../log/event-log.ts'
import type { AppendOutcome } from '../log/events.ts'
import { callErrorOf, DeadlinePassedError, StreamDeletedError } from './errors.ts'
import { deadlineOf, InvalidRequestError, streamName } from './messages.ts'
import { checkAppendable, createProposal, expectedRevision } from './proposal.ts'

type Options = AppendReq.Options

/** Serves the unary `Append`: options first, then one message an event, and one answer. */
export function createAppendHandler(log: EventLog, maximumAppendSize: number) {
  return (call: ServerReadableStream<AppendReq, AppendResp>, answer: sendUnaryData<AppendResp>): void => {
    const proposal = createProposal(maximumAppendSize)
    let options: Options | undefined

    async function store(): Promise<AppendResp> {
      if (!options) throw new InvalidRequestError('an append begins with its options')
      const stream = streamName(options.getStreamIdentifier())
      checkAppendable(stream)
      const revision = options.hasRevision() ? options.getRevision() : undefined
      const expected = expectedRevision(options, revision)
      const events = proposal.events()
      const outcome = await log.append({ stream, expected, events, deadline: deadlineOf(call) })
      return answerOf(outcome, stream, options)
    }

    call.on('data', (request: AppendReq) => {
      const message = request.getProposedMessage()
      if (message) proposal.add(message)
      else options ??= request.getOptions()
    })
    call.once('end', () => {
      if (call.cancelled) return
      store().then(
        response => answer(null, response),
        error => answer(callErrorOf(error)),
      )
    })
    // A call that breaks off appends nothing, and there is nobody to tell.
    call.on('error', () => {})
  }
}

function answerOf(outcome: AppendOutcome, stream: string, options: Options): AppendResp {
  switch (outcome.outcome) {
    case 'appended':
      return new streams.AppendResp().setSuccess(success(outcome))
    case 'wrong expected revision':
      return new streams.AppendResp().setWrongExpectedVersion(wrongExpectedVersion(outcome.current, options))
    case 'stream deleted':
      throw new StreamDeletedError(stream)
    case 'deadline passed':
      throw new DeadlinePassedError()
  }
}

function success({ revision, position }: AppendOutcome & { outcome: 'appended' }): AppendResp.Success {
  const message = new streams.AppendResp.Success()
  if (revision < 0) message.setNoStream(new shared.Empty())
  else message.setCurrentRevision(String(revision))
  if (position === undefined) return message.setNoPosition(new shared.Empty())
  return message.setPosition(
    new streams.AppendResp.Position()
      .setCommitPosition(String(position))
      .setPreparePosition(String(position)),
  )
}

function wrongExpectedVersion(current: number, options: Options): AppendResp.WrongExpectedVersion {
  const message = new streams.AppendResp.WrongExpectedVersion()
  const empty = new shared.Empty()
  if (current < 0) message.setCurrentNoStream(empty).setNoStream2060(empty)
  else message.setCurrentRevision(String(current)).setCurrentRevision2060(current)
  if (options.hasRevision()) message.setExpectedRevision(options.getRevision())
  else if (options.hasNoStream()) message.setExpectedNoStream(empty)
  else if (options.hasStreamExists()) message.setExpectedStreamExists(empty)
  else message.setExpectedAny(empty)
  return message
}
