import type { AccessState } from '../access/state.ts'
import type { Places } from '../tokens/sessions.ts'

/** Where a user may have a session, by what the log says: the tenants that they are a member of and that aren't suspended. */
export function placesIn(state: AccessState, userId: string): Places {
  const tenantIds: string[] = []
  for (const [tenantId, { created, suspended, members }] of state.tenants) {
    if (created && !suspended && members.has(userId)) tenantIds.push(tenantId)
  }
  return { systemAdministrator: state.systemAdministrators.has(userId), tenantIds }
}
