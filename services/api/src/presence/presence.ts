import type { AgentStatus } from '@sightline/contracts/agents'
import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'

type Ops = Pick<Database, 'inOps'>

/** Notes that an agent was heard. Whether its status changed is told by the log, not by this row. */
export async function noteHeartbeat(
  database: Ops,
  heartbeat: { tenantId: string; agentId: string; status: AgentStatus; at: Date },
): Promise<void> {
  const { tenantId, agentId, status, at } = heartbeat
  await database.inOps('ops_api', tenantId, sql =>
    sql(
      `/* noteHeartbeat */ insert into ops.agent_presence (tenant_id, agent_id, status, last_heartbeat_at)
       values ($1, $2, $3, $4)
       on conflict (tenant_id, agent_id) do update
       set status = excluded.status, last_heartbeat_at = excluded.last_heartbeat_at
       where agent_presence.last_heartbeat_at <= excluded.last_heartbeat_at`,
      [tenantId, agentId, status, at],
    ),
  )
}

/** An agent that hasn't been heard for too long. */
export interface SilentAgent {
  tenantId: string
  agentId: string
  lastHeartbeatAt: Date
}

/**
 * One agent that was last heard before `cutoff`, locked for the transaction; those that others hold, and those
 * `skipped`, are passed over.
 */
export async function lockSilentAgent(
  sql: Sql,
  cutoff: Date,
  skipped: readonly string[],
): Promise<SilentAgent | undefined> {
  const rows = await sql<{ tenant_id: string; agent_id: string; last_heartbeat_at: Date }>(
    `/* lockSilentAgent */ select tenant_id, agent_id, last_heartbeat_at from ops.agent_presence
     where last_heartbeat_at < $1 and status <> 'OFFLINE' and agent_id <> all($2::uuid[])
     order by last_heartbeat_at limit 1 for update skip locked`,
    [cutoff, skipped],
  )
  const row = rows[0]
  return row && { tenantId: row.tenant_id, agentId: row.agent_id, lastHeartbeatAt: row.last_heartbeat_at }
}

/** Notes within a transaction that an agent is offline, so that it is looked at no more until it is heard again. */
export async function noteOffline(sql: Sql, agent: SilentAgent): Promise<void> {
  await sql(
    `/* noteOffline */ update ops.agent_presence set status = 'OFFLINE' where tenant_id = $1 and agent_id = $2`,
    [agent.tenantId, agent.agentId],
  )
}
