import { beforeEach, expect, test, vi } from 'vitest'
import { eventually, useTestApi } from '../test-api.ts'
import { useProjector } from '../test-reading.ts'
import { createAsking, quiet } from './test-asking.ts'
import { type Column, checkCell, checkTold, codesOf } from './test-cells.ts'
import { type Credentials, makeCredentials } from './test-credentials.ts'
import { doorsOf } from './test-doors.ts'
import { mutations, queries, type Row, subscriptions } from './test-rows.ts'
import { makeWorld } from './test-world.ts'

/** Each check of the API taken away turns cells of the isolation table red; Postgres's part has mutants of its own. */

const removed = vi.hoisted(() => ({ check: undefined as string | undefined }))

vi.mock('../access/permissions.ts', async original => {
  const { mayDo, isForKind, ...rest } = await original<typeof import('../access/permissions.ts')>()
  return {
    ...rest,
    isForKind: (...asked: Parameters<typeof isForKind>) =>
      removed.check === 'the permission table' || isForKind(...asked),
    mayDo: (...asked: Parameters<typeof mayDo>) =>
      removed.check === 'the permission table' || mayDo(...asked),
  }
})

vi.mock('../access/tokens.ts', async original => {
  const { createVerifyToken, createVerifyMediaToken, ...rest } =
    await original<typeof import('../access/tokens.ts')>()
  return {
    ...rest,
    createVerifyMediaToken,
    createVerifyToken: (options: Parameters<typeof createVerifyToken>[0]) => {
      const [own, media] = [createVerifyToken(options), createVerifyMediaToken(options)]
      return async (...asked: Parameters<typeof own>) => {
        if (removed.check !== 'the kind of a token') return own(...asked)
        const { subjectId: id, tenantId, expiresAt } = await media(asked[0])
        const principal = { kind: 'person', tenantId, id, sessionId: null } as const
        return { principal, sessionId: null, keyId: null, expiresAt, signerGone: null }
      }
    },
  }
})

vi.mock('../access/scoped.ts', async original => {
  const { scopedCamera, soughtSite, ...rest } = await original<typeof import('../access/scoped.ts')>()
  return {
    ...rest,
    // They would keep cells green without the checks that are removed here, so they do nothing.
    sought: (_context: object, _kind: string, id: string) => id,
    soughtSiteOfCameras: (_context: object, id: string) => id,
    scopedCamera: (...asked: Parameters<typeof scopedCamera>) =>
      removed.check === 'the scope of a camera' ? asked[2] : scopedCamera(...asked),
    soughtSite: (...asked: Parameters<typeof soughtSite>) =>
      removed.check === 'the scope of a site' ? asked[1] : soughtSite(...asked),
  }
})

vi.mock('../reading/positions.ts', async original => {
  const { createCodecs, ...rest } = await original<typeof import('../reading/positions.ts')>()
  return {
    ...rest,
    createCodecs: (key: Uint8Array, scope: string) => {
      const [own, any] = [createCodecs(key, scope), createCodecs(key, 'any')]
      const codec = () => (removed.check === 'the tenant of positions and cursors' ? any : own)
      return {
        position: {
          encode: position => codec().position.encode(position),
          decode: token => codec().position.decode(token),
        },
        cursors: {
          encode: (of, after) => codec().cursors.encode(of, after),
          decode: (of, token) => codec().cursors.decode(of, token),
        },
      } satisfies ReturnType<typeof createCodecs>
    },
  }
})

vi.mock('../pictures/addresses.ts', async original => {
  const { createPictureAddresses, ...rest } = await original<typeof import('../pictures/addresses.ts')>()
  return {
    ...rest,
    createPictureAddresses: (key: Uint8Array) => {
      const addresses = createPictureAddresses(key)
      const { readAddress } = addresses
      return {
        ...addresses,
        readAddress: (kind, token, now) =>
          readAddress(kind, token, now) ??
          (removed.check === 'the kind of an address' ? readAddress('picture', token, now) : undefined),
      } satisfies typeof addresses
    },
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
    createRequestContexts: (options: Parameters<typeof actual.createRequestContexts>[0]) => {
      const contexts = actual.createRequestContexts({
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
      })
      // Lists begin with the scope where it is small, besides being held to it.
      const unscoped = <Context extends object>(context: Context): Context =>
        removed.check === 'the scope of a reader'
          ? Object.defineProperty(context, 'scope', { value: undefined })
          : context
      return {
        ...contexts,
        open: caller => {
          const opened = contexts.open(caller)
          unscoped(opened.context)
          return opened
        },
        within: (...asked) => unscoped(contexts.within(...asked)),
      } satisfies typeof contexts
    },
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
const otherCamera: Column = { ...world.otherCamera, reaches: ['camera'] }
const made = await makeCredentials(api, world)

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

beforeEach(() => {
  removed.check = undefined
})

/** Each is green, and red without the check. */
async function expectRedWithout(check: string, cell: () => Promise<void>): Promise<void> {
  await cell()
  removed.check = check
  await expect(cell()).rejects.toThrow()
}

test.each(mutants)('without %s, %s is red', (check, _name, row, column, may) =>
  expectRedWithout(check, () => checkCell({ api, ask, ours }, row, column, may)),
)

const told: [check: string, name: string, column: Column][] = [
  ['the scope of a reader', 'camerasChanged', otherSite],
  ['the scope of a reader', 'agentsChanged', otherSite],
  ['the scope of a reader', 'peopleChanged', otherSite],
  ['the scope of a reader', 'sightings of a camera', otherCamera],
  ['the tenant of a reader', 'streamChanged', otherTenant],
]
test.each(told)('without %s, subscription %s is red', (check, name, column) =>
  expectRedWithout(check, () => checkTold(api, subscriptions[name]!, column, true)),
)

const bearers: [check: string, of: keyof Credentials, code: string][] = [
  ['the permission table', "a worker's token", 'FORBIDDEN'],
  ['the kind of a token', 'a media token', 'UNAUTHENTICATED'],
]
test.each(bearers)('without %s, %s is somebody', (check, of, code) =>
  expectRedWithout(check, async () => {
    const answer = await ask(made.all[of]!.text, '{ tenant { id } }')
    expect(codesOf(answer)).toEqual([code])
    expect(answer.body.data).toBeUndefined()
  }),
)

test('without the kind of an address, a picture is served as a crop', () =>
  expectRedWithout('the kind of an address', async () => {
    const { 'a crop': door } = doorsOf(api, world, made)
    expect(await door!.show(made.all['the address of a picture'].text)).toBe(false)
  }))

test('without the tenant of positions and cursors, they open to another one', () =>
  expectRedWithout('the tenant of positions and cursors', async () => {
    const query = 'query Q($at: Position) { rightsInForce(atLeast: $at) { position } }'
    const { body } = await ask(admin.token, '{ rightsInForce { position } }')
    const { position } = body.data!.rightsInForce as { position: string }
    expect(codesOf(await ask(world.otherTenant.token, query, { at: position }))).toEqual([
      'POSITION_NOT_VALID',
    ])
  }))
