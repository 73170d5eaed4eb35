import type { ExpectedRevision, ProposedEvent } from '../log/events.ts'
import { appendSize } from '../log/events.ts'
import { isMetastream, originalOf } from '../log/system-streams.ts'
import { AppendTooLargeError, WriteForbiddenError } from './errors.ts'
import { clampedInteger, InvalidRequestError, proposedEvent } from './messages.ts'

/**
 * The events of one append as they arrive. What is wrong with them is told at the end, when the client listens;
 * until then what follows is dropped, so that no append holds more than the limit in memory.
 */
export type Proposal = {
  add(message: Parameters<typeof proposedEvent>[0]): void
  /** @throws AppendTooLargeError, InvalidRequestError, MissingMetadataError */
  events(): ProposedEvent[]
}

/** Collects the events of one append. @param maximumAppendSize bytes */
export function createProposal(maximumAppendSize: number): Proposal {
  let events: ProposedEvent[] = []
  let size = 0
  let failure: unknown

  function fail(error: unknown): void {
    failure = error
    events = []
  }

  return {
    add(message) {
      if (failure !== undefined) return
      try {
        const event = proposedEvent(message)
        size += appendSize(event)
        if (size > maximumAppendSize) throw new AppendTooLargeError(maximumAppendSize)
        events.push(event)
      } catch (error) {
        fail(error)
      }
    },
    events() {
      if (failure !== undefined) throw failure
      return events
    },
  }
}

/** Nobody appends to `$all`, and metadata has no metadata. @throws WriteForbiddenError */
export function checkAppendable(stream: string): void {
  if (stream === '$all') throw new WriteForbiddenError('nothing can be appended to $all')
  if (isMetastream(stream) && isMetastream(originalOf(stream))) {
    throw new WriteForbiddenError('the metadata of a stream has no metadata of its own')
  }
}

/** The metadata of a stream goes with it and not alone. @throws WriteForbiddenError */
export function checkDeletable(stream: string): void {
  if (stream === '$all') throw new WriteForbiddenError('$all can not be deleted')
  if (isMetastream(stream)) throw new WriteForbiddenError('the metadata of a stream can not be deleted')
}

/** The part of a request that says which revision it expects. */
export type ExpectedOptions = {
  hasNoStream(): boolean
  hasAny(): boolean
  hasStreamExists(): boolean
}

/** @param revision - the uint64 of the request, undefined where it gives none. @throws InvalidRequestError */
export function expectedRevision(options: ExpectedOptions, revision: string | undefined): ExpectedRevision {
  if (options.hasNoStream()) return 'no_stream'
  if (options.hasAny()) return 'any'
  if (options.hasStreamExists()) return 'stream_exists'
  if (revision === undefined) throw new InvalidRequestError('the expected revision must be named')
  return clampedInteger(revision)
}
