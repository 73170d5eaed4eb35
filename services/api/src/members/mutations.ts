import { emailAddress, type MemberEvent, type Role, scopeIds } from '@sightline/contracts/members'
import { membersStreamName } from '@sightline/contracts/stream-names'
import { DataKeyConflictError, type DataKeys } from '@sightline/data-keys/data-keys'
import type { Database } from '@sightline/database/database'
import { type CommandContext, executeCommand, type Rejected } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers, RejectionCode, Role as RoleInput } from '../../generated/resolvers.ts'
import { commandResult, rejection } from '../command-result.ts'
import { badRequest, requirePrincipal } from '../context.ts'
import { dataKeyId, newId, parseInput } from '../input.ts'
import { scopeExists } from '../sites/scope-exists.ts'
import { tenantOfCommand } from '../tenants/tenant-of-command.ts'
import type { UserIds } from '../users/user-ids.ts'
import {
  addMember,
  changeRole,
  grantScope,
  type RoleAndReach,
  removeMember,
  revokeGrant,
} from './decisions.ts'
import { noteGrantEnd } from './grant-ends.ts'
import { evolveMembers, type MembersState, noMembers } from './state.ts'

/** Commands about who belongs to a tenant, and what they may: by its administrators. */
export function memberMutations(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  dataKeys: Pick<DataKeys, 'create'>
  userIds: UserIds
  now: () => Date
}) {
  const { eventLog, database, dataKeys, userIds, now } = deps

  /** All that must hold across members is decided at one revision of their stream. */
  function command(
    tenantId: string,
    context: CommandContext,
    decide: (state: MembersState) => MemberEvent[] | Rejected<RejectionCode>,
  ) {
    return executeCommand(eventLog, {
      stream: membersStreamName(tenantId),
      initial: noMembers,
      evolve: evolveMembers,
      decide,
      context: { ...context, tenantId },
      personal: 'erased',
    })
  }

  return {
    async addMember(_parent, { input }, context) {
      const principal = requirePrincipal(context, 'person', 'system')
      const email = parseInput(emailAddress, input.email)
      const reach = roleAndReach(input)
      const tenantId = await tenantOfCommand(context, eventLog, input.tenantId)
      if (!tenantId) return rejection('NOT_FOUND', 'There is no such tenant.')
      const userId = await userIds.reserve(email)
      const keyId = dataKeyId('user', userId)
      try {
        await dataKeys.create({ tenantId, keyId, subject: 'user', subjectId: userId })
      } catch (error) {
        if (!(error instanceof DataKeyConflictError)) throw error
        return rejection('ID_IN_USE', 'This user was erased.')
      }
      const by = principal.kind === 'system' ? null : principal.id
      const outcome = await command(tenantId, context.command(input.commandId), state =>
        addMember(state, { ...reach, userId, keyId, email, by }),
      )
      return commandResult(context, userId, outcome)
    },

    async changeRole(_parent, { input }, context) {
      const { tenantId, id: by } = requirePrincipal(context, 'person')
      const { userId } = input
      const reach = roleAndReach(input)
      const outcome = await command(tenantId, context.command(input.commandId), state =>
        changeRole(state, { ...reach, userId, by }),
      )
      return commandResult(context, userId, outcome)
    },

    async grantScope(_parent, { input }, context) {
      const { tenantId, id: by } = requirePrincipal(context, 'person')
      const { userId } = input
      const siteIds = parseInput(scopeIds, input.siteIds ?? [])
      const cameraIds = parseInput(scopeIds, input.cameraIds ?? [])
      if (siteIds.length + cameraIds.length === 0) {
        throw badRequest('siteIds, cameraIds: a grant names at least one', 'BAD_USER_INPUT')
      }
      if (!(await scopeExists(context, eventLog, { tenantId, siteIds, cameraIds }))) {
        return rejection('NOT_FOUND', 'One of these sites or cameras does not exist.')
      }
      const grantId = input.grantId ?? newId(input.commandId, 'grant')
      const endsAt = input.endsAt ?? null
      if (endsAt !== null) await noteGrantEnd(database, { tenantId, grantId, endsAt: new Date(endsAt) })
      const outcome = await command(tenantId, context.command(input.commandId), state =>
        grantScope(state, { grantId, userId, siteIds, cameraIds, endsAt, by, now: now() }),
      )
      return commandResult(context, grantId, outcome)
    },

    async revokeGrant(_parent, { input }, context) {
      const { tenantId, id: by } = requirePrincipal(context, 'person')
      const { grantId } = input
      const outcome = await command(tenantId, context.command(input.commandId), state =>
        revokeGrant(state, { grantId, by }),
      )
      return commandResult(context, grantId, outcome)
    },

    async removeMember(_parent, { input }, context) {
      const { tenantId, id: by } = requirePrincipal(context, 'person')
      const { userId } = input
      const outcome = await command(tenantId, context.command(input.commandId), state =>
        removeMember(state, { userId, by }),
      )
      return commandResult(context, userId, outcome)
    },
  } satisfies MutationResolvers
}

/** @throws GraphQLError BAD_USER_INPUT for an administrator who should not be everywhere */
function roleAndReach({ everywhere, ...input }: { role: RoleInput; everywhere: boolean }): RoleAndReach {
  const role = input.role.toLowerCase() as Role
  if (role === 'tenant_admin' && !everywhere) {
    throw badRequest("everywhere: an administrator's role counts in the whole tenant", 'BAD_USER_INPUT')
  }
  return { role, everywhere }
}
