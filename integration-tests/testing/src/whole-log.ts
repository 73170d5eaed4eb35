import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import { createLogger } from '@sightline/logging/logging'
import type { System } from './system.ts'

/** The log of a system, opened by somebody who only reads and has no right to keys. */
export function openLog(system: System): Promise<EventLog> {
  return openEventLog({
    connectionString: system.eventStoreUrl,
    dataKeys: null,
    logger: createLogger({ name: 'log reader', level: 'silent' }),
    create: false,
  })
}

/** Every event from the first to the last. */
export async function wholeLog(log: EventLog): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = []
  for await (const batch of log.readAll({ after: null, live: false })) events.push(...batch)
  return events
}

/** A reader that is there from the beginning and remembers what it was told. */
export interface LogWitness {
  readonly seen: readonly RecordedEvent[]
  close(): Promise<void>
}

/** Follows the log through whatever happens to the store. */
export function witnessLog(log: EventLog): LogWitness {
  const seen: RecordedEvent[] = []
  const ending = new AbortController()
  const following = (async () => {
    for await (const batch of log.readAll({ after: null, signal: ending.signal })) seen.push(...batch)
  })()
  following.catch(() => {})
  return {
    seen,
    async close() {
      ending.abort()
      await following
    },
  }
}

/** What the sightings of one camera tell. */
export interface SightingStory {
  sightingId: string
  previousSightingId: string | null
  /** Why it ended; null while it is open. */
  ended: 'LEFT' | 'STREAM_ENDED' | 'UNOBSERVED' | null
}

/**
 * The sightings of a camera before which one person stands, in order.
 * @throws Error where one was opened twice or while another was open, or ended what was not open
 */
export function sightingStories(events: readonly RecordedEvent[], cameraId: string): SightingStory[] {
  const stories: SightingStory[] = []
  for (const event of events) {
    if (!event.stream.startsWith('sighting-') || !event.stream.endsWith(cameraId)) continue
    const last = stories.at(-1)
    if (event.type === 'SightingOpened') {
      const { sightingId, previousSightingId } = event.data
      if (last?.ended === null) throw new Error(`${sightingId} was opened while ${last.sightingId} was open`)
      if (stories.some(story => story.sightingId === sightingId))
        throw new Error(`${sightingId} opened twice`)
      stories.push({ sightingId, previousSightingId, ended: null })
    } else if ('sightingId' in event.data) {
      if (last?.sightingId !== event.data.sightingId || last.ended !== null)
        throw new Error(`${event.type} of ${event.data.sightingId}, which is not open`)
      if (event.type === 'SightingClosed') last.ended = event.data.reason
    }
  }
  return stories
}
