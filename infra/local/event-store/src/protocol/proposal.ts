import type { ExpectedRevision, ProposedEvent } from '../log/events.ts'
import { appendSize } from '../log/events.ts'
import { clampedInteger, InvalidRequestError, NotImplementedError, proposedEvent } from './messages.ts'

/** The append holds more than one append may. */
export class AppendTooLargeError extends Error {
  override readonly name = 'AppendTooLargeError'
}

/** The stream is not for clients to append to. */
export class AppendForbiddenError extends Error {
  override readonly name = 'AppendForbiddenError'
}

/**
 * The events of one append as they arrive. What is wrong with them is told at the end, when the client listens;
 * until then what follows is dropped, so that no append holds more than the limit in memory.
 */
export type Proposal = {
  add(message: Parameters<typeof proposedEvent>[0]): void
  /** @throws AppendTooLargeError, InvalidRequestError, MissingMetadataError, NotImplementedError */
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
        if (size > maximumAppendSize)
          throw new AppendTooLargeError(`more than ${maximumAppendSize} bytes in one append`)
        if (event.type === '$>') throw new NotImplementedError('links are not implemented')
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

/** @throws AppendForbiddenError, NotImplementedError */
export function checkAppendable(stream: string): void {
  if (stream === '$all') throw new AppendForbiddenError('nothing can be appended to $all')
  if (stream.startsWith('$$')) throw new NotImplementedError('stream metadata is not implemented')
}

type ExpectedOptions = {
  hasNoStream(): boolean
  hasAny(): boolean
  hasStreamExists(): boolean
}

/** @param revision - the uint64 of the request, undefined where it gives none. @throws InvalidRequestError */
export function expectedRevision(options: ExpectedOptions, revision: string | undefined): ExpectedRevision {
  if (options.hasNoStream()) return 'no_stream'
  if (options.hasAny()) return 'any'
  if (options.hasStreamExists()) return 'stream_exists'
  if (revision === undefined) throw new InvalidRequestError('an append names the revision that it expects')
  return clampedInteger(revision)
}
