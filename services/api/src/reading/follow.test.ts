import type { Database } from '@sightline/database/database'
import { createTurns } from '@sightline/waiting/turns'
import { expect, test } from 'vitest'
import type { Rights } from '../access/rights.ts'
import { createRequestContexts } from '../request-contexts.ts'
import type { Followed } from './changes.ts'
import { createFollow } from './follow.ts'

const tenantId = '0190b8a0-0000-7000-8000-000000000001'
const everywhere: Rights = { role: 'viewer', scope: { kind: 'tenant' } }
const inSite = (): Rights => ({ role: 'viewer', scope: { kind: 'narrowed', siteIds: ['a'], cameraIds: [] } })

interface Row {
  id: string
  position: bigint
  removed: boolean
}

/** Subscriptions over a database that counts its transactions; nothing is read while its one place is taken. */
async function subscribers() {
  const opened: unknown[] = []
  let open = 0
  const database: Pick<Database, 'asPrincipal'> = {
    async asPrincipal(principal, use) {
      opened.push(principal)
      open += 1
      try {
        return await use(async () => [{ position: 1n, logId: 'log' }] as never)
      } finally {
        open -= 1
      }
    },
  }
  const contexts = createRequestContexts({
    database,
    tenantAccess: () => undefined,
    positionKey: new Uint8Array(32),
    now: () => new Date(),
  })
  const turns = createTurns(1)
  const begin = await turns.take()
  const waiter = { wait: async () => true, close: () => {} }
  const wakeups = { start: async () => {}, close: async () => {}, register: () => waiter }
  const follow = createFollow({ wakeups, contexts, turns })
  const followed = (of: string): Followed<Row> => ({
    of: [of],
    models: [],
    everything: async () => [{ id: of, position: 1n, removed: false }],
    changedAfter: async () => [],
  })
  return {
    opened,
    begin,
    /** Transactions that are open at this moment. */
    open: () => open,
    subscribe(id: string, rights: Rights, of = 'cameras') {
      const { context } = contexts.open({
        principal: { kind: 'person', tenantId, id, sessionId: null },
        rights,
        remoteAddress: '',
        traceparent: '',
        logger: { info() {}, warn() {}, error() {} } as never,
      })
      return follow(context, followed(of)).next()
    },
  }
}

test('a change is read once for all who stand at the same place under the same rights', async () => {
  const { opened, begin, open, subscribe } = await subscribers()
  const same = Array.from({ length: 100 }, (_, index) => subscribe(`user ${index}`, everywhere))
  const narrowed = [subscribe('anna', inSite()), subscribe('ben', inSite())]
  const other = subscribe('anna', everywhere, 'agents')
  begin()
  const delivered = await Promise.all(same)
  expect(opened).toHaveLength(1)
  expect(new Set(delivered.map(({ value }) => value.context.principal.id)).size).toBe(100)

  // What it was read in stays until the last of them is done with it.
  const [first, ...rest] = delivered
  await Promise.all(rest.map(({ value }) => value.snapshot.finish()))
  await rest[0]!.value.snapshot.finish()
  expect([open(), opened.length]).toEqual([1, 1])
  await first!.value.snapshot.finish()

  for (const { value } of await Promise.all(narrowed)) {
    expect(value.change.changed).toHaveLength(1)
    await value.snapshot.finish()
  }
  await (await other).value.snapshot.finish()
  expect(open()).toBe(0)
  expect(opened).toEqual([
    { kind: 'tenant', tenantId },
    { kind: 'tenant', tenantId, scope: { siteIds: ['a'], cameraIds: [] } },
    { kind: 'tenant', tenantId },
  ])
})
