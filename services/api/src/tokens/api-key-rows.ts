import type { Sql } from '@sightline/database/sql'
import type { ApiKeyKind } from './api-keys.ts'

/** What is asked of an API key that is shown. */
export interface ApiKeyRow {
  keyId: string
  kind: ApiKeyKind
  subjectId: string
  /** Null for a machine that serves all tenants. */
  tenantId: string | null
  /** SHA-256 of the key's text, 32 bytes. */
  secretHash: Uint8Array
  /** CIDR networks that it may come from; none for anywhere. */
  addresses: readonly string[]
  expiresAt: Date
  revoked: boolean
}

/** An API key by its id. */
export async function findApiKey(sql: Sql, keyId: string): Promise<ApiKeyRow | undefined> {
  const [row] = await sql<Row>(
    `/* shownApiKey */ select key_id, kind, subject_id, tenant_id, secret_hash, addresses, expires_at, revoked_at
     from ops.api_keys where key_id = $1`,
    [keyId],
  )
  return (
    row && {
      keyId: row.key_id,
      kind: row.kind,
      subjectId: row.subject_id,
      tenantId: row.tenant_id,
      secretHash: row.secret_hash,
      addresses: row.addresses,
      expiresAt: row.expires_at,
      revoked: row.revoked_at !== null,
    }
  )
}

/** Notes when a key was used last, to the minute: whoever asks more often writes nothing. */
export async function noteKeyUsed(sql: Sql, keyId: string, now: Date): Promise<void> {
  await sql(
    `/* noteKeyUsed */ update ops.api_keys set last_used_at = $2::timestamptz
     where key_id = $1 and (last_used_at is null or last_used_at < $2::timestamptz - interval '1 minute')`,
    [keyId, now],
  )
}

interface Row {
  key_id: string
  kind: ApiKeyKind
  subject_id: string
  tenant_id: string | null
  secret_hash: Uint8Array
  addresses: string[]
  expires_at: Date
  revoked_at: Date | null
}
