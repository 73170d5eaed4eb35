import { randomUUID } from 'node:crypto'
import { openEventLog } from '../log/event-log.ts'

/** What a file was filled with. `bytes` is that of all data and metadata, `rare` the type of one event in a thousand. */
export type Filling = { events: number; bytes: number; rare: string }

/** Fills a file with events of 500 bytes in a thousand streams, without a server. */
export async function fillFile(file: string, events: number): Promise<Filling> {
  const rare = 'Rare'
  const metadata = Buffer.from(JSON.stringify({ tenantId: '018f0000-0000-7000-8000-000000000000' }))
  const data = Buffer.from(JSON.stringify({ pad: 'x'.repeat(500 - metadata.length - '{"pad":""}'.length) }))
  const log = openEventLog({ file })
  try {
    for (let stored = 0; stored < events; stored += 1_000) {
      const batch = Array.from({ length: 1_000 }, (_, n) => ({
        id: randomUUID(),
        type: n === 500 ? rare : 'Frequent',
        isJson: true,
        data,
        metadata,
      }))
      // Ten appends of ten streams wait together, as those of many writers do.
      await Promise.all(
        Array.from({ length: 10 }, (_, turn) =>
          log.append({
            stream: `filled-${(stored / 100 + turn) % 1_000}`,
            expected: 'any',
            events: batch.slice(turn * 100, turn * 100 + 100),
          }),
        ),
      )
    }
  } finally {
    log.close()
  }
  return { events, bytes: events * (data.length + metadata.length), rare }
}
