import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { counted, freshStream, unaryAppend } from '../../contract/store-under-test.ts'
import { serveCommand } from '../serve-command.ts'
import { startChildStore } from '../test-child-store.ts'
import { judgeSyncOrder, type SyncOrder } from './test-sync-order.ts'
import { finishedTrace, straceIsThere, systemCallSteps, traced } from './test-system-calls.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'event-store-syncing-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const synchronousOff = fileURLToPath(new URL('./test-synchronous-off.ts', import.meta.url))

/** Appends of each kind to a server whose system calls are followed. Gives those that named their streams in answers. */
async function traceAppends(
  file: string,
  trace: string,
  { nodeOptions = [], signal = 'SIGTERM' }: { nodeOptions?: string[]; signal?: NodeJS.Signals } = {},
): Promise<{ marks: { stream: string; type: string }[]; text: string }> {
  const [node, args] = serveCommand(file)
  await using store = await startChildStore(file, 0, traced([node, [...nodeOptions, ...args]], trace))
  const client = EventStoreDBClient.connectionString(store.connectionString)
  const marks = Array.from({ length: 64 }, () => ({
    stream: freshStream('marked'),
    type: freshStream('Type'),
  }))
  await Promise.all(
    marks.map(({ stream, type }, n) =>
      client.appendToStream(stream, counted(n, { type }), { expectedRevision: NO_STREAM }),
    ),
  )
  // More than one write-ahead log's worth, so that checkpoints are among it.
  const stream = freshStream('large')
  for (let n = 0; n < 60; n += 1) {
    await client.appendToStream(stream, counted(n, { pad: 'x'.repeat(320_000) }), {
      expectedRevision: n === 0 ? NO_STREAM : BigInt(n - 1),
      ...(n % 2 === 0 ? unaryAppend : {}),
    })
  }
  await client.dispose()
  await store.end(signal)
  return { marks, text: await finishedTrace(trace, store.pid) }
}

/** When the text was first in what was written to the log, when the next sync of it ended well, and when it was first answered. */
function way(
  text: string,
  file: string,
  mark: string,
): { written: number; synced: number; answered: number } {
  const found = { written: Number.NaN, synced: Number.NaN, answered: Number.NaN }
  let began = 0
  let now = 0
  for (const { step, name, target, text: said, result } of systemCallSteps(text)) {
    now += 1
    if (target === `${file}-wal` && name === 'pwrite64' && step === 'end' && Number.isNaN(found.written)) {
      if (said.includes(mark)) found.written = now
    }
    if (target === `${file}-wal` && (name === 'fsync' || name === 'fdatasync')) {
      if (step === 'begin') began = now
      else if (result === 0 && began > found.written && Number.isNaN(found.synced)) found.synced = now
    }
    if (/^(socket|TCP|TCPv6):/.test(target) && said.includes(mark)) {
      found.answered = now
      return found
    }
  }
  return found
}

/** Whether what the write-ahead log held was written into the file, and synced there, before anybody was answered. */
function wroteBackFirst(text: string, file: string): boolean {
  let writtenBack = false
  for (const { step, name, target } of systemCallSteps(text)) {
    if (target === file && name === 'pwrite64') writtenBack = true
    if (target === file && /^f(data)?sync$/.test(name) && step === 'end' && writtenBack) return true
    if (/^(socket|TCP|TCPv6):/.test(target)) return false
  }
  return false
}

