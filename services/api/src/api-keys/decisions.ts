import type { MachineEvent, MachineKind } from '@sightline/contracts/machines'
import { type Rejected, rejected } from '@sightline/event-log/decide'
import type { RejectionCode } from '../../generated/resolvers.ts'
import type { MachineKeysState } from './state.ts'

type Decision = MachineEvent[] | Rejected<RejectionCode>

/** So many keys of one machine count at a time: the one in use, and the one that replaces it. */
export const MAX_LIVE_KEYS = 2

/** A key counts for a year at most, leap years included. */
export const MAX_KEY_LIFE_MS = 366 * 24 * 3_600_000

/** Issues a key to a machine. */
export function issueApiKey(
  state: MachineKeysState,
  input: {
    keyId: string
    kind: MachineKind
    name: string
    addresses: readonly string[]
    /** RFC 3339 */
    expiresAt: string
    now: Date
  },
): Decision {
  const { keyId, kind, name, expiresAt, now } = input
  const addresses = [...new Set(input.addresses)]
  const life = Date.parse(expiresAt) - now.getTime()
  if (life <= 0 || life > MAX_KEY_LIFE_MS) {
    return rejected('EXPIRY_NOT_ACCEPTED', 'A key expires in the future, and within a year.')
  }
  if (state.keys.has(keyId) || state.revoked.has(keyId)) {
    return rejected('ID_IN_USE', 'Another key has this id.')
  }
  const live = [...state.keys.values()].filter(key => Date.parse(key.expiresAt) > now.getTime())
  if (live.length >= MAX_LIVE_KEYS) {
    return rejected(
      'TOO_MANY_KEYS',
      `A machine has ${MAX_LIVE_KEYS} keys that count at most: revoke one first.`,
    )
  }
  return [{ type: 'ApiKeyIssued', data: { keyId, kind, name, expiresAt, addresses } }]
}

/** Issues a second key in the place of one that stands, with its name and, unless others are given, its networks. */
export function rotateApiKey(
  state: MachineKeysState,
  input: {
    /** The key to be replaced. It counts until it is revoked or expires. */
    replaces: string
    keyId: string
    addresses: readonly string[] | null
    expiresAt: string
    now: Date
  },
): Decision {
  const { replaces, keyId, expiresAt, now } = input
  const older = state.keys.get(replaces)
  if (!older) return rejected('NOT_FOUND', 'There is no such key, or it was revoked.')
  const { kind, name } = older
  const addresses = input.addresses ?? older.addresses
  return issueApiKey(state, { keyId, kind, name, addresses, expiresAt, now })
}

/** Ends a key at once. */
export function revokeApiKey(state: MachineKeysState, input: { keyId: string }): Decision {
  if (state.revoked.has(input.keyId)) return []
  if (!state.keys.has(input.keyId)) return rejected('NOT_FOUND', 'There is no such key.')
  return [{ type: 'ApiKeyRevoked', data: { keyId: input.keyId } }]
}
