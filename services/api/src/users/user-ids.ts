import { createHmac } from 'node:crypto'
import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'
import { v4 } from 'uuid'

/** Which user an e-mail address is, in this installation. */
export interface UserIds {
  /**
   * The user of an address; a new one where nobody has it yet. The address is not kept: only its HMAC is.
   * @param email as `emailAddress` of the contracts normalises it
   */
  reserve(email: string): Promise<string>
  /** The user of an address; undefined where nobody has it. */
  find(email: string): Promise<string | undefined>
}

/** Users in `ops.users`. @param options.userKey the server's key for `user` */
export function createUserIds(options: {
  database: Pick<Database, 'inOps'>
  userKey: Uint8Array
  now: () => Date
}): UserIds {
  const { database, userKey, now } = options
  const hmacOf = (email: string) => createHmac('sha256', userKey).update(email).digest()

  async function userOf(sql: Sql, hmac: Buffer): Promise<string | undefined> {
    const rows = await sql<{ user_id: string }>(
      '/* userOfAddress */ select user_id from ops.users where email_hmac = $1',
      [hmac],
    )
    return rows[0]?.user_id
  }

  return {
    async reserve(email) {
      const hmac = hmacOf(email)
      const userId = await database.inOps('ops_api', null, async sql => {
        await sql(
          `/* reserveUser */ insert into ops.users (user_id, email_hmac, created_at) values ($1, $2, $3)
           on conflict (email_hmac) do nothing`,
          // Not of version 7: it would tell whoever adds a member since when others know the address.
          [v4(), hmac, now()],
        )
        return userOf(sql, hmac)
      })
      return userId!
    },
    find: email => database.inOps('ops_api', null, sql => userOf(sql, hmacOf(email))),
  }
}
