import { v7 } from 'uuid'
import { beforeAll, describe, expect, test } from 'vitest'
import { mayDo } from '../access/permissions.ts'
import type { Rights } from '../access/rights.ts'
import { tell } from '../access/test-access-log.ts'
import { eventually, useTestApi } from '../test-api.ts'
import { machineToken, useProjector } from '../test-reading.ts'
import { type Answer, comparable, createAsking, quiet } from './test-asking.ts'
import {
  type Column,
  checkCell,
  checkTold,
  codesOf,
  eventsAfter,
  expectNoneOf,
  firstOf,
} from './test-cells.ts'
import { makeCredentials } from './test-credentials.ts'
import { fieldOf, mutations, namedByCaller, queries, type Row, subscriptions } from './test-rows.ts'
import { fieldsAskedFor, fieldsBelow, idsGiven, idsTaken, leadsOn, rootFields } from './test-schema.ts'
import { makeWorld, type Things, unknownThings } from './test-world.ts'

/**
 * The isolation table: each field of the roots, and each way of asking it, against everybody who must not have what it
 * is about. Each cell also asks for the asker's own, and what isn't theirs is compared with what isn't there: the same
 * status, headers, body and statements.
 */

const api = await useTestApi(quiet)
await useProjector(api)
const world = await makeWorld(api)
const { ours, admin, otherTenant, otherSite, otherCamera } = world
const { ask, lookedForBy } = createAsking(api)
const node = await api.mediaNode()

await eventually(async () => {
  const { body } = await ask(
    admin.token,
    '{ sessions { edges { node { id } } } sightings { edges { node { id } } } }',
  )
  expect(JSON.stringify(body)).toContain(ours.sessionId)
  expect(JSON.stringify(body)).toContain(ours.sightingId)
  const own = await ask(
    otherTenant.token,
    '{ apiKeys { edges { node { id } } } sightings { edges { node { id } } } }',
  )
  expect(JSON.stringify(own.body)).toContain(otherTenant.own.keyId)
  expect(JSON.stringify(own.body)).toContain(otherTenant.own.sightingId)
})

const narrowed = { kind: 'narrowed', siteIds: [], cameraIds: [] } as const
const columns: Record<'other tenant' | 'other site' | 'other camera', Column & { rights: Rights }> = {
  'other tenant': {
    ...otherTenant,
    rights: { role: 'tenant_admin', scope: { kind: 'tenant' } },
    reaches: ['camera', 'site', 'tenant'],
  },
  'other site': {
    ...otherSite,
    rights: { role: 'site_manager', scope: narrowed },
    reaches: ['camera', 'site'],
  },
  'other camera': { ...otherCamera, rights: { role: 'site_manager', scope: narrowed }, reaches: ['camera'] },
}

/** Tokens that count for nothing in our tenant, whatever they ask, and what they are answered. */
const noRole = await api.identity.person({ tenantId: ours.tenantId, userId: v7(), sessionId: v7() })
const removedUser = { tenantId: ours.tenantId, userId: v7(), sessionId: v7() }
await api.addMember(ours.tenantId, removedUser.userId)
await api.tell(tell.memberRemoved(ours.tenantId, removedUser.userId))
const ended = await api.person(ours.tenantId)
await api.tell(
  tell.sessionStarted(ended.userId, ended.tenantId, ended.sessionId, new Date(Date.now() + 3_600_000)),
  tell.sessionEnded(ended.userId, ended.tenantId, ended.sessionId),
)
const expired = await api.identity.person({ ...admin, expiresAt: new Date(Date.now() - 60_000) })
const useless: Record<string, { token: string | undefined; code: 'UNAUTHENTICATED' | 'FORBIDDEN' }> = {
  'no token': { token: undefined, code: 'UNAUTHENTICATED' },
  'no role': { token: noRole, code: 'FORBIDDEN' },
  'a membership that was removed': { token: await api.identity.person(removedUser), code: 'FORBIDDEN' },
  'a session that has ended': { token: ended.token, code: 'UNAUTHENTICATED' },
  'an expired token': { token: expired, code: 'UNAUTHENTICATED' },
}

const { all: credentials } = await makeCredentials(api, world)
const systemToken = await api.identity.system()
const agentToken = await machineToken(api, {
  principal: 'agent',
  sub: ours.agentId,
  tenant: ours.tenantId,
})

