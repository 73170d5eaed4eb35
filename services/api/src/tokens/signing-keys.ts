import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { type TokenKind, tokenKind } from '@sightline/contracts/tokens'
import type { MasterKey } from '@sightline/data-keys/master-key'
import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { counts, planRotation, type ScheduledKey, signingKeyAt } from './key-schedule.ts'

type Ops = Pick<Database, 'inOps'>

/** A signing key as its row has it. */
export interface StoredKey extends ScheduledKey {
  createdAt: Date
  compromised: boolean
  /** The private half, wrapped; null where it was destroyed. */
  wrapped: Uint8Array | null
}

/** A signing key that was opened: what signs, what verifies, and what is published. */
export interface OpenedKey {
  privateKey: KeyObject
  publicKey: KeyObject
  /** The public half with `kid`, `alg` and `use`. */
  jwk: JWK
}

/** A row whose private key isn't the one that its id names: nobody of ours wrote it. */
export class SigningKeyForgedError extends Error {
  override name = 'SigningKeyForgedError'
}

/** A rotation that can't begin because the last one's new key doesn't sign yet. */
export class RotationUnderWayError extends Error {
  override name = 'RotationUnderWayError'
  readonly until: Date
  constructor(kind: TokenKind, until: Date) {
    super(`the new key of ${kind} tokens signs from ${until.toISOString()} on; rotate again after that`)
    this.until = until
  }
}

const makeKeyPair = promisify(generateKeyPair)
const purposeOf = (kind: TokenKind) => `${kind} signing key` as const

/** All signing keys, the newest last. */
export async function readSigningKeys(sql: Sql): Promise<StoredKey[]> {
  const rows = await sql<KeyRow>(
    `/* signingKeys */ select key_id, kind, wrapped, created_at, signs_from, leaves_at, compromised
     from ops.signing_keys order by created_at, key_id`,
  )
  return rows.map(row => ({
    keyId: row.key_id,
    kind: tokenKind.parse(row.kind),
    wrapped: row.wrapped,
    createdAt: row.created_at,
    signsFrom: row.signs_from,
    leavesAt: row.leaves_at,
    compromised: row.compromised,
  }))
}

/**
 * Opens a stored key. Its public half is derived from what the master key opens, so a row that somebody else wrote
 * doesn't count.
 * @throws SealBrokenError, SigningKeyForgedError
 */
export async function openSigningKey(
  masterKey: MasterKey,
  { keyId, kind, wrapped }: { keyId: string; kind: TokenKind; wrapped: Uint8Array },
): Promise<OpenedKey> {
  const privateKey = createPrivateKey({
    key: masterKey.unwrap(wrapped, purposeOf(kind)),
    format: 'der',
    type: 'pkcs8',
  })
  const publicKey = createPublicKey(privateKey)
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  if ((await calculateJwkThumbprint(jwk)) !== keyId) {
    throw new SigningKeyForgedError('a signing key is not the one that its id names')
  }
  return { privateKey, publicKey, jwk: { ...jwk, kid: keyId, alg: 'RS256', use: 'sig' } }
}

/** Makes the first key of each kind that has none; any number of processes may do so at once. */
export async function ensureSigningKeys(deps: {
  database: Ops
  masterKey: MasterKey
  now: Date
}): Promise<void> {
  const { database, masterKey, now } = deps
  const missing = (keys: StoredKey[]) =>
    tokenKind.options.filter(kind => signingKeyAt(keys, kind, now) === undefined)
  // Most often there are all, and nobody need wait for the lock.
  const before = await database.inOps('ops_keys', null, readSigningKeys)
  if (missing(before).length === 0) return
  await database.inOps('ops_keys', null, async sql => {
    await lockKeys(sql)
    for (const kind of missing(await readSigningKeys(sql))) {
      await insertKey(sql, masterKey, kind, { now, signsFrom: now })
    }
  })
}

/**
 * Rotates the keys of these kinds, all or none.
 *
 * @param options.compromised the old ones count no longer, at once: whoever holds a token of theirs needs a new one
 * @returns the new keys
 * @throws RotationUnderWayError
 */
export async function rotateSigningKeys(
  deps: { database: Ops; masterKey: MasterKey; now: Date },
  options: { kinds: readonly TokenKind[]; compromised: boolean },
): Promise<ScheduledKey[]> {
  const { database, masterKey, now } = deps
  const { kinds, compromised } = options
  return database.inOps('ops_keys', null, async sql => {
    await lockKeys(sql)
    const keys = await readSigningKeys(sql)
    const made: ScheduledKey[] = []
    for (const kind of kinds) {
      const plan = planRotation(
        keys.filter(key => key.kind === kind),
        now,
        { compromised },
      )
      if ('waitingUntil' in plan) throw new RotationUnderWayError(kind, plan.waitingUntil)
      for (const { keyId, leavesAt } of plan.leaving) {
        await sql(
          `/* retireSigningKey */ update ops.signing_keys set leaves_at = $2, compromised = compromised or $3,
             wrapped = case when $3 then null else wrapped end
           where key_id = $1`,
          [keyId, leavesAt, compromised],
        )
      }
      made.push(await insertKey(sql, masterKey, kind, { now, signsFrom: plan.signsFrom }))
    }
    return made
  })
}

/** Destroys the private halves of keys that have left. */
export async function destroyLeftKeys(database: Ops, now: Date): Promise<void> {
  await database.inOps('ops_keys', null, sql =>
    sql(
      `/* destroyLeftKeys */ update ops.signing_keys set wrapped = null
       where wrapped is not null and leaves_at <= $1`,
      [now],
    ),
  )
}

/** Whether a stored key's signatures count at a moment. */
export function isUsable(key: StoredKey, now: Date): key is StoredKey & { wrapped: Uint8Array } {
  return key.wrapped !== null && counts(key, now)
}

async function lockKeys(sql: Sql): Promise<void> {
  await sql("/* lockSigningKeys */ select pg_advisory_xact_lock(hashtext('sightline signing keys'))")
}

async function insertKey(
  sql: Sql,
  masterKey: MasterKey,
  kind: TokenKind,
  { now, signsFrom }: { now: Date; signsFrom: Date },
): Promise<ScheduledKey> {
  const { privateKey, publicKey } = await makeKeyPair('rsa', { modulusLength: 2048 })
  const keyId = await calculateJwkThumbprint(publicKey.export({ format: 'jwk' }) as JWK)
  const wrapped = masterKey.wrap(privateKey.export({ format: 'der', type: 'pkcs8' }), purposeOf(kind))
  await sql(
    `/* insertSigningKey */ insert into ops.signing_keys (key_id, kind, wrapped, created_at, signs_from)
     values ($1, $2, $3, $4, $5)`,
    [keyId, kind, wrapped, now, signsFrom],
  )
  return { keyId, kind, signsFrom, leavesAt: null }
}

interface KeyRow {
  key_id: string
  kind: string
  wrapped: Uint8Array | null
  created_at: Date
  signs_from: Date
  leaves_at: Date | null
  compromised: boolean
}
