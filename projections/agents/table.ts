import type { AgentStatus } from '@sightline/contracts/agents'
import { defineTable, type RowBase } from '../table.ts'

/** An agent that was paired. */
export interface AgentRow extends RowBase {
  siteId: string
  name: string
  serial: string
  /** OFFLINE until the first heartbeat. */
  status: AgentStatus
  statusSince: Date
  pairedAt: Date
}

export const agents = defineTable<AgentRow>({
  name: 'agents',
  columns: {
    siteId: 'uuid not null',
    name: 'text not null',
    serial: 'text not null',
    status: 'text not null',
    statusSince: 'timestamptz not null',
    pairedAt: 'timestamptz not null',
  },
  scope: { site: 'siteId', camera: 'none' },
  readers: ['api_tenant', 'api_scoped'],
  indexes: ['(tenant_id, name, id)', '(tenant_id, site_id, name, id)', '(tenant_id, position)'],
})
