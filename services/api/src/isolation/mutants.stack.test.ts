import { beforeEach, describe, expect, test, vi } from 'vitest'
import { eventually, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'
import { createAsking, quiet } from './test-asking.ts'
import { type Column, checkCell } from './test-cells.ts'
import { mutations, queries, type Row } from './test-rows.ts'
import { makeWorld } from './test-world.ts'

/** Each check of the API taken away turns cells of the isolation table red; Postgres's part has mutants of its own. */

const removed = vi.hoisted(() => ({ check: undefined as string | undefined }))

vi.mock('../access/permissions.ts', async original => {
  const { mayDo, isForKind, ...rest } = await original<typeof import('../access/permissions.ts')>()
  return {
    ...rest,
    isForKind,
    mayDo: (...asked: Parameters<typeof mayDo>) =>
      removed.check === 'the permission table' || mayDo(...asked),
  }
})

vi.mock('../access/scoped.ts', async original => {
  const { scopedCamera, scopedSite } = await original<typeof import('../access/scoped.ts')>()
  return {
    scopedCamera: (...asked: Parameters<typeof scopedCamera>) =>
      removed.check === 'the scope of a camera' ? asked[2] : scopedCamera(...asked),
    scopedSite: (...asked: Parameters<typeof scopedSite>) =>
      removed.check === 'the scope of a site' ? asked[2] : scopedSite(...asked),
  }
})

vi.mock('../people/person-in-scope.ts', async original => {
  const { personInScope } = await original<typeof import('../people/person-in-scope.ts')>()
  return {
    personInScope: async (...asked: Parameters<typeof personInScope>) =>
      removed.check === 'the scope of a person' || (await personInScope(...asked)),
  }
})

vi.mock('../tenants/tenant-of-command.ts', async original => {
  const { tenantOfCommand } = await original<typeof import('../tenants/tenant-of-command.ts')>()
  return {
    tenantOfCommand: async (...asked: Parameters<typeof tenantOfCommand>) =>
      removed.check === 'the tenant of a command' ? asked[2] : tenantOfCommand(...asked),
  }
})

vi.mock('../request-contexts.ts', async original => {
  const actual = await original<typeof import('../request-contexts.ts')>()
  return {
    ...actual,
    createRequestContexts: (options: Parameters<typeof actual.createRequestContexts>[0]) =>
      actual.createRequestContexts({
        ...options,
        database: {
          asPrincipal: (reader, use) =>
            options.database.asPrincipal(
              removed.check === 'the scope of a reader' && reader.kind === 'tenant'
                ? { kind: 'tenant', tenantId: reader.tenantId }
                : removed.check === 'the tenant of a reader'
                  ? { kind: 'tenant', tenantId: world.ours.tenantId }
                  : reader,
              use,
            ),
        },
      }),
  }
})

const api = await useTestApi(quiet)
await useProjector(api)
const world = await makeWorld(api)
const { ask } = createAsking(api)
const { ours, admin } = world
await eventually(async () => {
  const { body } = await ask(
    admin.token,
    '{ sessions { edges { node { id } } } sightings { edges { node { id } } } }',
  )
  expect(JSON.stringify(body)).toContain(ours.sessionId)
  expect(JSON.stringify(body)).toContain(ours.sightingId)
})

const otherTenant: Column = { ...world.otherTenant, reaches: ['camera', 'site', 'tenant'] }
const otherSite: Column = { ...world.otherSite, reaches: ['camera', 'site'] }

/** A check, a cell that it makes green, and whether the asker's role may ask for the field at all. */
const mutants: [check: string, cell: string, row: Row, column: Column, may: boolean][] = [
  ['the permission table', 'createSite, other site', mutations.createSite!, otherSite, false],
  ['the scope of a camera', 'startStream, other site', mutations.startStream!, otherSite, true],
  ['the scope of a site', 'registerCamera, other site', mutations.registerCamera!, otherSite, true],
  ['the scope of a person', 'addPersonPicture, other site', mutations.addPersonPicture!, otherSite, true],
  ['the tenant of a command', 'addMember, other tenant', mutations.addMember!, otherTenant, true],
  ['the scope of a reader', 'camera, other site', queries.camera!, otherSite, true],
  ['the scope of a reader', 'sightings, other site', queries.sightings!, otherSite, true],
  ['the tenant of a reader', 'sites, other tenant', queries.sites!, otherTenant, true],
  ['the tenant of a reader', 'person, other tenant', queries.person!, otherTenant, true],
]

describe.each(mutants)('without %s', (check, name, row, column, may) => {
  beforeEach(() => {
    removed.check = undefined
  })
  const cell = () => checkCell({ api, ask, ours }, row, column, may)

  test(`${name} is red, and green with it`, async () => {
    await cell()
    removed.check = check
    await expect(cell()).rejects.toThrow()
  })
})
