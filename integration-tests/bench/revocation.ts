import { randomUUID } from 'node:crypto'
import { appendPlaced, tell } from '@sightline/api/access/test-access-log'
import { streamName } from '@sightline/contracts/stream-names'
import type { EventLog } from '@sightline/event-log/event-log'
import { createTenant, type Tenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import { eventOf, openLog } from './appending.ts'
import { atMost, type Section } from './figure.ts'
import { percentile } from './percentiles.ts'
import { now } from './read-model-wakes.ts'

const TENANTS = 10
const SOCKETS_EACH = 10
/** As many as a socket carries. */
const SUBSCRIPTIONS_EACH = 100
/** Changes that are measured before the suspension and as it happens. */
const CHANGES = 5

const query = 'subscription { agentsChanged { changed { id status } } }'

/** A socket with its subscriptions, as the protocol has them. */
interface Subscriber {
  /** Resolves when all subscriptions have begun. */
  begun: Promise<void>
  /** Messages since a moment, each with when it came. */
  arrivals: number[]
  /** Wall clock, ms, at which the socket was closed. */
  closedAt: Promise<number>
  close(): void
}

function openSubscriber(url: string, token: string): Subscriber {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const begun = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<number>()
  const arrivals: number[] = []
  let messages = 0
  const say = (message: object) => socket.send(JSON.stringify(message))
  socket.addEventListener('open', () => say({ type: 'connection_init', payload: { token } }))
  socket.addEventListener('message', ({ data }) => {
    const text = String(data)
    if (text.includes('"type":"connection_ack"')) {
      for (let id = 0; id < SUBSCRIPTIONS_EACH; id += 1)
        say({ id: String(id), type: 'subscribe', payload: { query } })
      return
    }
    if (!text.includes('"type":"next"')) return
    messages += 1
    arrivals.push(now())
    if (messages === SUBSCRIPTIONS_EACH) begun.resolve()
  })
  socket.addEventListener('error', () => begun.reject(new Error('a socket broke')))
  socket.addEventListener('close', () => closed.resolve(now()))
  return { begun: begun.promise, arrivals, closedAt: closed.promise, close: () => socket.close() }
}

/** 10,000 open subscriptions, of which one suspension ends 1,000. */
export const revocation: Section = {
  name: 'revocation',
  title: `${TENANTS * SOCKETS_EACH * SUBSCRIPTIONS_EACH} open subscriptions, ${SOCKETS_EACH * SUBSCRIPTIONS_EACH} ended by one suspension`,
  async measure(progress) {
    await using system = await startSystem({
      services: ['api', 'projector'],
      onProgress: step => progress(`starting ${step}`),
    })
    const log = await openLog(system)
    const groups: { tenant: Tenant; agentId: string; subscribers: Subscriber[] }[] = []
    try {
      for (let index = 0; index < TENANTS; index += 1) {
        const tenant = await createTenant(system, `Tenant ${index}`)
        const agentId = await pairAgent(log, tenant)
        const subscribers = Array.from({ length: SOCKETS_EACH }, () =>
          openSubscriber(system.url, tenant.token),
        )
        await Promise.all(subscribers.map(({ begun }) => begun))
        groups.push({ tenant, agentId, subscribers })
        progress(`${(index + 1) * SOCKETS_EACH * SUBSCRIPTIONS_EACH} subscriptions`)
      }
      const [ended, watched] = [groups[0]!, groups[1]!]

      const before: number[] = []
      for (let turn = 0; turn < CHANGES; turn += 1) before.push(...(await change(log, watched, turn)))
      progress('the suspension')
      const sentAt = now()
      await appendPlaced(log, tell.tenantSuspended(ended.tenant.tenantId))
      const during: number[] = []
      const changing = (async () => {
        for (let turn = CHANGES; turn < 2 * CHANGES; turn += 1) {
          during.push(...(await change(log, watched, turn)))
        }
      })()
      const closedAt = await Promise.all(ended.subscribers.map(subscriber => subscriber.closedAt))
      await changing

      const endedIn = closedAt.flatMap(at => Array.from({ length: SUBSCRIPTIONS_EACH }, () => at - sentAt))
      const p99 = percentile(endedIn, 0.99)
      const [calm, meanwhile] = [percentile(before, 0.99), percentile(during, 0.99)]
      const ratio = meanwhile / calm
      return [
        {
          name: 'from the suspension to the end, p99',
          value: p99,
          unit: 'ms',
          bound: atMost(p99, 1_000, '1 s'),
        },
        {
          name: 'a change to the others meanwhile, p99',
          value: meanwhile,
          unit: 'ms',
          reference: { name: 'before', value: calm, unit: 'ms' },
        },
        { name: 'against before', value: ratio, unit: 'x', bound: atMost(ratio, 2, '2x') },
      ]
    } finally {
      for (const { subscribers } of groups) for (const subscriber of subscribers) subscriber.close()
      await log.close()
    }
  },
}

async function pairAgent(log: EventLog, { tenantId, siteId }: Tenant): Promise<string> {
  const agentId = randomUUID()
  const data = { credentialId: randomUUID(), siteId, name: 'Gate box', serial: 'S-1' }
  await log.append(streamName('agent', tenantId, agentId), 'no_stream', [
    eventOf(tenantId, { type: 'AgentPaired', data }),
  ])
  return agentId
}

/** Changes an agent and waits until every subscriber of its tenant was told. Gives how long each was. */
async function change(
  log: EventLog,
  { tenant, agentId, subscribers }: { tenant: Tenant; agentId: string; subscribers: Subscriber[] },
  turn: number,
): Promise<number[]> {
  for (const { arrivals } of subscribers) arrivals.length = 0
  const status = turn % 2 === 0 ? 'ONLINE' : 'IDLE'
  const sentAt = now()
  const event = eventOf(tenant.tenantId, { type: 'AgentStatusChanged', data: { status } })
  await log.append(streamName('agent', tenant.tenantId, agentId), turn, [event])
  while (subscribers.some(({ arrivals }) => arrivals.length < SUBSCRIPTIONS_EACH)) {
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  return subscribers.flatMap(({ arrivals }) => arrivals.map(at => at - sentAt))
}
