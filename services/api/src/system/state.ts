import type { SystemEvent } from '@sightline/contracts/system'

/** Who administers the whole system, by their users' ids. */
export interface SystemState {
  administrators: ReadonlySet<string>
}

/** Before anybody was appointed. */
export const noSystem: SystemState = { administrators: new Set() }

/** What an event makes of the state. */
export function evolveSystem(system: SystemState, event: SystemEvent): SystemState {
  const administrators = new Set(system.administrators)
  if (event.type === 'SystemAdministratorAppointed') administrators.add(event.data.userId)
  else administrators.delete(event.data.userId)
  return { administrators }
}