/** A row's own kind of token, for the positive of its cells. */
const ofOwnKind: Record<Row['of'], string | undefined> = {
  person: admin.token,
  system: systemToken,
  media_node: node.token,
  agent: agentToken,
  anybody: undefined,
}

/** Whoever of a kind other than a person's lost what their token needs. */
const lost: Partial<Record<Row['of'], Record<string, string>>> = {
  media_node: {
    'a node whose key was revoked': await nodeThatLost('revoked'),
    'a node whose key has expired': await nodeThatLost('expired'),
  },
  agent: {
    'an agent that was never paired': await machineToken(api, {
      principal: 'agent',
      sub: v7(),
      tenant: ours.tenantId,
    }),
  },
  system: { 'an administrator who was dismissed': await dismissed() },
}

async function nodeThatLost(how: 'revoked' | 'expired'): Promise<string> {
  const [nodeId, keyId] = [v7(), v7()]
  const expiresAt = new Date(Date.now() + (how === 'expired' ? -1_000 : 60_000)).toISOString()
  await api.tell(tell.keyIssued(null, nodeId, { keyId, expiresAt }))
  if (how === 'revoked') await api.tell(tell.keyRevoked(null, nodeId, keyId))
  return api.identity.mediaNode(nodeId)
}

async function dismissed(): Promise<string> {
  const userId = v7()
  await api.tell(tell.administratorAppointed(userId), tell.administratorDismissed(userId))
  return api.identity.system(userId)
}

const ourEventsAfter = (position: bigint) => eventsAfter(api, ours.tenantId, position)

const kinds = { query: queries, mutation: mutations, subscription: subscriptions }
describe.each(Object.entries(kinds))('of every %s', (name, rows) => {
  const kind = name as keyof typeof kinds
  const all =
    kind === 'mutation' ? [...Object.values(rows), ...Object.values(namedByCaller)] : Object.values(rows)

  test('the field has its row', () => {
    expect([...new Set(Object.keys(rows).map(fieldOf))].sort()).toEqual(rootFields(kind))
  })

  test('every id that it takes, in nested inputs too, is one that a row asks for', () => {
    const given = new Set(all.flatMap(row => idsGiven(row.query, { ...row.variables?.(ours) })))
    expect(idsTaken(kind).filter(id => !given.has(id))).toEqual([])
  })

  test('every field below it is one that a row asks for', () => {
    const asked = fieldsAskedFor(all.map(({ query }) => query))
    const below = fieldsBelow(kind)
    // What commands answer leads nowhere, so there is nothing of others in it.
    const leading = below.filter(field => kind !== 'mutation' || leadsOn(field))
    expect(leading.filter(field => !asked.has(field))).toEqual([])
    expect(below.length).toBeGreaterThan(5)
  })
})

const overHttp = [
  ...Object.entries(queries).map(([name, row]) => ({ kind: 'query' as const, name, row })),
  ...Object.entries(mutations).map(([name, row]) => ({ kind: 'mutation' as const, name, row })),
]

describe.each(overHttp)('$kind $name', ({ kind, name, row }) => {
  const asked = (things: Things) => row.variables?.(things) ?? {}

  let before = 0n
  beforeAll(async () => {
    before = await api.eventLog.lastPosition()
  })

  const uselessHere = row.of === 'anybody' ? [] : Object.entries(useless)
  test.each(uselessHere)('says nothing to %s', async (who, { token, code }) => {
    // What no member may do is refused before anything is known of them.
    const ofNoMember = row.of !== 'person' && who === 'a session that has ended'
    for (const things of [ours, unknownThings()]) {
      const answer = await ask(token, row.query, asked(things))
      expect(codesOf(answer)).toEqual([ofNoMember ? 'FORBIDDEN' : code])
      expect(answer.body.data).toBeUndefined()
    }
  })

  test.each(Object.entries(lost[row.of] ?? {}))('says nothing to %s', async (_who, token) => {
    const answer = await ask(token, row.query, asked(ours))
    expect([['FORBIDDEN'], ['UNAUTHENTICATED']]).toContainEqual(codesOf(answer))
    expect(answer.body.data).toBeUndefined()
  })

  const others = Object.entries(credentials).filter(
    ([, { rights }]) => !rights || !mayDo(rights, kind, fieldOf(name)),
  )
  test.each(others)('is not for %s', async (_what, { text, rights }) => {
    const answer = await ask(text, row.query, asked(ours))
    expect(codesOf(answer)).toEqual([rights ? 'FORBIDDEN' : 'UNAUTHENTICATED'])
    expect(answer.body.data).toBeUndefined()
  })

  test('does nothing for any of them', async () => {
    expect(await ourEventsAfter(before)).toEqual([])
  })

  test('is for its own kind of token', async () => {
    const answer = await ask(ofOwnKind[row.of], row.query, asked(unknownThings()))
    expect(answer.status).toBe(200)
    expect(answer.body.data).toBeDefined()
  })

  if (row.of !== 'person') return
  test.each(Object.entries(columns))('is answered to %s as if ours were not there', (_who, column) =>
    checkCell({ api, ask, ours }, row, column, mayDo(column.rights, kind, fieldOf(name))),
  )
})

