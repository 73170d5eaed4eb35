import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AppendPath,
  fillStore,
  measureAppends,
  measureArrivals,
} from '@sightline/local-event-store/measuring/appending'
import { type MeasuredStore, startMeasuredStore } from '@sightline/local-event-store/measuring/measured-store'
import { measureReading } from '@sightline/local-event-store/measuring/reading'
import { type DiskProbe, openDiskProbe } from './disk.ts'
import { measureLargeStore } from './event-store-large.ts'
import { atLeast, atMost, type Figure, type Section } from './figure.ts'
import { percentile } from './percentiles.ts'

/**
 * What appends are to reach: the smaller of so many times fdatasync (F) and the store without a disk (M). A single
 * writer waits for both, one after the other, and reaches 1 / (1/F + 1/M) where neither works while the other does: on
 * a machine whose calls are quick beside its disk that is less than the others, and `sequence` times it is enough.
 */
const BOUNDS = [
  { writers: 1, syncs: 0.7, memory: 0.7, sequence: 0.95 },
  { writers: 16, syncs: 5, memory: 0.6 },
  { writers: 128, syncs: 15, memory: 0.6 },
] as const
const PATHS: readonly AppendPath[] = ['unary', 'batch']
const ROUNDS = 5
const MILLISECONDS = 2_000
const EVENTS_READ = 20_000
const ARRIVALS = { samples: 500, perSecond: 100 }

/** The local event store beside the disk and beside itself without a disk, all of them in turns. */
export const eventStore: Section = {
  name: 'event-store',
  title: 'The local event store, 500 bytes an event',
  async measure(progress) {
    const folder = await mkdtemp(join(tmpdir(), 'sightline-bench-event-store-'))
    try {
      const figures = await measureBesideMemory(folder, progress)
      return [...figures, ...(await measureLargeStore(folder, progress))]
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measureBesideMemory(folder: string, progress: (step: string) => void): Promise<Figure[]> {
  await using disk = await openDiskProbe(join(folder, 'fdatasync'))
  await using durable = await startMeasuredStore(join(folder, 'log.sqlite'))
  await using memory = await startMeasuredStore(':memory:')
  progress('warming up')
  for (const { client } of [durable, memory]) {
    for (const path of PATHS) await measureAppends(client, { path, writers: 128, milliseconds: 3_000 })
  }
  const figures: Figure[] = []
  for (const { writers, ...bound } of BOUNDS) {
    for (const path of PATHS) {
      progress(`${path} appends of ${writers}`)
      figures.push(await measureAppending(disk, durable, memory, { path, writers, ...bound }))
    }
  }
  progress('reading')
  for (const { client } of [durable, memory]) await fillStore(client, EVENTS_READ)
  figures.push(await measureReads(durable, memory))
  progress('append to subscriber')
  figures.push(...(await measureArrival(folder, durable)))
  return figures
}

async function measureAppending(
  disk: DiskProbe,
  durable: MeasuredStore,
  memory: MeasuredStore,
  {
    path,
    writers,
    ...bound
  }: { path: AppendPath; writers: number; syncs: number; memory: number; sequence?: number },
): Promise<Figure> {
  const rounds: { syncs: number; durable: number; memory: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const load = { path, writers, milliseconds: MILLISECONDS }
    const syncs = await syncsPerSecond(disk)
    const stored = await measureAppends(durable.client, load)
    rounds.push({ syncs, durable: stored, memory: await measureAppends(memory.client, load) })
  }
  const value = median(rounds.map(round => round.durable))
  const syncs = median(rounds.map(round => round.syncs))
  const inMemory = median(rounds.map(round => round.memory))
  const parts = [`${bound.syncs} F`, `${bound.memory} M`]
  const limits = [bound.syncs * syncs, bound.memory * inMemory]
  if (bound.sequence !== undefined) {
    parts.push(`${bound.sequence} / (1/F + 1/M)`)
    limits.push(bound.sequence / (1 / syncs + 1 / inMemory))
  }
  const limit = Math.min(...limits)
  return {
    name: `appends, ${path}, ${writers} ${writers === 1 ? 'writer' : 'writers'}`,
    value,
    unit: 'events/s',
    reference: { name: `F ${syncs.toFixed(0)}/s, M`, value: inMemory, unit: 'events/s' },
    bound: atLeast(value, limit, `min(${parts.join(', ')}) = ${limit.toFixed(0)}/s`),
  }
}

async function syncsPerSecond(disk: DiskProbe): Promise<number> {
  const before = disk.samples.length
  const startedAt = performance.now()
  while (performance.now() - startedAt < MILLISECONDS / 2) await disk.sync()
  return (disk.samples.length - before) / ((performance.now() - startedAt) / 1_000)
}

async function measureReads(durable: MeasuredStore, memory: MeasuredStore): Promise<Figure> {
  const rounds: { durable: number; memory: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const stored = await measureReading(durable.client, EVENTS_READ)
    rounds.push({ durable: stored, memory: await measureReading(memory.client, EVENTS_READ) })
  }
  const value = median(rounds.map(round => round.durable))
  const inMemory = median(rounds.map(round => round.memory))
  return {
    name: `reading $all, ${EVENTS_READ} events`,
    value,
    unit: 'events/s',
    reference: { name: 'M', value: inMemory, unit: 'events/s' },
    bound: atLeast(value, 0.8 * inMemory, `0.8 M = ${(0.8 * inMemory).toFixed(0)}/s`),
  }
}

async function measureArrival(folder: string, durable: MeasuredStore): Promise<Figure[]> {
  await using disk = await openDiskProbe(join(folder, 'fdatasync-beside'))
  const arrivals = await measureArrivals(durable.client, { ...ARRIVALS, between: () => disk.sync() })
  return ([0.5, 0.99] as const).map(share => {
    const value = percentile(arrivals, share)
    const sync = percentile(disk.samples, share)
    const figure: Figure = {
      name: `append → subscriber at ${ARRIVALS.perSecond}/s, p${share * 100}`,
      value,
      unit: 'ms',
      reference: { name: `fdatasync p${share * 100}`, value: sync, unit: 'ms' },
    }
    if (share === 0.99)
      figure.bound = atMost(value, sync + 5, `fdatasync + 5 ms = ${(sync + 5).toFixed(1)} ms`)
    return figure
  })
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5)
}