describe.skipIf(!straceIsThere)('an acknowledgement', () => {
  it('follows a sync that began after its bytes were written, in a new folder, in a file that is there and after a kill', async () => {
    const file = join(folder, 'new', 'folder', 'synced.sqlite')
    for (const [turn, signal] of [
      ['new', 'SIGTERM'],
      ['there', 'SIGKILL'],
      ['killed', 'SIGTERM'],
    ] as const) {
      const { marks, text } = await traceAppends(file, join(folder, `trace-${turn}`), { signal })
      if (turn === 'killed') expect(wroteBackFirst(text, file)).toBe(true)
      const judged = judgeSyncOrder(file, systemCallSteps(text))
      expect(judged).toMatchObject({ violations: [], failedSyncs: 0 })
      expect(judged.checkpoints).toBeGreaterThanOrEqual(1)
      expect(judged.syncs).toBeGreaterThan(60)
      for (const { stream, type } of marks.slice(0, 8)) {
        const { written, synced, answered } = way(text, file, stream)
        expect(written).toBeLessThan(synced)
        expect(synced).toBeLessThan(answered)
        expect(way(text, file, type).written).toBeLessThan(answered)
      }
    }
  })

  it('of a server that waits for no disk is found out', async () => {
    const file = join(folder, 'unsynced.sqlite')
    const { text } = await traceAppends(file, join(folder, 'trace-off'), {
      nodeOptions: ['--import', synchronousOff],
    })
    const { violations } = judgeSyncOrder(file, systemCallSteps(text))
    expect(violations.length).toBeGreaterThan(60)
    expect(violations[0]).toMatch(/answered at step \d+ with \d+ writes unsynced/)
  })
})

/** Judges calls as strace tells them, of a server of /d/log. */
function judge(...calls: string[]): SyncOrder {
  return judgeSyncOrder('/d/log', systemCallSteps(calls.map(call => `7 ${call}\n`).join('')))
}

describe('the judge of system calls', () => {
  const write = 'pwrite64(4</d/log-wal>, "..."..., 4096, 32) = 4096'
  const sync = 'fdatasync(4</d/log-wal>) = 0'
  const failed = 'fdatasync(4</d/log-wal>) = -1 EIO (Input/output error)'
  const answer = 'write(5<socket:[1]>, "ok", 2) = 2'
  const beginAnew = 'pwrite64(4</d/log-wal>, "..."..., 32, 0) = 32'
  const writeBack = 'pwrite64(3</d/log>, "..."..., 4096, 4096) = 4096'
  const create = 'openat(AT_FDCWD, "/d/log-wal", O_RDWR|O_CREAT, 0644) = 4</d/log-wal>'
  const further = 'pwrite64(4</d/log-wal>, "..."..., 4096, 4128) = 4096'
  const failedWrite = 'pwrite64(4</d/log-wal>, "..."..., 4096, 4128) = -1 EIO (Input/output error)'
  const onLost = [expect.stringMatching('bytes whose sync had failed')]
  const early = [expect.stringMatching('1 writes unsynced')]

  it.each([
    ['a sync between', [write, sync, answer], []],
    ['no sync', [write, answer], early],
    ['a sync before', [sync, write, answer], early],
    ['a sync that failed', [write, failed, answer, write, sync, answer], []],
    ['a later sync of what one had failed for', [write, failed, sync, write, sync, answer], []],
    ['a write that failed', [write, failedWrite, answer, write, sync, answer], []],
    ['bytes that were given up', [write, failedWrite, answer, further, sync, answer], onLost],
    ['a sync of another file', [write, 'fsync(3</d/log>) = 0', answer], early],
    [
      'a sync that began before the write ended',
      ['fsync(4</d/log-wal> <unfinished ...>', `${write}\n8 <... fsync resumed>) = 0`, answer],
      early,
    ],
    ['a checkpoint', [writeBack, 'fsync(3</d/log>) = 0', beginAnew, sync, answer], []],
    ['a checkpoint too early', [writeBack, beginAnew, sync, answer], [expect.stringMatching('begins anew')]],
    [
      'a new file',
      [create, write, sync, answer],
      [expect.stringMatching("entry of /d/log-wal isn't synced")],
    ],
    ['a new file in its folder', [create, write, sync, 'fsync(6</d>) = 0', answer], []],
    [
      'a new folder',
      ['mkdir("/d", 0777) = 0', write, sync, answer],
      [expect.stringMatching("entry of /d isn't synced")],
    ],
  ])('after %s', (_case, calls, violations) => {
    expect(judge(...calls).violations).toEqual(violations)
  })

  it('takes bytes for lost that a later sync alone would cover', () => {
    expect(judge(write, failed, further, sync, answer).violations).toEqual(onLost)
  })
})