describe('machines', () => {
  const byNode = Object.entries(mutations).filter(([, row]) => row.of === 'media_node')
  test.each(byNode)('%s is for the node that holds the stream', async (_name, row) => {
    const before = await api.eventLog.lastPosition()
    const asked = row.variables!(ours)
    const unknown = unknownThings()
    const forOurs = await ask(node.token, row.query, asked)
    row.absent(forOurs.body)
    expect(await ourEventsAfter(before)).toEqual([])
    const holder = await api.identity.mediaNode(otherTenant.own.nodeId)
    row.there((await ask(holder, row.query, row.variables!(otherTenant.own))).body, otherTenant.own)
    row.absent((await ask(node.token, row.query, row.variables!(unknown))).body)
  })

  test('heartbeat is for an agent that is paired', async () => {
    const row = mutations.heartbeat!
    row.there((await ask(agentToken, row.query)).body, ours)
    const elsewhere = { principal: 'agent', sub: ours.agentId, tenant: otherTenant.own.tenantId }
    expect(codesOf(await ask(await machineToken(api, elsewhere), row.query))).toEqual(['FORBIDDEN'])
  })

  test('a request for pairing tells a stranger nothing of an agent that is paired', async () => {
    const row = mutations.requestPairing!
    const unknown = unknownThings()
    const [forOurs, forNothing] = [
      await ask(undefined, row.query, row.variables!(ours)),
      await ask(undefined, row.query, row.variables!(unknown)),
    ]
    expect(comparable(forOurs, row.variables!(ours))).toEqual(comparable(forNothing, row.variables!(unknown)))
  })
})

describe('system administrators', () => {
  const bySystem = Object.entries({ ...queries, ...mutations }).filter(([, row]) => row.of === 'system')
  test.each(bySystem)('%s is for them', async (_name, row) => {
    const { body } = await ask(systemToken, row.query, row.variables?.(otherTenant.own))
    row.there(body, otherTenant.own)
    // They see how much tenants have, and nothing of what it is.
    const { tenantId, ...inside } = otherTenant.own
    expectNoneOf(new Set(Object.values(inside)), body, row.variables?.(otherTenant.own) ?? {})
  })

  test('a tenant that never was is absent', async () => {
    const row = queries.tenantRecord!
    row.absent((await ask(systemToken, row.query, row.variables!(unknownThings()))).body)
  })
})

describe.each(Object.entries(subscriptions))('subscription %s', (name, row) => {
  const asked = row.variables?.(ours) ?? {}
  const first = (token: string | undefined) => firstOf(api, token, row.query, asked)

  test.each(Object.entries(useless))('tells nothing to %s', async (_who, { token }) => {
    expect(await first(token)).toBe('NO SOCKET')
  })

  test.each(Object.entries(lost[row.of] ?? {}))('tells nothing to %s', async (_who, token) => {
    expect(await first(token)).toBe('NO SOCKET')
  })

  const others = Object.entries(credentials).filter(
    ([, { rights }]) => !rights || !mayDo(rights, 'subscription', fieldOf(name)),
  )
  test.each(others)('is not for %s', async (_what, { text, rights }) => {
    expect(await first(text)).toBe(rights ? 'FORBIDDEN' : 'NO SOCKET')
  })

  test('is for its own kind of token', async () => {
    expect(await first(ofOwnKind[row.of])).toMatchObject({ data: expect.anything() })
  })

  if (row.of === 'system') {
    test('tells a system administrator of every tenant, and nothing of what is in it', async () => {
      const answer = (await first(systemToken)) as Answer['body']
      for (const { tenantId, ...inside } of [ours, otherTenant.own]) {
        row.there(answer, { ...inside, tenantId })
        expectNoneOf(new Set(Object.values(inside)), answer, {})
      }
    })
  }

  if (row.of !== 'person') return
  test.each(Object.entries(columns))('tells %s nothing of ours', (_who, column) =>
    checkTold(api, row, column, mayDo(column.rights, 'subscription', fieldOf(name))),
  )
})

