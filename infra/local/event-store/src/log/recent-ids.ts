/** The events whose ids are remembered for the idempotency of appends that name no exact revision. */
const remembered = 16_384

/**
 * Which event ids were stored last, and where. EventStoreDB remembers a bounded number too; an index of all ids
 * would cost every append a page of its own on the disk, for a promise that nobody may rely on.
 */
export type RecentIds = {
  /** The revision in that stream, undefined if it isn't there or was stored too long ago. */
  revisionOf(stream: number, id: string): number | undefined
  add(stream: number, id: string, revision: number): void
  /** Forgets all and remembers what `newest` gives, the newest first. */
  reload(newest: (count: number) => Iterable<{ stream: number; id: string; revision: number }>): void
}

/** Remembers nothing at first. */
export function createRecentIds(): RecentIds {
  const revisions = new Map<string, number>()

  function add(stream: number, id: string, revision: number): void {
    revisions.set(`${stream} ${id}`, revision)
    if (revisions.size > remembered) revisions.delete(revisions.keys().next().value!)
  }

  return {
    revisionOf: (stream, id) => revisions.get(`${stream} ${id}`),
    add,
    reload(newest) {
      revisions.clear()
      for (const { stream, id, revision } of [...newest(remembered)].reverse()) add(stream, id, revision)
    },
  }
}
