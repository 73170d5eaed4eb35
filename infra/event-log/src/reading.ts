import type {
  AllStreamResolvedEvent,
  EventStoreDBClient,
  ResolvedEvent,
  StreamingRead,
} from '@eventstore/db-client'
import type { RawEvent } from './encoding.ts'
import { EventStoreUnavailableError } from './errors.ts'

/** A read that neither ends nor fails for so long is given up, ms; the client itself has no deadline for reads. */
const SILENCE_MS = 10_000

/** The store said nothing for too long. */
export class StoreSilentError extends EventStoreUnavailableError {
  override name = 'StoreSilentError'
}

/** Reads a stream of answers to its end, in order. */
export function collect<Event>(source: StreamingRead<Event>, silenceMs = SILENCE_MS): Promise<Event[]> {
  return new Promise((resolve, reject) => {
    const events: Event[] = []
    const timer = setTimeout(
      () => settle(new StoreSilentError('the event store fell silent while reading')),
      silenceMs,
    )
    function settle(error?: unknown) {
      clearTimeout(timer)
      if (error === undefined) return resolve(events)
      reject(error)
      // The call may never have been made, and then there is nothing to cancel.
      source.cancel().catch(() => {})
    }
    source.on('data', (event: Event) => {
      events.push(event)
      timer.refresh()
    })
    source.on('end', () => settle())
    source.on('error', settle)
  })
}

/** What the store gave, in the shape that the codec takes. Undefined for a link whose target is gone. */
export function rawEvent(resolved: ResolvedEvent | AllStreamResolvedEvent): RawEvent | undefined {
  const { event } = resolved
  if (!event) return undefined
  return {
    id: event.id,
    stream: event.streamId,
    revision: Number(event.revision),
    position: event.position!.commit,
    created: event.created,
    type: event.type,
    data: event.data,
    metadata: event.metadata,
  }
}

/**
 * The position of the newest event that is not the store's own, or null.
 * @param silenceMs how long the store may say nothing
 */
export async function lastApplicationPosition(
  client: EventStoreDBClient,
  silenceMs?: number,
): Promise<bigint | null> {
  let from: 'end' | { commit: bigint; prepare: bigint } = 'end'
  for (let maxCount = 16; ; maxCount = Math.min(maxCount * 4, 4_096)) {
    const page: AllStreamResolvedEvent[] = await collect(
      client.readAll({ direction: 'backwards', fromPosition: from, maxCount }),
      silenceMs,
    )
    for (const { event } of page) {
      if (event && !event.type.startsWith('$')) return event.position.commit
    }
    const last = page.at(-1)?.event
    if (page.length < maxCount || !last) return null
    from = last.position
  }
}
