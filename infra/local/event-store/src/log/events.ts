/** The state a writer expects a stream to be in: the revision of its last event, or one of the named states. */
export type ExpectedRevision = number | 'no_stream' | 'any' | 'stream_exists'

/** An event as a client proposes it; `data` and `metadata` are kept byte for byte. `id` is a lower-case UUID. */
export type ProposedEvent = {
  id: string
  type: string
  isJson: boolean
  data: Uint8Array
  metadata: Uint8Array
}

/** One append: all of its events or none are stored. `deadline` is in milliseconds since the Unix epoch. */
export type Append = {
  stream: string
  expected: ExpectedRevision
  events: readonly ProposedEvent[]
  deadline?: number
}

/**
 * What became of an append. `revision` is that of the stream's last event of this append (-1 for an empty append
 * to an absent stream); `position` is missing when nothing was written; `current` is -1 for an absent stream.
 */
export type AppendOutcome =
  | { outcome: 'appended'; revision: number; position: number | undefined }
  | { outcome: 'wrong expected revision'; current: number }
  | { outcome: 'deadline passed' }

/** A stored event. `position` is its place in `$all`, `created` milliseconds since the Unix epoch. */
export type RecordedEvent = ProposedEvent & {
  stream: string
  revision: number
  position: number
  created: number
}

/** What a filter looks at, without an event's body. */
export type EventHeader = { position: number; stream: string; type: string }

/** The bytes an event counts for against the limit of one append, as EventStoreDB counts them. */
export function appendSize(event: ProposedEvent): number {
  return event.data.length + event.metadata.length + event.type.length * 2
}