// Finding rows or events and refusing them takes longer than finding none.
describe('what is known not to be theirs is not looked for', () => {
  const about: [name: string, row: Row, id: keyof Things][] = [
    ['camera', queries.camera!, 'cameraId'],
    ['site', queries.site!, 'siteId'],
    ['agent', queries.agent!, 'agentId'],
    ['cameras of a site', queries['cameras of a site']!, 'siteId'],
    ['sightings of a camera', queries['sightings of a camera']!, 'cameraId'],
    ['sightings of a site', queries['sightings of a site']!, 'siteId'],
    ['registerCamera', mutations.registerCamera!, 'siteId'],
    ['startStream', mutations.startStream!, 'cameraId'],
    ['stopStream', mutations.stopStream!, 'cameraId'],
    ['pairAgent', mutations.pairAgent!, 'siteId'],
    ['unpairAgent', mutations.unpairAgent!, 'spareAgentId'],
  ]
  /** Theirs is looked for when they ask for it, and more often than when a list only begins with their scope. */
  async function expectSought(id: keyof Things, asking: (things: Things) => Promise<unknown>): Promise<void> {
    const [forOurs, forOwn] = [
      await lookedForBy(() => asking(ours)),
      await lookedForBy(() => asking(otherSite.own)),
    ]
    const naming = (texts: string[], wanted: string) => texts.filter(text => text.includes(wanted)).length
    expect(naming(forOurs, ours[id])).toBe(0)
    expect(naming(forOwn, otherSite.own[id])).toBeGreaterThan(naming(forOurs, otherSite.own[id]))
  }

  test.each(about)('%s', (_name, { query, variables }, id) =>
    expectSought(id, things => ask(otherSite.token, query, variables!(things))),
  )

  const told: [name: string, id: keyof Things][] = [
    ['camerasChanged of a site', 'siteId'],
    ['streamChanged', 'cameraId'],
    ['sightings of a camera', 'cameraId'],
    ['sightings of a site', 'siteId'],
  ]
  test.each(told)('subscription %s', (name, id) => {
    const { query, variables } = subscriptions[name]!
    return expectSought(id, things => firstOf(api, otherSite.token, query, variables!(things)))
  })
})

test('a session of another site’s camera is as much in the way under that camera as under none', async () => {
  const { query, variables } = namedByCaller.startStream!
  const [under, none] = [ours, { ...ours, cameraId: v7() }].map(things => variables!(things)) as [
    object,
    object,
  ]
  const answer = await ask(otherSite.token, query, under)
  expect(comparable(answer, under)).toEqual(comparable(await ask(otherSite.token, query, none), none))
})

// The last, because another tenant then has things of its own under ids of ours.
describe.each(Object.entries(namedByCaller))('%s under an id of ours', (_name, row) => {
  const named = Object.keys((row.variables!(unknownThings()) as { input: object }).input)[0] as keyof Things

  test('is to another tenant what it is under one that nobody has', async () => {
    const { token, own, hidden } = otherTenant
    const before = await api.eventLog.lastPosition()
    const asked = (id: string) => row.variables!({ ...own, [named]: id })
    const [taken, free] = [asked(ours[named]), asked(v7())]
    const forOurs = await ask(token, row.query, taken)
    expect(comparable(forOurs, taken)).toEqual(comparable(await ask(token, row.query, free), free))
    expectNoneOf(hidden, forOurs.body, taken)
    expect(await ourEventsAfter(before)).toEqual([])
  })

  test.each([
    ['other site', otherSite],
    ['other camera', otherCamera],
  ])('is refused to %s, who is told no more than that', async (_who, { token, own, hidden }) => {
    const before = await api.eventLog.lastPosition()
    const asked = row.variables!({ ...own, [named]: ours[named] })
    const { body } = await ask(token, row.query, asked)
    const [answer] = Object.values(body.data ?? {}) as { code: string }[]
    const code = answer?.code ?? body.errors?.[0]?.extensions.code
    expect(['ID_IN_USE', 'NOT_FOUND', 'FORBIDDEN']).toContain(code)
    expectNoneOf(hidden, body, asked)
    expect(await ourEventsAfter(before)).toEqual([])
  })
})
