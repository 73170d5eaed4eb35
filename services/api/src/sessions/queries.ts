import type { Database } from '@sightline/database/database'
import { type SessionRow, sessionPage } from '@sightline/projections/sessions/reader'
import { NO_TENANT } from '@sightline/projections/table'
import type { Resolvers } from '../../generated/resolvers.ts'
import { byTime, connection } from '../connection.ts'
import { requirePrincipal, tenantOf } from '../context.ts'

const sessionOrder = byTime<SessionRow>(session => session.startedAt)

/** What is read of sessions. */
export function sessionQueries({ database }: { database: Pick<Database, 'asPrincipal'> }) {
  return {
    Query: {
      sessions: (_parent, { userId: asked, ...args }, context) => {
        const principal = requirePrincipal(context, 'person', 'system')
        const userId = asked ?? principal.id
        const mayRead = userId === principal.id || context.rights?.role === 'tenant_admin'
        return connection(
          context,
          { query: 'sessions', filter: { userId } },
          sessionOrder,
          args,
          50,
          async request => {
            if (!mayRead) return { rows: [], hasNextPage: false }
            // Whoever's rights are narrowed has no right to the table, but to their own sessions.
            const tenantId = tenantOf(principal) ?? NO_TENANT
            return database.asPrincipal({ kind: 'tenant', tenantId }, sql =>
              sessionPage(sql, { userId, ...request }),
            )
          },
        )
      },
    },
    Session: {
      current: (session, _args, { principal }) =>
        'sessionId' in principal && principal.sessionId === session.id,
    },
  } satisfies Resolvers
}
