import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fillFile } from '@sightline/local-event-store/measuring/filling'
import { startMeasuredStore } from '@sightline/local-event-store/measuring/measured-store'
import { measureFilter, measureReading, subscribeIdly } from '@sightline/local-event-store/measuring/reading'
import { atMost, type Figure } from './figure.ts'

const EVENTS = 1_000_000
const IDLE = 10_000
const MEBIBYTE = 1024 * 1024

/** What a store of a million events and one with ten thousand idle subscriptions need. */
export async function measureLargeStore(folder: string, progress: (step: string) => void): Promise<Figure[]> {
  const file = join(folder, 'large.sqlite')
  progress(`filling a file with ${EVENTS} events`)
  const filled = await fillFile(file, EVENTS)
  const size = statSync(file).size
  const figures: Figure[] = []
  {
    await using store = await startMeasuredStore(file)
    const name = '1 million events'
    figures.push({
      name: `${name}: start`,
      value: store.startedIn / 1_000,
      unit: 's',
      bound: atMost(store.startedIn, 1_000, '1 s'),
    })
    progress('filtering the million')
    const filtering = await measureFilter(store.client, { type: filled.rare, matches: filled.events / 1_000 })
    figures.push({
      name: `${name}: a filter that lets 1 in 1,000 through`,
      value: filtering,
      unit: 's',
      bound: atMost(filtering, 5, '5 s'),
    })
    progress('reading the million')
    const speed = await measureReading(store.client, EVENTS)
    const highest = store.memory().highest / MEBIBYTE
    figures.push(
      { name: `${name}: reading them all`, value: speed, unit: 'events/s' },
      {
        name: `${name}: most resident memory meanwhile`,
        value: highest,
        unit: 'MiB',
        bound: atMost(highest, 200, '200 MiB'),
      },
    )
  }
  figures.push({
    name: '1 million events: file / data and metadata',
    value: size / filled.bytes,
    unit: 'x',
    bound: atMost(size / filled.bytes, 1.5, '1.5x'),
  })
  progress(`${IDLE} idle subscriptions`)
  return [...figures, await measureIdle(folder)]
}

async function measureIdle(folder: string): Promise<Figure> {
  await using store = await startMeasuredStore(join(folder, 'idle.sqlite'))
  // What a server needs once, however many subscribe.
  const endFirst = await subscribeIdly(store.connectionString, 1_000)
  await endFirst()
  await wait(2_000)
  const before = store.memory().resident
  const end = await subscribeIdly(store.connectionString, IDLE)
  await wait(2_000)
  const each = (store.memory().resident - before) / IDLE / 1024
  await end()
  return {
    name: `${IDLE} idle subscriptions, each`,
    value: each,
    unit: 'KiB',
    bound: atMost(each, 30, '30 KiB'),
  }
}
