import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'

type Ops = Pick<Database, 'inOps'>

/** What an open pairing turned into: all that AgentPaired needs, and the hash that the agent's secret must have. */
export interface AgentCredential {
  tenantId: string
  credentialId: string
  agentId: string
  /** SHA-256 of the agent's secret, hexadecimal. */
  secretHash: string
  siteId: string
  name: string
  serial: string
  /** The command that paired the agent. */
  commandId: string
  /** Whether AgentPaired is known to be in the log. */
  confirmed: boolean
}

/**
 * Adds a credential within a transaction.
 * @returns false where this agent's secret is a credential already, of this tenant or another
 */
export async function addCredential(
  sql: Sql,
  credential: Omit<AgentCredential, 'confirmed'> & { claimedAt: Date },
): Promise<boolean> {
  const rows = await sql(
    `/* addAgentCredential */ insert into ops.agent_credentials
       (tenant_id, credential_id, agent_id, secret_hash, site_id, name, serial, command_id, claimed_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (agent_id, secret_hash) do nothing
     returning credential_id`,
    [
      credential.tenantId,
      credential.credentialId,
      credential.agentId,
      credential.secretHash,
      credential.siteId,
      credential.name,
      credential.serial,
      credential.commandId,
      credential.claimedAt,
    ],
  )
  return rows.length === 1
}

/** The credential that a command of this tenant made. */
export async function credentialOfCommand(
  database: Ops,
  tenantId: string,
  commandId: string,
): Promise<AgentCredential | undefined> {
  const rows = await database.inOps('ops_api', tenantId, sql =>
    sql<CredentialRow>(
      `/* credentialOfCommand */ select ${columns} from ops.agent_credentials
       where tenant_id = $1 and command_id = $2`,
      [tenantId, commandId],
    ),
  )
  return rows[0] && credentialOf(rows[0])
}

/**
 * The credential that an agent's secret was paired as, in whichever tenant; undefined for another secret than its own.
 * @param secretHash SHA-256, hexadecimal
 */
export async function credentialOfSecret(
  database: Ops,
  agentId: string,
  secretHash: string,
): Promise<AgentCredential | undefined> {
  const rows = await database.inOps('ops_api', null, sql =>
    sql<CredentialRow>(
      `/* credentialOfSecret */ select ${columns} from ops.agent_credentials
       where agent_id = $1 and secret_hash = $2`,
      [agentId, secretHash],
    ),
  )
  return rows[0] && credentialOf(rows[0])
}

/** Credentials whose event may be missing since before `cutoff`: whoever paired them was interrupted. */
export async function unconfirmedCredentials(database: Ops, cutoff: Date): Promise<AgentCredential[]> {
  const rows = await database.inOps('ops_api', null, sql =>
    sql<CredentialRow>(
      `/* unconfirmedCredentials */ select ${columns} from ops.agent_credentials
       where not confirmed and claimed_at < $1 order by claimed_at limit 100`,
      [cutoff],
    ),
  )
  return rows.map(credentialOf)
}

/** Notes that AgentPaired is in the log. */
export async function confirmCredential(database: Ops, credential: AgentCredential): Promise<void> {
  await database.inOps('ops_api', credential.tenantId, sql =>
    sql(
      `/* confirmCredential */ update ops.agent_credentials set confirmed = true
       where tenant_id = $1 and credential_id = $2`,
      [credential.tenantId, credential.credentialId],
    ),
  )
}

/** Removes a credential whose agent could not be paired. */
export async function removeCredential(database: Ops, credential: AgentCredential): Promise<void> {
  await database.inOps('ops_api', credential.tenantId, sql =>
    sql(
      `/* removeCredential */ delete from ops.agent_credentials
       where tenant_id = $1 and credential_id = $2 and not confirmed`,
      [credential.tenantId, credential.credentialId],
    ),
  )
}

/** Removes a credential whose pairing is over, so that the agent's secret can be paired anew. */
export async function endCredential(
  database: Ops,
  credential: Pick<AgentCredential, 'tenantId' | 'credentialId'>,
): Promise<void> {
  await database.inOps('ops_api', credential.tenantId, sql =>
    sql(`/* endCredential */ delete from ops.agent_credentials where tenant_id = $1 and credential_id = $2`, [
      credential.tenantId,
      credential.credentialId,
    ]),
  )
}

const columns =
  'tenant_id, credential_id, agent_id, secret_hash, site_id, name, serial, command_id, confirmed'

interface CredentialRow {
  tenant_id: string
  credential_id: string
  agent_id: string
  secret_hash: string
  site_id: string
  name: string
  serial: string
  command_id: string
  confirmed: boolean
}

function credentialOf(row: CredentialRow): AgentCredential {
  return {
    tenantId: row.tenant_id,
    credentialId: row.credential_id,
    agentId: row.agent_id,
    secretHash: row.secret_hash,
    siteId: row.site_id,
    name: row.name,
    serial: row.serial,
    commandId: row.command_id,
    confirmed: row.confirmed,
  }
}
