import { randomBytes } from 'node:crypto'
import { createRoles } from '@sightline/database/migrate'
import { type RolePasswords, roles } from '@sightline/database/roles'
import { type Stack, startStack } from '@sightline/local/stack'
import { useSharedStack } from '@sightline/local/test-stack'
import { expect, test } from 'vitest'
import { rebuild } from './rebuilding.ts'
import { tell } from './test-story.ts'
import { startWorld, type TestWorld } from './test-world.ts'

const shared = await useSharedStack('postgres')

/** A world whose PostgreSQL is its own, to be killed. */
async function startWorldOn(postgres: Stack<'postgres'>['postgres']): Promise<TestWorld> {
  const passwords = Object.fromEntries(
    roles.map(role => [role, randomBytes(9).toString('base64url')]),
  ) as unknown as RolePasswords
  await createRoles(postgres.adminUrl, passwords)
  return startWorld({
    startEventStore: shared.startEventStore,
    createDatabase: async () => ({
      connection: { host: postgres.host, port: postgres.port, database: 'postgres' },
      ownerUrl: postgres.adminUrl,
      passwords,
    }),
  })
}

test('the tables that a projector made are there although PostgreSQL is killed at once', async () => {
  await using stack = await startStack({ parts: ['postgres'], onPartDied() {} })
  await using world = await startWorldOn(stack.postgres)
  const projector = await world.project()
  await stack.postgres.kill()
  await stack.postgres.restart()
  await world.append(tell({ tenants: 1, camerasEach: 1, peopleEach: 0, sightingsEach: 1 }))
  await world.caughtUp()
  await projector.close()
}, 120_000)

test('PostgreSQL and the event store are killed and restarted while events come in: nothing is lost or doubled', async () => {
  await using stack = await startStack({ parts: ['postgres'], onPartDied() {} })
  await using world = await startWorldOn(stack.postgres)
  const story = [...tell({ tenants: 2, camerasEach: 4, peopleEach: 2, sightingsEach: 25 })]
  const people = story.filter(told => told.event.type === 'PersonEnrolled')
  // Their keys are made before PostgreSQL goes.
  await world.append(people)
  const projector = await world.project({ maxBatch: 20 })
  const appending = world.append(story.filter(told => !told.stream.startsWith('person-')))
  for (let round = 0; round < 2; round += 1) {
    await stack.postgres.kill()
    await stack.postgres.restart()
    await world.eventStore.kill()
    await world.eventStore.restart()
  }
  await appending
  await world.caughtUp()
  await projector.close()
  const live = await world.rows()
  expect(live.sightings).toHaveLength(200)
  const { events } = await rebuild({ ...world, logger: { warn() {} } })
  // Every event that was answered is there once, and the one that made the log.
  expect(events).toBe(story.filter(told => told.event.type !== 'PersonPictureAdded').length + 1)
  expect(await world.rows()).toEqual(live)
}, 120_000)
