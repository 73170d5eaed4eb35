/** Where a stored event stands, for whoever must find it. */
export interface EventPlace {
  type: string
  stream: string
  revision: number
  /** Log position, decimal; null where the event is not in the log yet. */
  position: string | null
}

/** What the event log itself says; it stays so however often it is asked, but for `EventStoreUnavailableError`. */
export class EventLogError extends Error {
  override name = 'EventLogError'
}

/** The stream is not at the revision that an append expected: somebody else wrote, or it exists already. */
export class WrongExpectedRevisionError extends EventLogError {
  override name = 'WrongExpectedRevisionError'
  readonly stream: string
  readonly expected: 'no_stream' | number
  constructor(stream: string, expected: 'no_stream' | number) {
    super(`stream ${stream} is not at the expected revision ${expected}`)
    this.stream = stream
    this.expected = expected
  }
}

/** The log holds an event of a type, or of a newer version, that this build doesn't know: a newer build wrote it. */
export class UnknownEventTypeError extends EventLogError {
  override name = 'UnknownEventTypeError'
  readonly place: EventPlace
  constructor(place: EventPlace, what: string) {
    super(`${what}: ${placeText(place)}`)
    this.place = place
  }
}

/** An event whose data, metadata or stream is not what its type demands. `faults` names fields, never values. */
export class MalformedEventError extends EventLogError {
  override name = 'MalformedEventError'
  readonly place: EventPlace
  readonly faults: string
  constructor(place: EventPlace, faults: string, options?: ErrorOptions) {
    super(`malformed event ${placeText(place)}: ${faults}`, options)
    this.place = place
    this.faults = faults
  }
}

/** Personal data can't be written: its data key is destroyed or was never made. */
export class DataKeyMissingError extends EventLogError {
  override name = 'DataKeyMissingError'
}

/** The events of one append are larger than the event store takes (1 MiB as it comes). */
export class AppendTooLargeError extends EventLogError {
  override name = 'AppendTooLargeError'
}

/**
 * The event store didn't answer for as long as the caller is willing to wait. What was appended may be in the
 * log or not: repeating the command with the same id is safe.
 */
export class EventStoreUnavailableError extends EventLogError {
  override name = 'EventStoreUnavailableError'
}

/** The store holds another log than the one that was opened: what was computed from the old one is void. */
export class LogReplacedError extends EventLogError {
  override name = 'LogReplacedError'
}

/** The event log was closed while it was in use. */
export class EventLogClosedError extends EventLogError {
  override name = 'EventLogClosedError'
}

function placeText(place: EventPlace): string {
  const position = place.position === null ? '' : ` at position ${place.position}`
  return `${place.type} in ${place.stream}, revision ${place.revision}${position}`
}
