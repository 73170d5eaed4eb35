import { once } from 'node:events'
import { EventStoreDBClient, eventTypeFilter, START } from '@eventstore/db-client'

/** Reads so many events of `$all` from the start. Gives events/s. */
export async function measureReading(client: EventStoreDBClient, events: number): Promise<number> {
  const startedAt = performance.now()
  let read = 0
  for await (const _event of client.readAll({ maxCount: events })) read += 1
  if (read !== events) throw new Error(`read ${read} of ${events} events`)
  return read / ((performance.now() - startedAt) / 1_000)
}

/** Subscribes from the start with a filter on the type until so many events have come. Gives seconds. */
export async function measureFilter(
  client: EventStoreDBClient,
  { type, matches }: { type: string; matches: number },
): Promise<number> {
  const startedAt = performance.now()
  const filter = eventTypeFilter({ prefixes: [type], checkpointInterval: 1_000 })
  const subscription = client.subscribeToAll({ fromPosition: START, filter })
  const found = Promise.withResolvers<void>()
  let seen = 0
  subscription.on('data', () => {
    seen += 1
    if (seen === matches) found.resolve()
  })
  subscription.on('error', found.reject)
  await found.promise
  const seconds = (performance.now() - startedAt) / 1_000
  await subscription.unsubscribe()
  return seconds
}

/** Subscribes so often to streams that are idle, over ten connections. Gives how to end them. */
export async function subscribeIdly(connectionString: string, count: number): Promise<() => Promise<void>> {
  const clients = Array.from({ length: 10 }, () => EventStoreDBClient.connectionString(connectionString))
  const each = 100
  for (let n = 0; n < count; n += each) {
    const client = clients[(n / each) % clients.length]!
    const waiting = Array.from({ length: each }, (_, index) => {
      const subscription = client.subscribeToStream(`idle-${n + index}`)
      subscription.on('error', () => {})
      subscription.on('data', () => {})
      return once(subscription, 'caughtUp')
    })
    await Promise.all(waiting)
  }
  return async () => {
    await Promise.all(clients.map(client => client.dispose()))
  }
}
