import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { streamName } from '@sightline/contracts/stream-names'
import type { EventLog } from '@sightline/event-log/event-log'
import { AgentsChangedDocument } from '@sightline/schema/operations'
import { createTenant, type Tenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import { eventOf, openLog } from './appending.ts'
import { openDiskProbe } from './disk.ts'
import { atMost, type Figure, type Section } from './figure.ts'
import { percentile } from './percentiles.ts'
import { listenToWakes, now, type ReadModelWakes } from './read-model-wakes.ts'

const APPENDS_PER_SECOND = 50
const SAMPLES = 1_000
const WARM_UP = 200
/** Each changes every other second, so that no two changes of one arrive as one. */
const AGENTS = 100
const STATUSES = ['IDLE', 'ONLINE'] as const

/** One append's way; wall clock, ms. */
interface Sample {
  sentAt: number
  acknowledgedAt: number
  projectedAt: number
  arrivedAt: number
}

/** From an append until a subscription shows it, at a steady rate, beside the disk's own time. */
export const appendToSubscription: Section = {
  name: 'subscription',
  title: `From an append to a subscription at ${APPENDS_PER_SECOND} appends/s`,
  async measure(progress) {
    await using system = await startSystem({
      services: ['api', 'projector'],
      onProgress: step => progress(`starting ${step}`),
    })
    const tenant = await createTenant(system, 'Bench')
    await using wakes = await listenToWakes(system)
    await using disk = await openDiskProbe(join(system.stack.folder, 'fdatasync'))
    const log = await openLog(system)
    try {
      const agents = await pairAgents(log, tenant)
      const arrivals = followAgents(tenant)
      await arrivals.of(agents.at(-1)!, 'OFFLINE')
      progress(`${WARM_UP + SAMPLES} appends`)
      const under: Promise<Sample>[] = []
      const startedAt = now()
      for (let turn = 0; turn < WARM_UP + SAMPLES; turn++) {
        await until(startedAt + (turn * 1_000) / APPENDS_PER_SECOND)
        const sample = appendOne(log, tenant, wakes, arrivals, agents[turn % AGENTS]!, turn)
        if (turn >= WARM_UP) under.push(sample)
        // Half-way to the next append, so that the disk does one thing at a time.
        await until(startedAt + ((turn + 0.5) * 1_000) / APPENDS_PER_SECOND)
        if (turn >= WARM_UP) await disk.sync()
      }
      const samples = await Promise.all(under)
      arrivals.close()
      return figuresOf(samples, disk.samples)
    } finally {
      await log.close()
    }
  },
}

const until = (at: number) => wait(Math.max(0, at - now()))

/** Registers agents of the tenant's by their events. Gives their ids. */
async function pairAgents(log: EventLog, tenant: Tenant): Promise<string[]> {
  const { tenantId, siteId } = tenant
  const ids = Array.from({ length: AGENTS }, () => randomUUID())
  for (const [index, id] of ids.entries()) {
    const data = { credentialId: randomUUID(), siteId, name: `Agent ${index}`, serial: `S-${index}` }
    const paired = eventOf(tenantId, { type: 'AgentPaired', data })
    await log.append(streamName('agent', tenantId, id), 'no_stream', [paired])
  }
  return ids
}

/** When a subscription showed which status of which agent. */
interface Arrivals {
  /** The wall clock, ms, when the agent is next shown with this status. */
  of(agentId: string, status: string): Promise<number>
  close(): void
}

function followAgents(tenant: Tenant): Arrivals {
  const awaited = new Map<string, (at: number) => void>()
  const subscription = tenant.client.subscribe(
    AgentsChangedDocument,
    {},
    {
      next({ agentsChanged }) {
        const at = now()
        for (const { id, status } of agentsChanged.changed) {
          awaited.get(`${id} ${status}`)?.(at)
          awaited.delete(`${id} ${status}`)
        }
      },
    },
  )
  return {
    of: (agentId, status) => new Promise(resolve => awaited.set(`${agentId} ${status}`, resolve)),
    close: () => subscription.close(),
  }
}

async function appendOne(
  log: EventLog,
  { tenantId }: Tenant,
  wakes: ReadModelWakes,
  arrivals: Arrivals,
  agentId: string,
  turn: number,
): Promise<Sample> {
  const revision = Math.floor(turn / AGENTS)
  const status = STATUSES[revision % 2]!
  const arrived = arrivals.of(agentId, status)
  const event = eventOf(tenantId, { type: 'AgentStatusChanged', data: { status } })
  const sentAt = now()
  const { position } = await log.append(streamName('agent', tenantId, agentId), revision, [event])
  const acknowledgedAt = now()
  const arrivedAt = await arrived
  return { sentAt, acknowledgedAt, projectedAt: wakes.projectedAt(position) ?? arrivedAt, arrivedAt }
}

function figuresOf(samples: readonly Sample[], disk: readonly number[]): Figure[] {
  const hop = (name: string, duration: (sample: Sample) => number): Figure[] =>
    ([0.5, 0.99] as const).map(share => ({
      name: `${name}, p${share * 100}`,
      value: percentile(samples.map(duration), share),
      unit: 'ms',
    }))
  const whole = hop(`append sent → message there (${samples.length})`, one => one.arrivedAt - one.sentAt)
  for (const [index, share] of ([0.5, 0.99] as const).entries()) {
    const sync = percentile(disk, share)
    const figure = whole[index]!
    figure.reference = { name: `fdatasync p${share * 100}`, value: sync, unit: 'ms' }
    figure.bound = atMost(
      figure.value,
      3 * sync + 10,
      `3 × fdatasync + 10 ms = ${(3 * sync + 10).toFixed(1)} ms`,
    )
  }
  return [
    ...whole,
    ...hop('  sent → acknowledged', one => one.acknowledgedAt - one.sentAt),
    ...hop('  sent → rows there', one => one.projectedAt - one.sentAt),
    ...hop('  rows there → message there', one => one.arrivedAt - one.projectedAt),
  ]
}
