import type { MachineKind } from '@sightline/contracts/machines'
import type { Database } from '@sightline/database/database'

type Ops = Pick<Database, 'inOps'>

/** A key's row: what an exchange of the key asks. It counts once ApiKeyIssued is in the log. */
export interface KeyRow {
  keyId: string
  /** Null for a machine that serves all tenants. */
  tenantId: string | null
  kind: MachineKind
  /** The machine. */
  subjectId: string
  /** SHA-256 of the whole key. */
  secretHash: Uint8Array
  /** Networks from which it counts; none means from anywhere. */
  addresses: readonly string[]
  expiresAt: Date
}

/**
 * Notes a key before its event is appended.
 * @returns false where a key of this id was noted before
 */
export async function noteKey(database: Ops, key: KeyRow): Promise<boolean> {
  const { keyId, tenantId, kind, subjectId, secretHash, addresses, expiresAt } = key
  const rows = await database.inOps('ops_api', tenantId, sql =>
    sql(
      `/* noteKey */ insert into ops.api_keys
         (key_id, tenant_id, kind, subject_id, secret_hash, addresses, expires_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (key_id) do nothing returning key_id`,
      [keyId, tenantId, kind, subjectId, secretHash, addresses, expiresAt],
    ),
  )
  return rows.length === 1
}

/** The machine that a key was noted for: of this tenant, or of none. */
export async function subjectOfKey(
  database: Ops,
  key: { keyId: string; tenantId: string | null },
): Promise<string | undefined> {
  const rows = await database.inOps('ops_api', key.tenantId, sql =>
    sql<{ subject_id: string }>(
      `/* subjectOfKey */ select subject_id from ops.api_keys
       where key_id = $1 and tenant_id is not distinct from $2`,
      [key.keyId, key.tenantId],
    ),
  )
  return rows[0]?.subject_id
}

/** Removes the row of a key that was not issued after all. */
export async function removeKey(database: Ops, key: Pick<KeyRow, 'keyId' | 'tenantId'>): Promise<void> {
  await database.inOps('ops_api', key.tenantId, sql =>
    sql('/* removeKey */ delete from ops.api_keys where key_id = $1', [key.keyId]),
  )
}

/** Notes that a key was revoked. */
export async function noteRevoked(
  database: Ops,
  key: Pick<KeyRow, 'keyId' | 'tenantId'>,
  at: Date,
): Promise<void> {
  await database.inOps('ops_api', key.tenantId, sql =>
    sql('/* noteRevoked */ update ops.api_keys set revoked_at = coalesce(revoked_at, $2) where key_id = $1', [
      key.keyId,
      at,
    ]),
  )
}

/** So long after its end a key's row is kept, ms: until then the key can be rotated, and it is seen when it was used last. */
export const KEPT_AFTER_END_MS = 30 * 86_400_000

/** Removes the rows of keys whose time was over long before `now`. */
export async function clearEndedKeys(database: Ops, now: Date): Promise<void> {
  await database.inOps('ops_api', null, sql =>
    sql('/* clearEndedKeys */ delete from ops.api_keys where expires_at <= $1', [
      new Date(now.getTime() - KEPT_AFTER_END_MS),
    ]),
  )
}

/** When keys were exchanged last, by their ids; those that never were are left out. */
export async function lastUses(
  database: Ops,
  tenantId: string | null,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  if (keyIds.length === 0) return new Map()
  const rows = await database.inOps('ops_api', tenantId, sql =>
    sql<{ key_id: string; last_used_at: Date }>(
      `/* lastUses */ select key_id, last_used_at from ops.api_keys
       where key_id = any($1::uuid[]) and last_used_at is not null`,
      [keyIds],
    ),
  )
  return new Map(rows.map(row => [row.key_id, row.last_used_at]))
}
