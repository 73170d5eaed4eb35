import { SealBrokenError } from '@sightline/data-keys/encryption'
import { createMasterKey, type MasterKey, type WrappedPurpose } from '@sightline/data-keys/master-key'
import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'

type Ops = Pick<Database, 'inOps'>

/** How far re-wrapping is. */
export interface Rewrapped {
  /** Keys that the new master key wraps now and didn't before. */
  rewrapped: number
  /** Keys that it wrapped already. */
  already: number
  /** Ids of keys that neither master key opens. */
  broken: string[]
}

/** Keys that are re-wrapped in one transaction. */
const BATCH = 500

/** After so many rounds in which keys were still found, somebody still wraps with the previous master key. */
const MAX_ROUNDS = 5

/**
 * Wraps all data keys and token signing keys by the new master key. No event changes: what is sealed is sealed under data
 * keys, which stay. Interrupted at any point it is simply run again; a key that is destroyed meanwhile stays destroyed.
 * It is over when a whole round found nothing of the previous master key.
 *
 * @param keys both in base64, 32 bytes
 * @param onProgress is told after each batch
 */
export async function rewrapKeys(
  database: Ops,
  keys: { masterKey: string; previous: string },
  onProgress: (soFar: Rewrapped) => void,
): Promise<Rewrapped & { complete: boolean }> {
  const next = createMasterKey(keys.masterKey)
  const previous = createMasterKey(keys.previous)
  let total = 0
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found: Rewrapped = { rewrapped: 0, already: 0, broken: [] }
    const told = () => onProgress({ ...found, rewrapped: total + found.rewrapped })
    await rewrapSigningKeys(database, { next, previous }, found)
    told()
    await rewrapDataKeys(database, { next, previous }, found, told)
    total += found.rewrapped
    if (found.rewrapped === 0) return { ...found, rewrapped: total, complete: true }
  }
  return { rewrapped: total, already: 0, broken: [], complete: false }
}

interface Keys {
  next: MasterKey
  previous: MasterKey
}

async function rewrapDataKeys(database: Ops, keys: Keys, found: Rewrapped, told: () => void): Promise<void> {
  let after = ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000']
  for (;;) {
    const last = await database.inOps('ops_admin', null, async sql => {
      const rows = await sql<{ tenant_id: string; key_id: string; wrapped: Uint8Array }>(
        `/* wrappedDataKeys */ select tenant_id, key_id, wrapped from ops.data_keys
         where wrapped is not null and (tenant_id, key_id) > ($1::uuid, $2::uuid)
         order by tenant_id, key_id limit ${BATCH}`,
        after,
      )
      const changed = rows.flatMap(row => {
        const wrapped = rewrap(keys, row.wrapped, 'data key', row.key_id, found)
        return wrapped ? [{ ...row, next: wrapped }] : []
      })
      found.rewrapped += await updateDataKeys(sql, changed)
      return rows.at(-1)
    })
    if (!last) return
    after = [last.tenant_id, last.key_id]
    told()
  }
}

/** The wrapped key that was read is a condition: one that was destroyed meanwhile must not come back. */
async function updateDataKeys(
  sql: Sql,
  rows: readonly { tenant_id: string; key_id: string; wrapped: Uint8Array; next: Uint8Array }[],
): Promise<number> {
  if (rows.length === 0) return 0
  const updated = await sql(
    `/* rewrapDataKeys */ update ops.data_keys k set wrapped = n.next
     from unnest($1::uuid[], $2::uuid[], $3::bytea[], $4::bytea[]) as n (tenant_id, key_id, before, next)
     where k.tenant_id = n.tenant_id and k.key_id = n.key_id and k.wrapped = n.before
     returning k.key_id`,
    [
      rows.map(row => row.tenant_id),
      rows.map(row => row.key_id),
      rows.map(row => row.wrapped),
      rows.map(row => row.next),
    ],
  )
  return updated.length
}

async function rewrapSigningKeys(database: Ops, keys: Keys, found: Rewrapped): Promise<void> {
  await database.inOps('ops_admin', null, async sql => {
    const rows = await sql<{ key_id: string; kind: string; wrapped: Uint8Array }>(
      '/* wrappedSigningKeys */ select key_id, kind, wrapped from ops.signing_keys where wrapped is not null',
    )
    for (const row of rows) {
      const wrapped = rewrap(keys, row.wrapped, `${row.kind} signing key`, row.key_id, found)
      if (!wrapped) continue
      const updated = await sql(
        `/* rewrapSigningKey */ update ops.signing_keys set wrapped = $3
         where key_id = $1 and wrapped = $2 returning key_id`,
        [row.key_id, row.wrapped, wrapped],
      )
      found.rewrapped += updated.length
    }
  })
}

/** The key under the new master key; undefined where it is so already, or doesn't open. */
function rewrap(
  { next, previous }: Keys,
  wrapped: Uint8Array,
  purpose: WrappedPurpose,
  keyId: string,
  found: Rewrapped,
): Buffer | undefined {
  if (opens(next, wrapped, purpose)) {
    found.already += 1
    return undefined
  }
  const plain = opens(previous, wrapped, purpose)
  if (!plain) {
    found.broken.push(keyId)
    return undefined
  }
  return next.wrap(plain, purpose)
}

function opens(masterKey: MasterKey, wrapped: Uint8Array, purpose: WrappedPurpose): Buffer | undefined {
  try {
    return masterKey.unwrap(wrapped, purpose)
  } catch (error) {
    if (error instanceof SealBrokenError) return undefined
    throw error
  }
}
