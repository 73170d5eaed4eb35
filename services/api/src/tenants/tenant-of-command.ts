import { tenantStreamName } from '@sightline/contracts/stream-names'
import { badRequest, type RequestContext, requirePrincipal } from '../context.ts'
import { foldStream, type StreamReader } from '../fold.ts'
import { evolveTenant, noTenant } from './state.ts'

/**
 * The tenant that a command is about: a member's own, or the one that a system administrator names; undefined where
 * there is no such tenant for the caller.
 * @throws GraphQLError BAD_USER_INPUT for a system administrator who names none
 */
export async function tenantOfCommand(
  context: Pick<RequestContext, 'principal'>,
  eventLog: StreamReader,
  named: string | null | undefined,
): Promise<string | undefined> {
  const principal = requirePrincipal(context, 'person', 'system')
  if (principal.kind === 'person') {
    return !named || named === principal.tenantId ? principal.tenantId : undefined
  }
  if (!named) throw badRequest('tenantId: a system administrator names the tenant', 'BAD_USER_INPUT')
  const tenant = await foldStream(eventLog, tenantStreamName(named), noTenant, evolveTenant)
  return tenant.status === 'absent' ? undefined : named
}
