import type { Projection } from '../projection.ts'
import { agents } from './table.ts'

export const agentsProjection: Projection = {
  model: 'agents',
  tables: [agents],
  handles: {
    AgentPaired: (event, id, rows) => {
      const { siteId, name, serial } = event.data
      const pairedAt = event.metadata.occurredAt
      rows.put(agents, id, { siteId, name, serial, status: 'OFFLINE', statusSince: pairedAt, pairedAt })
    },
    AgentStatusChanged: (event, id, rows) =>
      rows.set(agents, id, { status: event.data.status, statusSince: event.metadata.occurredAt }),
    AgentWentOffline: (event, id, rows) =>
      rows.set(agents, id, { status: 'OFFLINE', statusSince: event.metadata.occurredAt }),
    AgentUnpaired: (_event, id, rows) => rows.set(agents, id, { removed: true }),
  },
}
