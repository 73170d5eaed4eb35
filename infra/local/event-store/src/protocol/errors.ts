import { Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { InvalidRequestError, MissingMetadataError, NotImplementedError } from './messages.ts'

/** A failed call as grpc-js takes it: the client tells its errors apart by the trailer `exception`. */
export type CallError = Pick<ServiceError, 'code' | 'details' | 'metadata'>

function callError(code: status, details: string, trailers: Record<string, string> = {}): CallError {
  const metadata = new Metadata()
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value)
  return { code, details, metadata }
}

/** The events of one append are larger than `maximum` bytes. */
export function maximumAppendSizeExceeded(maximum: number): CallError {
  return callError(status.INVALID_ARGUMENT, `Maximum Append Size of ${maximum} Exceeded.`, {
    exception: 'maximum-append-size-exceeded',
    'maximum-append-size': String(maximum),
  })
}

/** What only the server itself may do. */
export function accessDenied(): CallError {
  return callError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' })
}

/** Nothing of the append is stored. */
export function deadlineExceeded(): CallError {
  return callError(status.DEADLINE_EXCEEDED, 'the deadline passed before the events could be stored')
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
  if (error instanceof InvalidRequestError) return callError(status.INVALID_ARGUMENT, error.message)
  if (error instanceof NotImplementedError) return callError(status.UNIMPLEMENTED, error.message)
  return callError(status.UNKNOWN, error instanceof Error ? error.message : String(error))
}
