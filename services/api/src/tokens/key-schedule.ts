import type { TokenKind } from '@sightline/contracts/tokens'

/** Whoever verifies tokens may keep the published keys this long, ms. */
export const JWKS_MAX_AGE_MS = 300_000

/** A new key is published this long before it signs: until nobody keeps a set without it. */
export const PUBLISHED_BEFORE_SIGNING_MS = JWKS_MAX_AGE_MS + 60_000

/** No token of any kind lives longer, ms; so long after its last signature a key still counts. */
export const LONGEST_TOKEN_MS = 3_600_000

/** When a token signing key signs, and when it counts. */
export interface ScheduledKey {
  /** The `kid`: RFC 7638 thumbprint of the public half. */
  keyId: string
  kind: TokenKind
  /** It signs from then on, until a key signs that begins later. */
  signsFrom: Date
  /** Its signatures count no longer, and it isn't published any more; null while it has no successor. */
  leavesAt: Date | null
}

/** What a rotation does: a key more, and the ends of those that it takes the place of. */
export interface Rotation {
  signsFrom: Date
  leaving: { keyId: string; leavesAt: Date }[]
}

/** Whether a key's signatures count at a moment; so long it is published too. */
export function counts(key: Pick<ScheduledKey, 'leavesAt'>, now: Date): boolean {
  return key.leavesAt === null || key.leavesAt > now
}

/** The key that signs tokens of a kind at a moment; undefined where there is none yet. */
export function signingKeyAt<Key extends ScheduledKey>(
  keys: readonly Key[],
  kind: TokenKind,
  now: Date,
): Key | undefined {
  return keys
    .filter(key => key.kind === kind && key.signsFrom <= now && counts(key, now))
    .reduce<Key | undefined>(
      (newest, key) => (newest === undefined || key.signsFrom > newest.signsFrom ? key : newest),
      undefined,
    )
}

/**
 * Plans the rotation of one kind's keys. The new key is published now, signs once everybody must have fetched it, and
 * the old ones leave when the last token that they signed has ended: nobody is signed out. Compromised ones leave now.
 *
 * @param keys all of the kind
 * @returns the moment from which a key signs that waits already, where there is one and nothing is compromised
 */
export function planRotation(
  keys: readonly ScheduledKey[],
  now: Date,
  { compromised }: { compromised: boolean },
): Rotation | { waitingUntil: Date } {
  const counting = keys.filter(key => counts(key, now))
  if (compromised) {
    return { signsFrom: now, leaving: counting.map(({ keyId }) => ({ keyId, leavesAt: now })) }
  }
  const waiting = counting.find(key => key.signsFrom > now)
  if (waiting) return { waitingUntil: waiting.signsFrom }
  // Nobody can hold a set of keys from before the first one.
  const signsFrom = counting.length === 0 ? now : new Date(now.getTime() + PUBLISHED_BEFORE_SIGNING_MS)
  const leavesAt = new Date(signsFrom.getTime() + LONGEST_TOKEN_MS)
  return {
    signsFrom,
    leaving: counting.filter(key => key.leavesAt === null).map(({ keyId }) => ({ keyId, leavesAt })),
  }
}
