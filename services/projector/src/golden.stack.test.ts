import { readdirSync, readFileSync } from 'node:fs'
import { eventDefinitions } from '@sightline/contracts/events'
import { createDatabase } from '@sightline/database/database'
import { openEventLog } from '@sightline/event-log/event-log'
import { appendRaw } from '@sightline/event-log/test-raw-append'
import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { allTables } from '@sightline/projections/all'
import { expect, test } from 'vitest'
import { rebuild } from './rebuilding.ts'

const stack = await useSharedStack('postgres')
const folder = new URL('../../../contracts/golden/', import.meta.url)
const logger = createLogger({ name: 'test', level: 'silent' })

interface Sample {
  id: string
  stream: string
  type: string
  data: object
  metadata: object
}

/** Every sample of every version, in an order in which a camera, a person or an agent could have lived through them. */
function samples(): Sample[] {
  const order = eventDefinitions.map(({ type }) => type as string)
  return readdirSync(folder)
    .filter(file => /\.v\d+\.json$/.test(file))
    .sort()
    .map(file => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Sample)
    .sort((one, other) => order.indexOf(one.type) - order.indexOf(other.type))
}

const dataKey = JSON.parse(readFileSync(new URL('data-key.json', folder), 'utf8')) as { key: string }

test('a log of all golden samples goes through every projection, with its keys and without', async () => {
  const [{ connection, passwords }, { connectionString }] = await Promise.all([
    stack.createDatabase({ migrated: true }),
    stack.startEventStore(),
  ])
  const revisions = new Map<string, bigint>()
  const all = samples()
  for (const sample of all) {
    const revision = revisions.get(sample.stream)
    await appendRaw(connectionString, sample.stream, sample, revision ?? 'no_stream')
    revisions.set(sample.stream, revision === undefined ? 0n : revision + 1n)
  }
  expect(new Set(all.map(sample => sample.type)).size).toBe(eventDefinitions.length)

  const database = createDatabase({ connection, roles: passwords, logger })
  const rowsWith = async (key: Uint8Array | undefined) => {
    const dataKeys = { read: async () => key }
    const eventLog = await openEventLog({ connectionString, dataKeys, logger, create: false })
    const { events } = await rebuild({ eventLog, database, logger })
    await eventLog.close()
    expect(events).toBe(all.length)
    const rows: Record<string, object[]> = {}
    for (const { name, sqlName } of allTables) {
      rows[name] = await database.asProjector(sql => sql(`/* rows */ select * from ${sqlName}`))
    }
    return rows
  }

  const open = await rowsWith(Buffer.from(dataKey.key, 'base64'))
  for (const { name } of allTables) expect(open[name], name).not.toEqual([])
  const [person] = open.people as { name: string }[]
  expect(person!.name).toEqual(expect.any(String))

  const erased = await rowsWith(undefined)
  expect(erased).toEqual({ ...open, people: [{ ...person, name: null, sort_name: '' }] })
  await database.close()
})
