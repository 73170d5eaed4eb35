import { describe, expect, test } from 'vitest'
import {
  counts,
  JWKS_MAX_AGE_MS,
  LONGEST_TOKEN_MS,
  PUBLISHED_BEFORE_SIGNING_MS,
  planRotation,
  type Rotation,
  type ScheduledKey,
  signingKeyAt,
} from './key-schedule.ts'

const start = Date.parse('2030-01-01T00:00:00Z')
const at = (ms: number) => new Date(start + ms)
const key = (keyId: string, signsFrom: Date, leavesAt: Date | null = null): ScheduledKey => ({
  keyId,
  kind: 'access',
  signsFrom,
  leavesAt,
})

/** What the keys are after a rotation that was carried out. */
function rotated(keys: ScheduledKey[], keyId: string, now: Date, compromised = false): ScheduledKey[] {
  const plan = planRotation(keys, now, { compromised }) as Rotation
  const leaving = new Map(plan.leaving.map(({ keyId: id, leavesAt }) => [id, leavesAt]))
  return [
    ...keys.map(each => ({ ...each, leavesAt: leaving.get(each.keyId) ?? each.leavesAt })),
    key(keyId, plan.signsFrom),
  ]
}

const signer = (keys: ScheduledKey[], now: Date) => signingKeyAt(keys, 'access', now)?.keyId
const counting = (keys: ScheduledKey[], now: Date) =>
  keys.filter(each => counts(each, now)).map(each => each.keyId)

describe('a rotation', () => {
  const keys = rotated([key('old', at(0))], 'new', at(0))

  test('publishes the new key at once, and lets it sign when nobody keeps a set without it', () => {
    expect(PUBLISHED_BEFORE_SIGNING_MS).toBe(JWKS_MAX_AGE_MS + 60_000)
    expect(counting(keys, at(0))).toEqual(['old', 'new'])
    expect(signer(keys, at(PUBLISHED_BEFORE_SIGNING_MS - 1))).toBe('old')
    expect(signer(keys, at(PUBLISHED_BEFORE_SIGNING_MS))).toBe('new')
  })

  test('lets the old key count until the last token that it signed has ended', () => {
    const lastSigned = PUBLISHED_BEFORE_SIGNING_MS
    expect(counting(keys, at(lastSigned + LONGEST_TOKEN_MS - 1))).toEqual(['old', 'new'])
    expect(counting(keys, at(lastSigned + LONGEST_TOKEN_MS))).toEqual(['new'])
  })

  test('waits while the new key of the last one does not sign yet', () => {
    expect(planRotation(keys, at(1), { compromised: false })).toEqual({
      waitingUntil: at(PUBLISHED_BEFORE_SIGNING_MS),
    })
    const twice = rotated(keys, 'newest', at(PUBLISHED_BEFORE_SIGNING_MS))
    expect(counting(twice, at(PUBLISHED_BEFORE_SIGNING_MS))).toEqual(['old', 'new', 'newest'])
    expect(twice.find(each => each.keyId === 'old')?.leavesAt).toEqual(
      at(PUBLISHED_BEFORE_SIGNING_MS + LONGEST_TOKEN_MS),
    )
  })

  test('of compromised keys takes all of them away at once, the one that waits too', () => {
    const after = rotated(keys, 'clean', at(1), true)
    expect(counting(after, at(1))).toEqual(['clean'])
    expect(signer(after, at(1))).toBe('clean')
  })

  test('of nothing makes a first key that signs at once', () => {
    expect(planRotation([], at(5), { compromised: false })).toEqual({ signsFrom: at(5), leaving: [] })
  })
})

test('a key of another kind signs nothing', () => {
  expect(signingKeyAt([key('old', at(0))], 'media', at(1))).toBeUndefined()
})
