import type { MachineEvent, MachineKind } from '@sightline/contracts/machines'

/** A key of a machine that was not revoked; it may have expired. */
export interface MachineKey {
  kind: MachineKind
  name: string
  addresses: readonly string[]
  /** RFC 3339 */
  expiresAt: string
}

/** The keys of one machine, as its stream tells it. */
export interface MachineKeysState {
  /** By their ids. */
  keys: ReadonlyMap<string, MachineKey>
  revoked: ReadonlySet<string>
}

/** A machine that never had a key. */
export const noKeys: MachineKeysState = { keys: new Map(), revoked: new Set() }

/** What an event makes of the state. */
export function evolveMachineKeys(state: MachineKeysState, event: MachineEvent): MachineKeysState {
  const keys = new Map(state.keys)
  const { keyId } = event.data
  switch (event.type) {
    case 'ApiKeyIssued': {
      const { kind, name, addresses, expiresAt } = event.data
      keys.set(keyId, { kind, name, addresses, expiresAt })
      return { ...state, keys }
    }
    case 'ApiKeyRevoked':
      keys.delete(keyId)
      return { keys, revoked: new Set(state.revoked).add(keyId) }
  }
}
