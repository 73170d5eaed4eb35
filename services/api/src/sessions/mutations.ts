import { userStreamName } from '@sightline/contracts/stream-names'
import type { UserEvent } from '@sightline/contracts/users'
import type { Database } from '@sightline/database/database'
import { executeCommand, rejected } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers, RejectionCode } from '../../generated/resolvers.ts'
import { commandResult, rejection } from '../command-result.ts'
import { requirePrincipal, tenantOf } from '../context.ts'
import { markSessionEnded } from '../tokens/session-rows.ts'
import { endSession } from '../users/decisions.ts'
import { evolveUser, noUser, type UserState } from '../users/state.ts'

/** Commands about sessions: one's own, and those of a tenant by its administrators. */
export function sessionMutations(deps: { eventLog: EventLog; database: Pick<Database, 'inOps'> }) {
  const { eventLog, database } = deps
  return {
    async endSession(_parent, { input }, context) {
      const principal = requirePrincipal(context, 'person', 'system')
      const { sessionId } = input
      const userId = input.userId ?? principal.id
      const own = userId === principal.id
      const mayEndOthers = principal.kind === 'system' || context.rights?.role === 'tenant_admin'
      const isCurrent = principal.kind === 'person' && principal.sessionId === sessionId
      if (!own && !mayEndOthers) return noSuchSession()
      const outcome = await executeCommand<UserState, UserEvent, RejectionCode>(eventLog, {
        stream: userStreamName(userId),
        initial: noUser,
        evolve: evolveUser,
        decide: user => {
          const session = user.status === 'registered' ? user.sessions.get(sessionId) : undefined
          const theirs = principal.kind === 'system' || session?.tenantId === tenantOf(principal)
          if (!session || !theirs) return rejected('NOT_FOUND', 'There is no such session, or it has ended.')
          return endSession(user, sessionId, isCurrent ? 'SIGNED_OUT' : 'REVOKED')
        },
        context: { ...context.command(input.commandId), tenantId: null },
      })
      if (outcome.outcome === 'accepted') await refuseRefreshing(database, outcome.events)
      return commandResult(context, sessionId, outcome)
    },
  } satisfies MutationResolvers
}

/**
 * No refresh token of the sessions that ended counts from now on; the sweeper removes their rows. The events say which
 * they are: a command id that is used again answers for what it ended, whatever session it names now.
 */
async function refuseRefreshing(
  database: Pick<Database, 'inOps'>,
  events: readonly UserEvent[],
): Promise<void> {
  await database.inOps('ops_api', null, async sql => {
    for (const event of events) {
      if (event.type === 'SessionEnded') await markSessionEnded(sql, event.data.sessionId, event.data.reason)
    }
  })
}

function noSuchSession() {
  return rejection('NOT_FOUND', 'There is no such session, or it has ended.')
}
