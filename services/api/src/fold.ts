import type { EventLog } from '@sightline/event-log/event-log'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'

/** The part of the event log that reading a stream needs. */
export type StreamReader = Pick<EventLog, 'readStream'>

/**
 * What a stream tells, for a decision on another stream: only the stream that a command appends to is guarded
 * by its revision.
 */
export async function foldStream<State, Event>(
  eventLog: StreamReader,
  stream: string,
  initial: State,
  evolve: (state: State, event: RecordedEvent & Event) => State,
): Promise<State> {
  const events = await eventLog.readStream(stream)
  // A stream holds events of its own category alone: the event log checks it.
  return events.reduce((state, event) => evolve(state, event as RecordedEvent & Event), initial)
}
