import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import type { ExpectedRevision } from '../log/events.ts'
import { InvalidRequestError, MissingMetadataError, NotImplementedError } from './messages.ts'

/** The append holds more bytes than one append may. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError'
  readonly maximum: number

  constructor(maximum: number) {
    super(`Maximum Append Size of ${maximum} Exceeded.`)
    this.maximum = maximum
  }
}

/** The stream is not for clients to write to. */
export class WriteForbiddenError extends Error {
  override readonly name = 'WriteForbiddenError'
}

/** The stream was deleted for ever. */
export class StreamDeletedError extends Error {
  override readonly name = 'StreamDeletedError'
  readonly stream: string

  constructor(stream: string) {
    super(`Event stream '${stream}' is deleted.`)
    this.stream = stream
  }
}

/** The deadline passed before anything could be stored. */
export class DeadlinePassedError extends Error {
  override readonly name = 'DeadlinePassedError'

  constructor() {
    super('the deadline passed before anything could be stored')
  }
}

/** A deletion met another revision than it expected; `current` is the stream's last one, -1 for none. */
export class WrongRevisionError extends Error {
  override readonly name = 'WrongRevisionError'
  readonly stream: string
  readonly expected: ExpectedRevision
  readonly current: number

  constructor(stream: string, expected: ExpectedRevision, current: number) {
    super(
      `Delete failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${revisionNumber(expected)}, Actual version: ${current}`,
    )
    this.stream = stream
    this.expected = expected
    this.current = current
  }
}

/** What the named states are as numbers, where an error names what was expected. */
function revisionNumber(expected: ExpectedRevision): number {
  return typeof expected === 'number' ? expected : { no_stream: -1, any: -2, stream_exists: -4 }[expected]
}

/** A failed call as grpc-js takes it: the client tells its errors apart by the trailer `exception`. */
export type CallError = Pick<ServiceError, 'code' | 'details' | 'metadata'>

function callError(code: status, details: string, trailers: Record<string, string> = {}): CallError {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value)
  return { code, details, metadata }
}

/** The server ends; the same call may succeed at its successor. */
export function unavailable(): CallError {
  return callError(status.UNAVAILABLE, 'the event store is shutting down')
}

/** The call's error for whatever was thrown while it was served. */
export function callErrorOf(error: unknown): CallError {
  if (error instanceof MissingMetadataError) {
    return callError(status.INVALID_ARGUMENT, error.message, {
      exception: 'missing-required-metadata-property',
      'required-metadata-properties': error.properties.join(','),
    })
  }
  if (error instanceof AppendTooLargeError) {
    return callError(status.INVALID_ARGUMENT, error.message, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(error.maximum),
    })
  }
  if (error instanceof StreamDeletedError) {
    return callError(status.FAILED_PRECONDITION, error.message, {
      exception: 'stream-deleted',
      'stream-name': trailer(error.stream),
    })
  }
  if (error instanceof WrongRevisionError) {
    return callError(status.FAILED_PRECONDITION, error.message, {
      exception: 'wrong-expected-version',
      'stream-name': trailer(error.stream),
      'expected-version': String(revisionNumber(error.expected)),
      // The client takes an empty one for a stream that isn't there.
      'actual-version': error.current < 0 ? '' : String(error.current),
    })
  }
  if (error instanceof WriteForbiddenError) {
    return callError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' })
  }
  if (error instanceof DeadlinePassedError) return callError(status.DEADLINE_EXCEEDED, error.message)
  if (error instanceof InvalidRequestError) return callError(status.INVALID_ARGUMENT, error.message)
  if (error instanceof NotImplementedError) return callError(status.UNIMPLEMENTED, error.message)
  return callError(status.UNKNOWN, error instanceof Error ? error.message : String(error))
}

/** A trailer holds printable ASCII only; other letters of a name are percent-encoded, as in a URL. */
function trailer(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, encodeURIComponent)
}
