import type { ExpectedRevision } from './events.ts'

/** What the decision needs to know of the stream; `current` is the last revision, -1 for an absent stream. */
export type StreamState = {
  current: number
  idAt: (revision: number) => string | undefined
  revisionOf: (id: string) => number | undefined
}

/** `repeat` means that the events are stored already, the last of them at `revision`. */
export type AppendDecision =
  | { decision: 'append' }
  | { decision: 'repeat'; revision: number }
  | { decision: 'refuse' }

/**
 * EventStoreDB's rules for expected revisions and idempotency by event id. An exact revision that the stream has
 * passed is a repeat if precisely these events follow it; `any` and `stream_exists` are a repeat if all ids are
 * in the stream already. A partial match is never a repeat.
 */
export function decideAppend(
  state: StreamState,
  expected: ExpectedRevision,
  ids: readonly string[],
): AppendDecision {
  if (expected === 'any' || expected === 'stream_exists') {
    if (expected === 'stream_exists' && state.current < 0) return { decision: 'refuse' }
    let last: number | undefined
    for (const [index, id] of ids.entries()) {
      const revision = state.revisionOf(id)
      if (revision === undefined) return index === 0 ? { decision: 'append' } : { decision: 'refuse' }
      last = revision
    }
    return last === undefined ? { decision: 'append' } : { decision: 'repeat', revision: last }
  }
  const exact = expected === 'no_stream' ? -1 : expected
  if (exact === state.current) return { decision: 'append' }
  if (exact > state.current || ids.length === 0) return { decision: 'refuse' }
  for (const [index, id] of ids.entries()) {
    if (state.idAt(exact + 1 + index) !== id) return { decision: 'refuse' }
  }
  return { decision: 'repeat', revision: exact + ids.length }
}
