import { randomBytes } from 'node:crypto'
import { createDataKeys, type DataKeys } from '@sightline/data-keys/data-keys'
import { createMasterKey } from '@sightline/data-keys/master-key'
import { createDatabase } from '@sightline/database/database'
import { createRoles, migrate } from '@sightline/database/migrate'
import { newRolePasswords } from '@sightline/database/roles'
import { type EventLog, openEventLog } from '@sightline/event-log/event-log'
import type { EventToAppend } from '@sightline/event-log/recorded-event'
import { startLocalStack } from '@sightline/local/stack'
import { createLogger } from '@sightline/logging/logging'
import { type StoryEvent, tell, toAppend } from '@sightline/projector/test-story'
import { atLeast, type Figure, type Section } from './figure.ts'
import { logOf, measureProjection, type ProjectionSpeeds } from './projection-speeds.ts'

/** About thirty thousand events of five tenants. */
const STORY = { tenants: 5, camerasEach: 20, peopleEach: 5, sightingsEach: 60 }

/**
 * How fast events become rows, beside one transaction for each event: with all that reading the event store costs,
 * and the projection alone.
 */
export const projection: Section = {
  name: 'projection',
  title: 'Projection',
  async measure(progress) {
    const passwords = newRolePasswords()
    progress('starting PostgreSQL and the event store')
    await using stack = await startLocalStack({
      parts: ['postgres', 'eventStore'],
      prepareCluster: adminUrl => createRoles(adminUrl, passwords),
    })
    await migrate(stack.postgres.adminUrl)
    const address = new URL(stack.postgres.adminUrl)
    const logger = createLogger({ name: 'bench', level: 'error' })
    const database = createDatabase({
      connection: { host: address.hostname, port: Number(address.port), database: address.pathname.slice(1) },
      roles: passwords,
      logger,
    })
    const dataKeys = createDataKeys({
      database,
      masterKey: createMasterKey(randomBytes(32).toString('base64')),
    })
    const eventLog = await openEventLog({
      connectionString: stack.eventStore.connectionString,
      dataKeys,
      logger,
      create: true,
    })
    try {
      progress('appending the events')
      await append(eventLog, dataKeys, tell(STORY))
      progress('projecting them one by one, live, and from nothing')
      const read = await measureProjection({ database, logger, eventLog })
      progress('the same with the events in memory')
      const held = await measureProjection({ database, logger, eventLog: logOf(STORY) })
      return [...projected('from memory', held), ...readAndProjected(read)]
    } finally {
      await eventLog.close()
      await database.close()
    }
  },
}

/** What the projection does with events that are at hand. */
function projected(source: string, measured: ProjectionSpeeds): Figure[] {
  const { rebuild, oneByOne, oneByOneAsynchronous } = measured
  return [
    live(source, measured),
    {
      name: `rebuilding, ${source}`,
      value: rebuild,
      unit: 'events/s',
      reference: oneTransactionAnEvent(measured),
      bound: atLeast(rebuild, 50 * oneByOne, `50x (is ${times(rebuild, oneByOne)})`),
    },
    {
      name: 'one transaction an event, not waiting for the disk',
      value: oneByOneAsynchronous,
      unit: 'events/s',
      reference: oneTransactionAnEvent(measured),
    },
    sameRows(source, measured),
  ]
}

/** The same with the store in the way: a rebuild can't be faster than the store's client reads on these cores. */
function readAndProjected(measured: ProjectionSpeeds): Figure[] {
  const source = 'from the event store'
  const { rebuild, reading } = measured
  return [
    live(source, measured),
    {
      name: `rebuilding, ${source}`,
      value: rebuild,
      unit: 'events/s',
      reference: { name: 'reading the event store alone', value: reading, unit: 'events/s' },
      bound: atLeast(rebuild, 0.5 * reading, `0.5x (is ${times(rebuild, reading)})`),
    },
    sameRows(source, measured),
  ]
}

function live(source: string, measured: ProjectionSpeeds): Figure {
  const { events, live: value, oneByOne } = measured
  return {
    name: `live, ${source} (${events})`,
    value,
    unit: 'events/s',
    reference: oneTransactionAnEvent(measured),
    bound: atLeast(value, 10 * oneByOne, `10x (is ${times(value, oneByOne)})`),
  }
}

function sameRows(source: string, { rowsIdentical }: ProjectionSpeeds): Figure {
  return {
    name: `tables of live and rebuild that differ, ${source}`,
    value: rowsIdentical ? 0 : 1,
    unit: 'count',
    bound: { text: 'identical rows', holds: rowsIdentical },
  }
}

function oneTransactionAnEvent({ oneByOne }: ProjectionSpeeds): Figure['reference'] {
  return { name: 'one transaction an event', value: oneByOne, unit: 'events/s' }
}

function times(value: number, reference: number): string {
  return `${(value / reference).toFixed(1)}x`
}

/**
 * Appends a story. As in life, what something rests on is in the log before it, for rows take from it what their own
 * events don't say; only the sightings of several cameras are appended at once.
 */
async function append(eventLog: EventLog, dataKeys: DataKeys, story: Iterable<StoryEvent>): Promise<void> {
  const revisions = new Map<string, number>()
  const sightings = new Map<string, EventToAppend[]>()
  for (const told of story) {
    const { event, tenantId, stream } = told
    if (event.type === 'PersonEnrolled') {
      const { keyId } = event.data
      await dataKeys.create({ tenantId, keyId, subject: 'person', subjectId: keyId })
    }
    if (event.type.startsWith('Sighting')) {
      const events = sightings.get(stream)
      if (events) events.push(toAppend(told))
      else sightings.set(stream, [toAppend(told)])
    } else {
      const { revision } = await eventLog.append(stream, revisions.get(stream) ?? 'no_stream', [
        toAppend(told),
      ])
      revisions.set(stream, revision)
    }
  }
  const waiting = [...sightings]
  const appendInTurn = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [stream, events] = next
      for (let at = 0; at < events.length; at += 100)
        await eventLog.append(stream, at === 0 ? 'no_stream' : at - 1, events.slice(at, at + 100))
    }
  }
  await Promise.all(Array.from({ length: 8 }, appendInTurn))
}
