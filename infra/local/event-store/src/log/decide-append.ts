import type { ExpectedRevision } from './events.ts'

/** What the decision needs to know of the stream; `current` is the last revision, -1 for a stream without events. */
export type WrittenStream = {
  current: number
  deletion: 'none' | 'soft' | 'hard'
  hasMetadata: () => boolean
  idAt: (revision: number) => string | undefined
  revisionOf: (id: string) => number | undefined
}

/** `repeat` means that the events are stored already, the last of them at `revision`. */
export type AppendDecision =
  | { decision: 'append' }
  | { decision: 'repeat'; revision: number }
  | { decision: 'refuse' }
  | { decision: 'deleted' }

/**
 * EventStoreDB's rules for expected revisions and idempotency by event id. An exact revision that the stream has
 * passed is a repeat if precisely these events follow it; `any` and `stream_exists` are a repeat if all ids are
 * in the stream already. A partial match is never a repeat. A soft deleted stream counts as absent, but goes on
 * numbering; metadata alone makes a stream exist.
 */
export function decideAppend(
  stream: WrittenStream,
  expected: ExpectedRevision,
  ids: readonly string[],
): AppendDecision {
  if (stream.deletion === 'hard') return { decision: 'deleted' }
  if (expected === 'stream_exists') {
    if (stream.deletion === 'soft') return { decision: 'deleted' }
    if (stream.current < 0 && !stream.hasMetadata()) return { decision: 'refuse' }
  }
  if (expected === 'any' || expected === 'stream_exists') return decideByIds(stream, ids)

  const exact = expected === 'no_stream' ? -1 : expected
  if (exact === stream.current) return { decision: 'append' }
  if (exact > stream.current) return { decision: 'refuse' }
  for (const [index, id] of ids.entries()) {
    if (stream.idAt(exact + 1 + index) === id) continue
    const startsAnew = index === 0 && expected === 'no_stream' && stream.deletion === 'soft'
    return { decision: startsAnew ? 'append' : 'refuse' }
  }
  return ids.length > 0 ? { decision: 'repeat', revision: exact + ids.length } : { decision: 'refuse' }
}

function decideByIds(stream: WrittenStream, ids: readonly string[]): AppendDecision {
  let last: number | undefined
  for (const [index, id] of ids.entries()) {
    const revision = stream.revisionOf(id)
    if (revision === undefined) return { decision: index === 0 ? 'append' : 'refuse' }
    last = revision
  }
  return last === undefined ? { decision: 'append' } : { decision: 'repeat', revision: last }
}
