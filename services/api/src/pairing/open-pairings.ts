import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'

type Ops = Pick<Database, 'inOps'>

/** A device that waits for somebody to enter its code. */
export interface OpenPairing {
  agentId: string
  name: string
  serial: string
  /** SHA-256 of the agent's secret, hexadecimal. */
  secretHash: string
  expiresAt: Date
}

/**
 * Opens a pairing under a code, in place of the one that the same agent had open.
 * @returns false where the code is another agent's at the moment: draw another
 */
export async function openPairing(
  database: Ops,
  pairing: OpenPairing & { codeHmac: Buffer; now: Date },
): Promise<boolean> {
  const { agentId, name, serial, secretHash, expiresAt, codeHmac, now } = pairing
  return database.inOps('ops_api', null, async sql => {
    const rows = await sql(
      `/* openPairing */ insert into ops.open_pairings
         (code_hmac, agent_id, name, serial, secret_hash, expires_at, requested_at)
       values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (code_hmac) do update set agent_id = excluded.agent_id, name = excluded.name,
         serial = excluded.serial, secret_hash = excluded.secret_hash, expires_at = excluded.expires_at,
         requested_at = excluded.requested_at
       where open_pairings.expires_at <= $7
       returning agent_id`,
      [codeHmac, agentId, name, serial, secretHash, expiresAt, now],
    )
    if (rows.length === 0) return false
    // The hash too: whoever merely knows an agent's id can't take its code away.
    await sql(
      `/* replaceOpenPairing */ delete from ops.open_pairings
       where agent_id = $1 and secret_hash = $2 and code_hmac <> $3`,
      [agentId, secretHash, codeHmac],
    )
    return true
  })
}

/** The pairing that is open under a code. */
export async function readOpenPairing(
  database: Ops,
  codeHmac: Buffer,
  now: Date,
): Promise<OpenPairing | undefined> {
  const rows = await database.inOps('ops_api', null, sql =>
    sql<OpenPairingRow>(
      `/* readOpenPairing */ select agent_id, name, serial, secret_hash, expires_at from ops.open_pairings
       where code_hmac = $1 and expires_at > $2`,
      [codeHmac, now],
    ),
  )
  return rows[0] && pairingOf(rows[0])
}

/** Takes the pairing that is open under a code out of the table: of all who try, one gets it. */
export async function takeOpenPairing(
  sql: Sql,
  codeHmac: Buffer,
  now: Date,
): Promise<OpenPairing | undefined> {
  const rows = await sql<OpenPairingRow>(
    `/* takeOpenPairing */ delete from ops.open_pairings where code_hmac = $1 and expires_at > $2
     returning agent_id, name, serial, secret_hash, expires_at`,
    [codeHmac, now],
  )
  return rows[0] && pairingOf(rows[0])
}

/** Removes codes that ran out before `now`. */
export async function clearOpenPairings(database: Ops, now: Date): Promise<void> {
  await database.inOps('ops_api', null, sql =>
    sql('/* clearOpenPairings */ delete from ops.open_pairings where expires_at <= $1', [now]),
  )
}

interface OpenPairingRow {
  agent_id: string
  name: string
  serial: string
  secret_hash: string
  expires_at: Date
}

function pairingOf(row: OpenPairingRow): OpenPairing {
  return {
    agentId: row.agent_id,
    name: row.name,
    serial: row.serial,
    secretHash: row.secret_hash,
    expiresAt: row.expires_at,
  }
}
