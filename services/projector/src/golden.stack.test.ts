import { eventDefinitions } from '@sightline/contracts/events'
import { createDatabase } from '@sightline/database/database'
import type { KeyReader } from '@sightline/event-log/encoding'
import { openEventLog } from '@sightline/event-log/event-log'
import { goldenKeys, goldenSamples } from '@sightline/event-log/test-golden-samples'
import { appendRaw } from '@sightline/event-log/test-raw-append'
import { useSharedStack } from '@sightline/local/test-stack'
import { createLogger } from '@sightline/logging/logging'
import { allTables } from '@sightline/projections/all'
import { expect, test } from 'vitest'
import { rebuild } from './rebuilding.ts'

const stack = await useSharedStack('postgres')
const logger = createLogger({ name: 'test', level: 'silent' })

test('a log of all golden samples goes through every projection, with its keys and without', async () => {
  const [{ connection, passwords }, { connectionString }] = await Promise.all([
    stack.createDatabase({ migrated: true }),
    stack.startEventStore(),
  ])
  const all = goldenSamples()
  for (const { stream, raw } of all) {
    const { id, type, revision } = raw
    const event = { id, type, data: raw.data as object, metadata: raw.metadata as object }
    await appendRaw(connectionString, stream, event, revision === 0 ? 'no_stream' : BigInt(revision - 1))
  }
  expect(new Set(all.map(sample => sample.type)).size).toBe(eventDefinitions.length)

  const database = createDatabase({ connection, roles: passwords, logger })
  const rowsWith = async (dataKeys: KeyReader) => {
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

  const open = await rowsWith(goldenKeys())
  for (const { name } of allTables) expect(open[name], name).not.toEqual([])
  const [person] = open.people as { name: string }[]
  expect(person!.name).toEqual(expect.any(String))
  const [member] = open.members as { email: string }[]
  expect(member!.email).toEqual(expect.any(String))

  const erased = await rowsWith({ read: async () => undefined })
  expect(erased).toEqual({
    ...open,
    people: [{ ...person, name: null, sort_name: '' }],
    members: [{ ...member, email: null, sort_email: '' }],
  })
  await database.close()
})
