import { randomUUID } from 'node:crypto'
import { UnknownEventTypeError } from '@sightline/event-log/errors'
import type { RecordedEvent } from '@sightline/event-log/recorded-event'
import { appendRaw } from '@sightline/event-log/test-raw-append'
import { useSharedStack } from '@sightline/local/test-stack'
import { READ_CHANNEL, readCheckpoint } from '@sightline/projections/checkpoint'
import { EventNotApplicableError } from '@sightline/projections/folding'
import { tableOf } from '@sightline/projections/tables'
import { describe, expect, test } from 'vitest'
import type { ProjectedLog } from './projector.ts'
import { rebuild } from './rebuilding.ts'
import { readStatus } from './status.ts'
import { type Story, tell } from './test-story.ts'
import { startWorld, type TestWorld } from './test-world.ts'

const stack = await useSharedStack('postgres')
const logger = { warn() {} }

const small: Story = { tenants: 2, camerasEach: 3, peopleEach: 2, sightingsEach: 6 }

const checkpoint = (world: TestWorld) => world.database.asProjector(readCheckpoint)

describe('the rows', () => {
  test('are those of every event, and of the position of the last one', async () => {
    await using world = await startWorld(stack)
    await world.append(tell(small))
    await world.project()
    await world.caughtUp()
    const counts = Object.fromEntries(
      Object.entries(await world.rows()).map(([name, rows]) => [name, rows.length]),
    )
    expect(counts).toEqual({
      tenants: 2,
      tenant_settings: 2,
      sites: 2,
      agents: 2,
      cameras: 6,
      stream_sessions: 6,
      streams: 6,
      people: 4,
      pictures: 4,
      picture_results: 4,
      assignments_cameras: 6,
      assignments_wanted: 6,
      assignments_claims: 6,
      sightings: 36,
      tenant_records: 2,
      // Cameras and people.
      tenant_records_counted: 10,
      // Nobody has access yet.
      members: 0,
      grants: 0,
      api_keys: 0,
      sessions: 0,
    })
    expect(await checkpoint(world)).toEqual({
      logId: world.eventLog.logId,
      position: await world.eventLog.lastPosition(),
    })
  })

  test('are the same live, in batches of any size, and rebuilt', async () => {
    await using world = await startWorld(stack)
    const appending = world.append(tell(small))
    const projector = await world.project({ maxBatch: 3 })
    await appending
    await world.caughtUp()
    const live = await world.rows()
    await projector.close()
    for (const maxBatch of [1, 7, 5_000]) {
      await rebuild({ ...world, logger, maxBatch })
      expect(await world.rows()).toEqual(live)
    }
    expect(live.sightings).toHaveLength(36)
  })

  test('are the same whether one projector wrote them or two without any lock', async () => {
    await using world = await startWorld(stack)
    const projectors = await Promise.all([
      world.project({ alone: false, maxBatch: 2 }),
      world.project({ alone: false, maxBatch: 5 }),
    ])
    await world.append(tell(small))
    await world.caughtUp()
    const byTwo = await world.rows()
    await Promise.all(projectors.map(projector => projector.close()))
    expect(world.lines.join()).toContain('another projector is ahead')
    await rebuild({ ...world, logger })
    expect(await world.rows()).toEqual(byTwo)
  })

  test('hold no name once its key is destroyed and they are rebuilt', async () => {
    await using world = await startWorld(stack)
    await world.append(tell(small))
    await rebuild({ ...world, logger })
    const people = (await world.rows()).people as { tenant_id: string; key_id: string; name: string | null }[]
    expect(people.map(person => person.name).sort()).toEqual(['Person 0', 'Person 0', 'Person 1', 'Person 1'])
    for (const person of people) await world.dataKeys.destroy(person.tenant_id, person.key_id)
    await rebuild({ ...world, logger })
    const erased = (await world.rows()).people as { name: string | null }[]
    expect(erased.map(person => person.name)).toEqual([null, null, null, null])
  })
})

