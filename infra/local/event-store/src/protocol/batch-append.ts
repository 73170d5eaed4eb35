import { createRequire } from 'node:module'
import code from '@eventstore/db-client/generated/code_pb.js'
import shared from '@eventstore/db-client/generated/shared_pb.js'
import type { Status } from '@eventstore/db-client/generated/status_pb.js'
import status from '@eventstore/db-client/generated/status_pb.js'
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import { status as grpcStatus, type ServerDuplexStream } from '@grpc/grpc-js'
import type { EventLog } from '../log/event-log.ts'
import type { AppendOutcome } from '../log/events.ts'
import {
  AppendTooLargeError,
  type CallError,
  callErrorOf,
  DeadlinePassedError,
  StreamDeletedError,
  unavailable,
  WriteForbiddenError,
} from './errors.ts'
import { InvalidRequestError, streamIdentifier, streamName, uuidFrom, uuidMessage } from './messages.ts'
import { checkAppendable, createProposal, expectedRevision, type Proposal } from './proposal.ts'

// The well-known types must come from the same copy of the runtime as the client's generated messages.
const fromClient = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'))
const { Any } = fromClient(
  'google-protobuf/google/protobuf/any_pb.js',
) as typeof import('google-protobuf/google/protobuf/any_pb.js')
const { Empty } = fromClient(
  'google-protobuf/google/protobuf/empty_pb.js',
) as typeof import('google-protobuf/google/protobuf/empty_pb.js')

type Options = BatchAppendReq.Options
type Call = ServerDuplexStream<BatchAppendReq, BatchAppendResp>
type Batch = {
  options: Options | undefined
  proposal: Proposal
  /** Answers a batch whose last chunk doesn't come in time. */
  timer: NodeJS.Timeout | undefined
}

/** Longer than this no timer of Node.js waits, in milliseconds. */
const longestTimer = 2 ** 31 - 1

/** Serves `BatchAppend`: appends in chunks, told apart by correlation id, each answered once its last chunk is stored. */
export function createBatchAppendHandler(log: EventLog, maximumAppendSize: number) {
  const open = new Set<(error: CallError) => void>()

  function batchAppend(call: Call): void {
    const batches = new Map<string, Batch>()
    /** Batches that are answered already, of which chunks may still come. */
    const late = new Set<string>()
    let unanswered = 0
    let requestsEnded = false

    const failWith = (error: CallError): void => {
      open.delete(failWith)
      call.emit('error', error)
    }
    open.add(failWith)
    for (const end of ['close', 'cancelled', 'error']) {
      call.on(end, () => {
        open.delete(failWith)
        for (const { timer } of batches.values()) clearTimeout(timer)
        batches.clear()
      })
    }

    function answer(response: BatchAppendResp): void {
      unanswered -= 1
      if (!call.writable) return
      // A client that doesn't read its answers isn't read either, so they can't pile up.
      if (!call.write(response) && !call.isPaused()) {
        call.pause()
        call.once('drain', () => call.resume())
      }
      if (requestsEnded && unanswered === 0) call.end()
    }

    function finish(correlationId: string, batch: Batch): void {
      clearTimeout(batch.timer)
      batches.delete(correlationId)
      unanswered += 1
      store(correlationId, batch).then(answer)
    }

    async function store(correlationId: string, { options, proposal }: Batch): Promise<BatchAppendResp> {
      const response = new streams.BatchAppendResp()
        .setCorrelationId(uuidMessage(correlationId))
        .setStreamIdentifier(streamIdentifier(''))
      try {
        if (!options) throw new InvalidRequestError('a batch begins with its options')
        const stream = streamName(options.getStreamIdentifier())
        response.setStreamIdentifier(streamIdentifier(stream))
        repeatExpectation(options, response)
        checkAppendable(stream)
        const revision = options.hasStreamPosition() ? options.getStreamPosition() : undefined
        const expected = expectedRevision(options, revision)
        const deadline = deadlineIn(options)
        if (deadline !== undefined && deadline <= Date.now()) throw new DeadlinePassedError()
        const outcome = await log.append({ stream, expected, events: proposal.events(), deadline })
        switch (outcome.outcome) {
          case 'appended':
            return response.setSuccess(success(outcome))
          case 'wrong expected revision':
            return response.setError(wrongExpectedVersion(outcome.current, options))
          case 'stream deleted':
            throw new StreamDeletedError(stream)
          case 'deadline passed':
            throw new DeadlinePassedError()
        }
      } catch (error) {
        return response.setError(failure(error))
      }
    }

    call.on('data', (request: BatchAppendReq) => {
      let correlationId: string
      try {
        correlationId = uuidFrom(request.getCorrelationId())
      } catch (error) {
        failWith(callErrorOf(error))
        return
      }
      const isFinal = request.getIsFinal()
      if (late.has(correlationId)) {
        if (isFinal) late.delete(correlationId)
        return
      }
      const batch = batches.get(correlationId) ?? {
        options: undefined,
        proposal: createProposal(maximumAppendSize),
        timer: undefined,
      }
      batch.options ??= request.getOptions()
      for (const message of request.getProposedMessagesList()) batch.proposal.add(message)
      if (isFinal) {
        finish(correlationId, batch)
        return
      }
      batches.set(correlationId, batch)
      batch.timer ??= timerFor(batch, () => {
        late.add(correlationId)
        finish(correlationId, batch)
      })
    })
    call.once('end', () => {
      requestsEnded = true
      if (unanswered === 0) call.end()
    })
  }

  return {
    batchAppend,
    endAll() {
      for (const failWith of [...open]) failWith(unavailable())
    },
  }
}

