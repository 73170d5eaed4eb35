import type { SystemEvent } from '@sightline/contracts/system'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { SystemState } from './state.ts'

type Decision = SystemEvent[] | Rejected<'NOT_FOUND' | 'LAST_ADMIN'>

/** Makes a user an administrator of the whole system. */
export function appointAdministrator(system: SystemState, userId: string): Decision {
  if (system.administrators.has(userId)) return []
  return [{ type: 'SystemAdministratorAppointed', data: { userId } }]
}

/** Takes that away again. The last administrator stays. */
export function dismissAdministrator(system: SystemState, userId: string): Decision {
  if (!system.administrators.has(userId)) {
    return rejected('NOT_FOUND', 'This user does not administer the system.')
  }
  if (system.administrators.size === 1) {
    return rejected('LAST_ADMIN', 'Somebody must administer the system: appoint another first.')
  }
  return [{ type: 'SystemAdministratorDismissed', data: { userId } }]
}
