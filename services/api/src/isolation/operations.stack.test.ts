import { makeExecutableSchema } from '@graphql-tools/schema'
import { readTypeDefinitions } from '@sightline/schema/type-definitions'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import { mayDo } from '../access/permissions.ts'
import type { Rights } from '../access/rights.ts'
import { tell } from '../access/test-access-log.ts'
import { eventually, useTestApi } from '../test-api.ts'
import { machineToken, subscribe, useProjector } from '../test-reading.ts'
import { type Answer, comparable, createAsking, quiet } from './test-asking.ts'
import { type Column, checkCell, codesOf, eventsAfter, expectNoneOf } from './test-cells.ts'
import { fieldOf, mutations, queries, subscriptions } from './test-rows.ts'
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
const { ask } = createAsking(api)
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

/** Tokens of other kinds than a field's own, each of somebody with rights of their own. */
const ofKind: Record<string, string> = {
  person: admin.token,
  system: await api.identity.system(),
  media_node: node.token,
  worker: await workerToken(),
  agent: await machineToken(api, { principal: 'agent', sub: ours.agentId, tenant: ours.tenantId }),
}

async function workerToken(): Promise<string> {
  const workerId = v7()
  await api.tell(tell.keyIssued(null, workerId, { kind: 'worker' }))
  return api.identity.worker(workerId)
}

const ourEventsAfter = (position: bigint) => eventsAfter(api, ours.tenantId, position)

const schema = makeExecutableSchema({ typeDefs: readTypeDefinitions() })
test('every field of the roots has its row', () => {
  const fields = (rows: object) => [...new Set(Object.keys(rows).map(fieldOf))].sort()
  expect(fields(queries)).toEqual(Object.keys(schema.getQueryType()!.getFields()).sort())
  expect(fields(mutations)).toEqual(Object.keys(schema.getMutationType()!.getFields()).sort())
  expect(fields(subscriptions)).toEqual(Object.keys(schema.getSubscriptionType()!.getFields()).sort())
})

const overHttp = [
  ...Object.entries(queries).map(([name, row]) => ({ kind: 'query' as const, name, row })),
  ...Object.entries(mutations).map(([name, row]) => ({ kind: 'mutation' as const, name, row })),
]

describe.each(overHttp.filter(({ row }) => row.of !== 'anybody'))('$kind $name', ({ kind, name, row }) => {
  const asked = (things: Things) => row.variables?.(things) ?? {}

  test.each(Object.entries(useless))('says nothing to %s, and does nothing', async (who, { token, code }) => {
    const before = await api.eventLog.lastPosition()
    // What no member may do is refused before anything is known of them.
    const ofNoMember = row.of !== 'person' && who === 'a session that has ended'
    for (const things of [ours, unknownThings()]) {
      const answer = await ask(token, row.query, asked(things))
      expect(codesOf(answer)).toEqual([ofNoMember ? 'FORBIDDEN' : code])
      expect(answer.body.data).toBeUndefined()
    }
    expect(await ourEventsAfter(before)).toEqual([])
  })

  test('is not for tokens of other kinds', async () => {
    const before = await api.eventLog.lastPosition()
    for (const [kindOfToken, token] of Object.entries(ofKind)) {
      const role = kindOfToken === 'system' ? 'system_admin' : (kindOfToken as 'agent')
      const rights: Rights = { role, scope: { kind: 'tenant' } }
      if (kindOfToken === row.of || mayDo(rights, kind, fieldOf(name))) continue
      const answer = await ask(token, row.query, asked(ours))
      expect([kindOfToken, codesOf(answer)]).toEqual([kindOfToken, ['FORBIDDEN']])
      expect(answer.body.data).toBeUndefined()
    }
    expect(await ourEventsAfter(before)).toEqual([])
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
    row.there((await ask(ofKind.agent, row.query)).body, ours)
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
    const { body } = await ask(ofKind.system, row.query, row.variables?.(otherTenant.own))
    row.there(body, otherTenant.own)
    // They see how much tenants have, and nothing of what it is.
    const { tenantId, ...inside } = otherTenant.own
    expectNoneOf(new Set(Object.values(inside)), body, row.variables?.(otherTenant.own) ?? {})
  })

  test('a tenant that never was is absent', async () => {
    const row = queries.tenantRecord!
    row.absent((await ask(ofKind.system, row.query, row.variables!(unknownThings()))).body)
  })
})

describe.each(Object.entries(subscriptions))('subscription %s', (name, row) => {
  const asked = (things: Things) => row.variables?.(things) ?? {}
  const first = async (token: string | undefined, things: Things): Promise<Answer['body'] | string> => {
    const subscription = subscribe<Record<string, unknown>, object>(api.url, token, row.query, asked(things))
    const { promise: over, resolve } = Promise.withResolvers<string>()
    void subscription.ended.then(why => resolve(endOf(why)))
    const answer = await Promise.race([subscription.next().catch(() => over), over])
    subscription.close()
    return answer as Answer['body'] | string
  }

  test.each(Object.entries(useless))('tells nothing to %s', async (_who, { token }) => {
    expect(await first(token, ours)).toBe('NO SOCKET')
  })

  test('is not for tokens of other kinds', async () => {
    for (const [kindOfToken, token] of Object.entries(ofKind)) {
      if (kindOfToken !== row.of)
        expect([kindOfToken, await first(token, ours)]).toEqual([kindOfToken, 'FORBIDDEN'])
    }
  })

  if (row.of === 'system') {
    test('tells a system administrator of every tenant, and nothing of what is in it', async () => {
      const answer = (await first(ofKind.system, ours)) as Answer['body']
      for (const { tenantId, ...inside } of [ours, otherTenant.own]) {
        row.there(answer, { ...inside, tenantId })
        expectNoneOf(new Set(Object.values(inside)), answer, {})
      }
    })
  }

  if (row.of !== 'person') return
  test.each(Object.entries(columns))('tells %s nothing of ours', async (_who, column) => {
    const { token, asks, hidden, own, rights, reaches } = column
    const may = mayDo(rights, 'subscription', fieldOf(name))
    const [forOurs, forNothing] = [await first(token, asks), await first(token, unknownThings())]
    if (!may) {
      expect([forOurs, forNothing]).toEqual(['FORBIDDEN', 'FORBIDDEN'])
      return
    }
    row.absent(forOurs as Answer['body'])
    expectNoneOf(hidden, forOurs, asked(asks))
    const withoutPosition = (body: unknown) => JSON.stringify(body).replace(/"position":"[^"]*"/g, '')
    expect(withoutPosition(forOurs)).toBe(withoutPosition(forNothing))
    if (!reaches.includes(row.level)) return
    const positive = (await first(token, own)) as Answer['body']
    row.there(positive, own)
    expectNoneOf(hidden, positive, asked(own))
  })
})

/** How a subscription ended: by the code of its error, or of its socket. */
function endOf(why: unknown): string {
  const [error] = Array.isArray(why) ? (why as { extensions?: { code?: string } }[]) : []
  if (error) return error.extensions?.code ?? 'an error without a code'
  const { code } = why as { code?: number }
  return code === 4403 ? 'NO SOCKET' : `closed with ${code}`
}