/** When the caller stops waiting for the batch, in ms since the Unix epoch. */
function deadlineIn(options: Options): number | undefined {
  return options.getDeadline()?.toDate().getTime()
}

function timerFor({ options }: Batch, giveUp: () => void): NodeJS.Timeout | undefined {
  const deadline = options && deadlineIn(options)
  if (deadline === undefined || deadline - Date.now() > longestTimer) return undefined
  return setTimeout(giveUp, deadline - Date.now() + 1)
}

function repeatExpectation(options: Options, response: BatchAppendResp): void {
  const empty = new Empty()
  if (options.hasStreamPosition()) response.setStreamPosition(options.getStreamPosition())
  else if (options.hasNoStream()) response.setNoStream(empty)
  else if (options.hasStreamExists()) response.setStreamExists(empty)
  else response.setAny(empty)
}

function success({ revision, position }: AppendOutcome & { outcome: 'appended' }): BatchAppendResp.Success {
  const message = new streams.BatchAppendResp.Success()
  if (revision < 0) message.setNoStream(new Empty())
  else message.setCurrentRevision(String(revision))
  if (position === undefined) return message.setNoPosition(new Empty())
  return message.setPosition(
    new shared.AllStreamPosition().setCommitPosition(String(position)).setPreparePosition(String(position)),
  )
}

function wrongExpectedVersion(current: number, options: Options): Status {
  const empty = new Empty()
  const details = new shared.WrongExpectedVersion()
  if (current < 0) details.setCurrentNoStream(empty)
  else details.setCurrentStreamRevision(String(current))
  if (options.hasStreamPosition()) details.setExpectedStreamPosition(options.getStreamPosition())
  else if (options.hasNoStream()) details.setExpectedNoStream(empty)
  else if (options.hasStreamExists()) details.setExpectedStreamExists(empty)
  else details.setExpectedAny(empty)
  return statusOf(
    code.Code.ALREADY_EXISTS,
    'WrongExpectedVersion',
    details,
    'Append failed due to wrong expected version.',
  )
}

function failure(error: unknown): Status {
  if (error instanceof AppendTooLargeError) {
    const details = new shared.MaximumAppendSizeExceeded().setMaxappendsize(error.maximum)
    return statusOf(code.Code.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', details, error.message)
  }
  if (error instanceof StreamDeletedError) {
    const details = new shared.StreamDeleted().setStreamIdentifier(streamIdentifier(error.stream))
    return statusOf(code.Code.NOT_FOUND, 'StreamDeleted', details, error.message)
  }
  if (error instanceof WriteForbiddenError) {
    return statusOf(code.Code.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied(), error.message)
  }
  if (error instanceof DeadlinePassedError) {
    return statusOf(code.Code.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout(), error.message)
  }
  const { code: grpcCode, details: message } = callErrorOf(error)
  if (grpcCode === grpcStatus.UNKNOWN) {
    return statusOf(code.Code.UNKNOWN, 'Unknown', new shared.Unknown(), message)
  }
  const details = new shared.BadRequest().setMessage(message)
  return statusOf(code.Code.INVALID_ARGUMENT, 'BadRequest', details, message)
}

/** The client reads the details before anything else, so there are always some. */
function statusOf(
  statusCode: Parameters<Status['setCode']>[0],
  name: string,
  details: { serializeBinary(): Uint8Array },
  message: string,
): Status {
  const any = new Any()
  any.pack(details.serializeBinary(), `event_store.client.${name}`)
  return new status.Status().setCode(statusCode).setMessage(message).setDetails(any)
}
