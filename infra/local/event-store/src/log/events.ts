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
  deadline?: number | undefined
}

/**
 * The end of a stream. `soft` hides what it holds until somebody appends to it again, `hard` ends it for ever.
 * `id` becomes that of the event which says so.
 */
export type Deletion = {
  stream: string
  expected: ExpectedRevision
  kind: 'soft' | 'hard'
  id: string
  deadline?: number | undefined
}

/** Why nothing was written. `current` is -1 for a stream without events, a deleted stream is one for ever. */
export type Refusal =
  | { outcome: 'wrong expected revision'; current: number }
  | { outcome: 'stream deleted' }
  | { outcome: 'deadline passed' }

/**
 * What became of an append. `revision` is that of the stream's last event of this append (-1 for an empty append
 * to an absent stream); `position` is missing when nothing was written.
 */
export type AppendOutcome = { outcome: 'appended'; revision: number; position: number | undefined } | Refusal

/** What became of a deletion. `position` is that of the event which says so. */
export type DeletionOutcome = { outcome: 'deleted'; position: number } | Refusal

/** The revision of the event that ends a stream for ever: no other can follow it. */
export const tombstoneRevision = Number.MAX_SAFE_INTEGER

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
