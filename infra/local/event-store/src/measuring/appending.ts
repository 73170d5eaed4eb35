import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { type EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client'

/** How the client appends: one call an append, or all over one stream. */
export type AppendPath = 'unary' | 'batch'

/** An event of 500 bytes, metadata among them. */
export function eventOf500Bytes(sentAt = 0) {
  const metadata = { tenantId: '018f0000-0000-7000-8000-000000000000' }
  const rest = 500 - JSON.stringify(metadata).length - '{"sentAt":"","pad":""}'.length - 16
  return jsonEvent({
    type: 'Measured',
    data: { sentAt: String(sentAt).padEnd(16), pad: 'x'.repeat(rest) },
    metadata,
  })
}

/** Lets so many writers, each with a stream of its own, append one event after the other. Gives appends/s. */
export async function measureAppends(
  client: EventStoreDBClient,
  { path, writers, milliseconds }: { path: AppendPath; writers: number; milliseconds: number },
): Promise<number> {
  // Credentials given per call make the client take the unary append.
  const options = path === 'unary' ? { credentials: { username: 'admin', password: 'changeit' } } : {}
  const startedAt = performance.now()
  let appends = 0
  async function write(): Promise<void> {
    const stream = `measured-${randomUUID()}`
    for (let n = 0n; performance.now() - startedAt < milliseconds; n += 1n) {
      const expectedRevision = n === 0n ? NO_STREAM : n - 1n
      await client.appendToStream(stream, eventOf500Bytes(), { expectedRevision, ...options })
      appends += 1
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  return appends / ((performance.now() - startedAt) / 1_000)
}

/** Appends so many events, five hundred at a time: for readers to read. */
export async function fillStore(client: EventStoreDBClient, events: number): Promise<void> {
  for (let stored = 0; stored < events; stored += 500) {
    const some = Array.from({ length: 500 }, () => eventOf500Bytes())
    await client.appendToStream(`filled-${stored}-${randomUUID()}`, some, { expectedRevision: NO_STREAM })
  }
}

/**
 * Appends at a steady rate and takes the time until a subscriber to `$all` has each event, ms.
 * @param between - runs half-way between two appends, so that the disk does one thing at a time
 */
export async function measureArrivals(
  client: EventStoreDBClient,
  { samples, perSecond, between }: { samples: number; perSecond: number; between: () => Promise<void> },
): Promise<number[]> {
  const stream = `arrivals-${randomUUID()}`
  const arrivals: number[] = []
  const all = Promise.withResolvers<void>()
  const subscription = client.subscribeToStream(stream)
  subscription.on('data', ({ event }) => {
    const { sentAt } = event!.data as { sentAt: string }
    arrivals.push(performance.now() - Number(sentAt))
    if (arrivals.length === samples) all.resolve()
  })
  subscription.on('error', all.reject)
  const startedAt = performance.now()
  const until = (at: number) => delay(Math.max(0, startedAt + at - performance.now()))
  for (let n = 0; n < samples; n += 1) {
    await until((n * 1_000) / perSecond)
    const expectedRevision = n === 0 ? NO_STREAM : BigInt(n - 1)
    await client.appendToStream(stream, eventOf500Bytes(performance.now()), { expectedRevision })
    await until(((n + 0.5) * 1_000) / perSecond)
    await between()
  }
  await all.promise
  await subscription.unsubscribe()
  return arrivals
}
