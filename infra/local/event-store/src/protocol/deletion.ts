import { randomUUID } from 'node:crypto'
import type {
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import type { handleUnaryCall, ServerUnaryCall } from '@grpc/grpc-js'
import type { EventLog } from '../log/event-log.ts'
import type { Deletion } from '../log/events.ts'
import { callErrorOf, DeadlinePassedError, StreamDeletedError, WrongRevisionError } from './errors.ts'
import { deadlineOf, InvalidRequestError, streamName } from './messages.ts'
import { checkDeletable, expectedRevision } from './proposal.ts'

type Options = DeleteReq.Options | TombstoneReq.Options

/** Serves `Delete`: the stream is gone until it is appended to again. */
export function createDeleteHandler(log: EventLog): handleUnaryCall<DeleteReq, DeleteResp> {
  return (call, answer) => {
    carryOut(log, 'soft', call, call.request.getOptions()).then(
      position =>
        answer(
          null,
          new streams.DeleteResp().setPosition(
            new streams.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position),
          ),
        ),
      error => answer(callErrorOf(error)),
    )
  }
}

/** Serves `Tombstone`: the stream is gone for ever. */
export function createTombstoneHandler(log: EventLog): handleUnaryCall<TombstoneReq, TombstoneResp> {
  return (call, answer) => {
    carryOut(log, 'hard', call, call.request.getOptions()).then(
      position =>
        answer(
          null,
          new streams.TombstoneResp().setPosition(
            new streams.TombstoneResp.Position().setCommitPosition(position).setPreparePosition(position),
          ),
        ),
      error => answer(callErrorOf(error)),
    )
  }
}

/** Gives the position of the event that says so. @throws what `callErrorOf` knows */
async function carryOut(
  log: EventLog,
  kind: Deletion['kind'],
  call: ServerUnaryCall<unknown, unknown>,
  options: Options | undefined,
): Promise<string> {
  if (!options) throw new InvalidRequestError('a deletion needs options')
  const stream = streamName(options.getStreamIdentifier())
  checkDeletable(stream)
  const expected = expectedRevision(options, options.hasRevision() ? options.getRevision() : undefined)
  const id = randomUUID()
  const outcome = await log.delete({ stream, expected, kind, id, deadline: deadlineOf(call) })
  switch (outcome.outcome) {
    case 'deleted':
      return String(outcome.position)
    case 'stream deleted':
      throw new StreamDeletedError(stream)
    case 'deadline passed':
      throw new DeadlinePassedError()
    case 'wrong expected revision':
      throw new WrongRevisionError(stream, expected, outcome.current)
  }
}
