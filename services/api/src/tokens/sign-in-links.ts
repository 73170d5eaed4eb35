import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'

/** So long a sign-in link can be used, ms. */
export const SIGN_IN_LINK_MS = 300_000

const SECRET = /^[A-Za-z0-9_-]{43}$/

/**
 * Opens a sign-in link of a user: whoever has its secret starts a session, once.
 *
 * @param link.secret 32 random bytes
 * @returns the secret as it stands in the address, base64url
 */
export async function openSignInLink(
  database: Pick<Database, 'inOps'>,
  link: { userId: string; now: Date; secret?: Uint8Array },
): Promise<{ secret: string; expiresAt: Date }> {
  const secret = Buffer.from(link.secret ?? randomBytes(32)).toString('base64url')
  const expiresAt = new Date(link.now.getTime() + SIGN_IN_LINK_MS)
  await database.inOps('ops_api', null, sql =>
    sql(
      `/* openSignInLink */ insert into ops.sign_in_links (secret_hash, user_id, expires_at)
       values ($1, $2, $3)`,
      [hashOf(secret), link.userId, expiresAt],
    ),
  )
  return { secret, expiresAt }
}

/** Where a link leads: the fragment never leaves the browser. @param origin `https://host[:port]` */
export function signInAddress(origin: string, secret: string): string {
  return `${origin}/#sign-in=${secret}`
}

/** Takes a link within a transaction, so that of all who use it at once one gets its user. */
export async function takeSignInLink(sql: Sql, secret: string, now: Date): Promise<string | undefined> {
  if (!SECRET.test(secret)) return undefined
  const [row] = await sql<{ user_id: string; expires_at: Date }>(
    `/* takeSignInLink */ delete from ops.sign_in_links where secret_hash = $1 returning user_id, expires_at`,
    [hashOf(secret)],
  )
  return row && row.expires_at > now ? row.user_id : undefined
}

/** Removes the links that ran out before `now`. */
export async function clearSignInLinks(database: Pick<Database, 'inOps'>, now: Date): Promise<void> {
  await database.inOps('ops_api', null, sql =>
    sql('/* clearSignInLinks */ delete from ops.sign_in_links where expires_at <= $1', [now]),
  )
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