describe('a projector', () => {
  test('stands by while another runs, and goes on when that one has ended', async () => {
    await using world = await startWorld(stack)
    const first = await world.project()
    await world.append(tell({ ...small, tenants: 1 }))
    await world.caughtUp()
    await world.project()
    await expect.poll(() => world.lines.join(), { timeout: 30_000 }).toContain('standing by')
    await first.close()
    const tenantId = randomUUID()
    await world.append(aSite(tenantId))
    await world.caughtUp()
  })

  test('wakes up who listens, naming position, models and the mark of the tenant alone', async () => {
    await using world = await startWorld(stack)
    const heard: string[] = []
    await world.project()
    await world.caughtUp()
    await world.database.listen(
      READ_CHANNEL,
      payload => heard.push(payload),
      () => {},
    )
    const tenantId = randomUUID()
    await world.append(aSite(tenantId))
    const position = String(await world.eventLog.lastPosition())
    const expected = { position, models: ['sites'], tenants: [tenantId.slice(-3)] }
    await expect
      .poll(() => heard.map(payload => JSON.parse(payload)), { timeout: 30_000 })
      .toEqual([expected])
  })

  test('goes on after its connections were killed, again and again', async () => {
    await using world = await startWorld(stack)
    await world.project({ maxBatch: 4 })
    const appending = world.append(tell(small))
    for (let kill = 0; kill < 20; kill += 1) {
      await world.database
        .asProjector(sql =>
          sql(
            `/* killProjectors */ select pg_terminate_backend(pid) from pg_stat_activity
             where usename = 'projector' and datname = current_database() and pid <> pg_backend_pid()`,
          ),
        )
        .catch(() => {})
    }
    await appending
    await world.caughtUp()
    const live = await world.rows()
    expect(live.sightings).toHaveLength(36)
  })

  test('goes on after the event store was killed and restarted', async () => {
    await using world = await startWorld(stack)
    await world.project()
    await world.append(tell({ ...small, tenants: 1 }))
    await world.eventStore.kill()
    await world.eventStore.restart()
    await world.append(aSite(randomUUID()))
    await world.caughtUp()
    expect((await world.rows()).sites).toHaveLength(2)
  })

  test('refuses rows of another log', async () => {
    await using world = await startWorld(stack)
    await world.project()
    const other = { ...world.eventLog, logId: randomUUID() }
    await expect(world.project({ eventLog: other })).rejects.toThrow(/another|of the log .* rebuild/)
  })

  test('refuses rows that are further than the log', async () => {
    await using world = await startWorld(stack)
    await world.database.asProjector(async () => {})
    const first = await world.project()
    await world.append(aSite(randomUUID()))
    await world.caughtUp()
    await first.close()
    const shorter = { ...world.eventLog, lastPosition: async () => 0n }
    await expect(world.project({ eventLog: shorter })).rejects.toThrow(/the log ends at 0: .*rebuild/)
  })

  test('refuses tables of another shape', async () => {
    await using world = await startWorld(stack)
    await (await world.project()).close()
    const sites = tableOf('sites')
    await world.database.asProjector(sql => sql(`/* edit */ comment on table ${sites} is 'older'`))
    await expect(world.project()).rejects.toThrow(`${sites} has another shape`)
    await rebuild({ ...world, logger })
    await world.project()
  })

  test('refuses to begin a table in the middle of the log, as that of a new version', async () => {
    await using world = await startWorld(stack)
    const first = await world.project()
    await world.append(aSite(randomUUID()))
    await world.caughtUp()
    await first.close()
    const before = await world.rows()
    const sites = tableOf('sites')
    await world.database.asProjector(sql => sql(`/* renameTable */ alter table ${sites} rename to sites_v0`))
    await expect(world.project()).rejects.toThrow(`${sites} lacks what happened so far`)
    await rebuild({ ...world, logger })
    await world.project()
    expect(await world.rows()).toEqual(before)
  })
})

