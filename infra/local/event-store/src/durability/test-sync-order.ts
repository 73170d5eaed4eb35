import { dirname } from 'node:path'
import type { SystemCallStep } from './test-system-calls.ts'

/** What the system calls of a server say of its durability. */
export type SyncOrder = {
  /** What happened too early, in words. */
  violations: string[]
  /** Syncs of the write-ahead log that went well, and that failed. */
  syncs: number
  failedSyncs: number
  /** How often the write-ahead log began anew after it had been written back into the file. */
  checkpoints: number
  /** Answers that went out: writes to sockets. */
  answers: number
}

/** Bytes of a file, from the first to before the last, written at a moment. */
type Range = { from: number; to: number; at: number }

/**
 * `dirty` waits for a sync. `lost` was in a sync that failed, or in a transaction of which a write failed: the system may
 * take it for written, so no later sync helps.
 */
type WrittenFile = { dirty: Range[]; lost: Range[]; syncBegan: number }

/**
 * Walks through the system calls of a server of `file` and tells where it
 * - answered anybody while the write-ahead log held bytes that no sync, begun after they were written, had ended for,
 *   or bytes whose sync had failed and that were not written again since,
 * - answered while the entry of a new file or folder wasn't synced in the folder that holds it,
 * - overwrote the write-ahead log before what had been written back into the file was synced.
 *
 * The first is stronger than promised, as an answer may be to a read, and simpler to be sure of: the server writes
 * and syncs in one go.
 */
export function judgeSyncOrder(file: string, steps: Iterable<SystemCallStep>): SyncOrder {
  const wal = `${file}-wal`
  const judged: SyncOrder = { violations: [], syncs: 0, failedSyncs: 0, checkpoints: 0, answers: 0 }
  const files = new Map<string, WrittenFile>()
  const opened = new Set<string>()
  /** Folders whose entries changed, by when; and when their sync began. */
  const entries = new Map<string, { path: string; at: number }[]>()
  const folderSyncBegan = new Map<string, number>()
  let now = 0
  /** Where the newest synced bytes of the write-ahead log end: up to there it is relied on. */
  let reach = 0
  let writtenBack = false

  const written = (path: string): WrittenFile => {
    const known = files.get(path) ?? { dirty: [], lost: [], syncBegan: 0 }
    files.set(path, known)
    return known
  }
  const changeEntry = (path: string): void => {
    const changed = entries.get(dirname(path)) ?? []
    changed.push({ path, at: now })
    entries.set(dirname(path), changed)
  }

  function beginAnew(): void {
    const { dirty, lost } = written(file)
    if (dirty.length + lost.length > 0) {
      judged.violations.push(`the write-ahead log begins anew at step ${now}, the file isn't synced`)
    }
    if (writtenBack) judged.checkpoints += 1
    writtenBack = false
    reach = 0
  }

  function write(path: string, text: string, went: boolean): void {
    const [, length, offset] = text.match(/(\d+), (\d+)(?:\) += -?\d+.*| <unfinished \.\.\.>)$/) ?? []
    const range = { from: Number(offset), to: Number(offset) + Number(length), at: now }
    if (path === wal && range.from === 0) beginAnew()
    if (path === file) writtenBack = true
    const known = written(path)
    known.lost = known.lost.flatMap(lost => without(lost, range))
    if (went) known.dirty.push(range)
    else {
      // The transaction is given up, and nothing may rest on what it wrote.
      known.lost.push(...known.dirty, range)
      known.dirty = []
    }
  }

  function endSync(path: string, went: boolean): void {
    const known = written(path)
    const covered = known.dirty.filter(({ at }) => at < known.syncBegan)
    known.dirty = known.dirty.filter(({ at }) => at >= known.syncBegan)
    if (!went) known.lost.push(...covered)
    if (path !== wal) return
    if (went) {
      judged.syncs += 1
      reach = covered.reduce((end, { to }) => Math.max(end, to), reach)
    } else judged.failedSyncs += 1
  }

  function answer(): void {
    judged.answers += 1
    const { dirty, lost } = written(wal)
    if (dirty.length > 0)
      judged.violations.push(`answered at step ${now} with ${dirty.length} writes unsynced`)
    if (lost.some(({ from }) => from < reach)) {
      judged.violations.push(`answered at step ${now} on bytes whose sync had failed`)
    }
    for (const changed of entries.values()) {
      for (const { path } of changed)
        judged.violations.push(`answered at step ${now}, the entry of ${path} isn't synced`)
    }
  }

  for (const { step, name, target, text, result } of steps) {
    now += 1
    const ours = target === file || target.startsWith(`${file}-`)
    if (name === 'fsync' || name === 'fdatasync') {
      if (step === 'begin') {
        written(target).syncBegan = now
        folderSyncBegan.set(target, now)
      } else {
        endSync(target, result === 0)
        const left = (entries.get(target) ?? []).filter(
          ({ at }) => at > folderSyncBegan.get(target)! || result !== 0,
        )
        if (left.length > 0) entries.set(target, left)
        else entries.delete(target)
      }
    } else if (/^(socket|TCP|TCPv6):/.test(target)) {
      if (step === 'begin') answer()
    } else if (name === 'mkdir') {
      if (step === 'end' && result === 0 && file.startsWith(`${target}/`)) changeEntry(target)
    } else if (ours && name === 'openat') {
      if (step === 'end' && result !== -1 && text.includes('O_CREAT') && !opened.has(target)) {
        opened.add(target)
        changeEntry(target)
      }
    } else if (ours && name === 'unlink') {
      if (step === 'begin' && target === wal) beginAnew()
      if (step === 'end' && result === 0) changeEntry(target)
    } else if (ours && name === 'ftruncate') {
      if (step === 'begin' && target === wal && / 0\) /.test(text)) beginAnew()
    } else if (ours && name === 'pwrite64' && step === 'end') write(target, text, result! >= 0)
  }
  return judged
}

/** What is left of a range where another one is written over it. */
function without({ from, to, at }: Range, over: Range): Range[] {
  const rest = [
    { from, to: Math.min(to, over.from), at },
    { from: Math.max(from, over.to), to, at },
  ]
  return rest.filter(part => part.from < part.to)
}
