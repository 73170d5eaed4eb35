import type { SightlineEvent } from '@sightline/contracts/events'
import type { EventMetadata } from '@sightline/contracts/metadata'

/** Where and when an event stands in the log. */
export interface Recording {
  /** UUID: uuidv5(command id, index); of a sighting's events random, made with the decision. */
  id: string
  stream: string
  /** 0, 1, 2 … in its stream. */
  revision: number
  /** Commit position in the whole log: grows from event to event, with gaps. */
  position: bigint
  /** When the store wrote it, by the store's clock. */
  created: Date
  metadata: EventMetadata
}

/** A type of event together with its place in the log. */
export type Recorded<Event> = Event & Recording

/**
 * An event as read: of the newest version. Personal texts are in the clear or `{ erased: true }`; encrypted
 * values (addresses, vectors) stay sealed.
 */
export type RecordedEvent = Recorded<SightlineEvent>

/** What a writer says of an event beside its data; schema version and salt are added when it is encoded. */
export type EventContext = Omit<EventMetadata, 'schemaVersion' | 'salt'>

/** An event to be appended. `id` must be the same whenever the same append is repeated. */
export type EventToAppend = SightlineEvent & { id: string; metadata: EventContext }
