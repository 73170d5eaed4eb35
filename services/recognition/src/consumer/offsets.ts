/**
 * Which frames of the assigned partitions are unfinished, so that only what lies before the lowest of them is
 * committed.
 */
export interface Offsets {
  assign(partition: number): void
  /** What finishes later of this partition is nobody's business here any more. */
  revoke(partition: number): void
  /** Notes that an offset was read and isn't finished; offsets of a partition come in ascending order. */
  begin(partition: number, offset: bigint): void
  finish(partition: number, offset: bigint): void
  /** Notes that everything before `nextOffset` was read. */
  read(partition: number, nextOffset: bigint): void
  /** The partitions whose lowest unfinished offset isn't committed yet, with that offset. */
  due(): { partition: number; nextOffset: bigint }[]
  committed(partition: number, nextOffset: bigint): void
}

interface Progress {
  next: bigint | null
  committed: bigint | null
  unfinished: Set<bigint>
}

/** Knows no partition at first. */
export function createOffsets(): Offsets {
  const partitions = new Map<number, Progress>()
  /** A set keeps the order in which offsets came: the first is the lowest. */
  function lowest({ next, unfinished }: Progress): bigint | null {
    for (const offset of unfinished) return offset
    return next
  }
  return {
    assign: partition =>
      void partitions.set(partition, { next: null, committed: null, unfinished: new Set() }),
    revoke: partition => void partitions.delete(partition),
    begin: (partition, offset) => void partitions.get(partition)?.unfinished.add(offset),
    finish: (partition, offset) => void partitions.get(partition)?.unfinished.delete(offset),
    read: (partition, nextOffset) => {
      const progress = partitions.get(partition)
      if (progress) progress.next = nextOffset
    },
    due: () =>
      [...partitions].flatMap(([partition, progress]) => {
        const nextOffset = lowest(progress)
        return nextOffset !== null && nextOffset !== progress.committed ? [{ partition, nextOffset }] : []
      }),
    committed: (partition, nextOffset) => {
      const progress = partitions.get(partition)
      if (progress) progress.committed = nextOffset
    },
  }
}
