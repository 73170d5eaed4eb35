/** Where a stored event stands, for whoever must find it. */
export interface EventPlace {
  type: string
  stream: string
  revision: number
  /** Log position, decimal; null where the event is not in the log yet. */
  position: string | null
}

/** What the event log itself says; it stays so however often it is asked, but for `EventStoreUnavailable`. */
export class EventLogError extends Error {
  override name = 'EventLogError'
}

/** The stream is not at the revision that an append expected: somebody else wrote, or it exists already. */
export class WrongExpectedRevision extends EventLogError {
  override name = 'WrongExpectedRevision'
  readonly stream: string
  readonly expected: 'no_stream' | number
  constructor(stream: string, expected: 'no_stream' | number) {
    super(`stream ${stream} is not at the expected revision ${expected}`)
    this.stream = stream
    this.expected = expected
  }
}

/** The log holds an event of a type, or of a newer version, that this build doesn't know: a newer build wrote it. */
export class UnknownEventType extends EventLogError {
  override name = 'UnknownEventType'
  readonly place: EventPlace
  constructor(place: EventPlace, what: string) {
    super(`${what}: ${placeText(place)}`)
    this.place = place
  }
}

/** An event whose data, metadata or stream is not what its type demands. `faults` names fields, never values. */
export class MalformedEvent extends EventLogError {
  override name = 'MalformedEvent'
  readonly place: EventPlace
  readonly faults: string
  constructor(place: EventPlace, faults: string, options?: ErrorOptions) {
    super(`malformed event ${placeText(place)}: ${faults}`, options)
    this.place = place
    this.faults = faults
  }
}

/** Personal data can't be written: its data key is destroyed or was never made. */
export class DataKeyMissing extends EventLogError {
  override name = 'DataKeyMissing'
}

/** The events of one append are larger than the event store takes (1 MiB as it comes). */
export class AppendTooLarge extends EventLogError {
  override name = 'AppendTooLarge'
}

/**
 * The event store didn't answer for as long as the caller is willing to wait. What was appended may be in the
 * log or not: repeating the command with the same id is safe.
 */
export class EventStoreUnavailable extends EventLogError {
  override name = 'EventStoreUnavailable'
}

/** The store holds another log than the one that was opened: what was computed from the old one is void. */
export class LogReplaced extends EventLogError {
  override name = 'LogReplaced'
}

/** The event log was closed while it was in use. */
export class EventLogClosed extends EventLogError {
  override name = 'EventLogClosed'
}

function placeText(place: EventPlace): string {
  const position = place.position === null ? '' : ` at position ${place.position}`
  return `${place.type} in ${place.stream}, revision ${place.revision}${position}`
}