describe('an event that can’t be applied', () => {
  const later = randomUUID()

  test('of an unknown type stops the projector, which goes on where a build knows it', async () => {
    await using world = await startWorld(stack)
    await world.append(tell({ ...small, tenants: 1 }))
    const older = await world.project({ eventLog: withoutType(world.eventLog, 'AgentStatusChanged') })
    const fault = (await older.ended) as UnknownEventTypeError
    expect(fault).toBeInstanceOf(UnknownEventTypeError)
    expect(fault.place).toMatchObject({ type: 'AgentStatusChanged', revision: 1 })
    expect(world.lines.join()).toContain('the projector stopped')
    expect(await checkpoint(world)).toMatchObject({
      position: await positionBefore(world, 'AgentStatusChanged'),
    })
    await older.close()
    await world.project()
    await world.caughtUp()
    const live = await world.rows()
    await expect(world.eventLog.readStream('log')).resolves.toHaveLength(1)
    expect(live.agents).toMatchObject([{ status: 'ONLINE' }])
  })

  test.each([
    ['malformed', { type: 'SiteCreated', data: { name: 7 } }],
    ['of a type that nobody knows', { type: 'SiteDreamt', data: {} }],
  ])('%s stops the projector by name, each time, with all before it applied', async (_, poison) => {
    await using world = await startWorld(stack)
    await world.append(aSite(randomUUID()))
    const before = await world.eventLog.lastPosition()
    const stream = `site-${later}.${randomUUID()}`
    const metadata = (await world.eventLog.readStream('log'))[0]!.metadata
    await appendRaw(world.eventStore.connectionString, stream, {
      ...poison,
      metadata: { ...metadata, tenantId: later },
    })
    await world.append(aSite(randomUUID()))
    for (let start = 0; start < 2; start += 1) {
      const projector = await world.project()
      expect(await projector.ended).toMatchObject({ place: { type: poison.type, stream, revision: 0 } })
      expect(await checkpoint(world)).toMatchObject({ position: before })
      await projector.close()
    }
    expect((await world.rows()).sites).toHaveLength(1)
  })

  test('whose row is not there stops the projector by name, with all before it applied', async () => {
    await using world = await startWorld(stack)
    const tenantId = randomUUID()
    const type = 'AgentStatusChanged'
    const stream = `agent-${tenantId}.${randomUUID()}`
    await world.append(tell({ ...small, tenants: 1 }))
    const before = await world.eventLog.lastPosition()
    await world.append([{ stream, tenantId, event: { type, data: { status: 'IDLE' } } }])
    const { position } = (await world.eventLog.readStream(stream))[0]!
    await world.append(aSite(tenantId))
    const projector = await world.project()
    const fault = (await projector.ended) as EventNotApplicableError
    expect(fault).toBeInstanceOf(EventNotApplicableError)
    expect(fault.event).toEqual({ type, stream, revision: 0, position })
    expect(fault.message).toContain(`${type} in ${stream}, revision 0, at position ${position}`)
    expect(await checkpoint(world)).toMatchObject({ position: before })
    expect((await world.rows()).sightings).toHaveLength(18)
  })
})

describe('the command', () => {
  test('doesn’t rebuild under a running projector, and tells how the rows stand', async () => {
    await using world = await startWorld(stack)
    expect(await readStatus(world.database, world.eventLog)).toMatchObject({
      rows: 'there are none yet',
      projectorRuns: false,
    })
    const projector = await world.project()
    await world.append(aSite(randomUUID()))
    await world.caughtUp()
    const status = await readStatus(world.database, world.eventLog)
    expect(status).toMatchObject({ rows: expect.stringContaining('up to date'), projectorRuns: true })
    await expect(rebuild({ ...world, logger })).rejects.toThrow('a projector runs')
    await projector.close()
    const done = await rebuild({ ...world, logger })
    expect(done).toEqual({ events: 2, position: status.end })
  })
})

function aSite(tenantId: string) {
  const stream = `site-${tenantId}.${randomUUID()}`
  return [{ stream, tenantId, event: { type: 'SiteCreated' as const, data: { name: 'Quay' } } }]
}

/** The log as a build gives it that doesn't know a type. */
function withoutType(log: ProjectedLog, type: string): ProjectedLog {
  return {
    ...log,
    readAll: options => ({
      async *[Symbol.asyncIterator]() {
        for await (const batch of log.readAll({ ...options, live: false })) {
          const index = batch.findIndex(event => event.type === type)
          yield index < 0 ? batch : batch.slice(0, index)
          if (index >= 0)
            throw new UnknownEventTypeError(placeOf(batch[index]!), 'event type unknown to this build')
        }
      },
    }),
  }
}

function placeOf({ type, stream, revision, position }: RecordedEvent) {
  return { type, stream, revision, position: String(position) }
}

async function positionBefore(world: TestWorld, type: string): Promise<bigint> {
  let before = -1n
  for await (const batch of world.eventLog.readAll({ after: null, live: false })) {
    for (const event of batch) {
      if (event.type === type) return before
      before = event.position
    }
  }
  throw new Error(`there is no ${type}`)
}
