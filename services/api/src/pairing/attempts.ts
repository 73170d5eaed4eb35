import type { Database } from '@sightline/database/database'
import { createLimiter, type Rate } from '../limits/rate-limits.ts'

/** Who tries a pairing code. */
export interface CodeGuesser {
  tenantId: string
  id: string
}

/** Counts wrong pairing codes of a user and of a tenant. */
export interface CodeAttempts {
  /** Counts an attempt as wrong before the code is looked up; false where there were too many. */
  begin(guesser: CodeGuesser): Promise<boolean>
  /** The code was right: the attempt doesn't count. */
  wasRight(guesser: CodeGuesser): Promise<void>
}

/**
 * Every attempt counts as wrong until it turned out to be right, so that many at once can't pass together.
 * Counts are kept in the database: they hold over all instances.
 */
export function createCodeAttempts(
  database: Pick<Database, 'inOps'>,
  rates: { user: Rate; tenant: Rate },
): CodeAttempts {
  const ofUser = createLimiter(database, 'code-user', rates.user, { givesBack: true })
  const ofTenant = createLimiter(database, 'code-tenant', rates.tenant, { givesBack: true })
  const userKey = (guesser: CodeGuesser) => `${guesser.tenantId}.${guesser.id}`
  return {
    async begin(guesser) {
      return (await ofUser.take(userKey(guesser))) && (await ofTenant.take(guesser.tenantId))
    },
    async wasRight(guesser) {
      await Promise.all([ofUser.giveBack(userKey(guesser)), ofTenant.giveBack(guesser.tenantId)])
    },
  }
}
