import type { MachineEvent } from '@sightline/contracts/machines'
import { describe, expect, test } from 'vitest'
import { issueApiKey, revokeApiKey, rotateApiKey } from './decisions.ts'
import { evolveMachineKeys, noKeys } from './state.ts'

const given = (...events: MachineEvent[]) => events.reduce(evolveMachineKeys, noKeys)
const id = (last: number) => `0199c1c4-3c5e-7a21-9b1c-${String(last).padStart(12, '0')}`
const [first, second, third] = [id(1), id(2), id(3)]
const now = new Date('2026-06-01T12:00:00.000Z')
const after = (days: number) => new Date(now.getTime() + days * 24 * 3_600_000).toISOString()
const addresses = ['192.0.2.0/24']

const issued = (keyId: string, expiresAt = after(90), from = addresses): MachineEvent => ({
  type: 'ApiKeyIssued',
  data: { keyId, kind: 'agent', name: 'Gate box', expiresAt, addresses: from },
})
const revoked = (keyId: string): MachineEvent => ({ type: 'ApiKeyRevoked', data: { keyId } })
const wanted = { kind: 'agent', name: 'Gate box', addresses, expiresAt: after(90), now } as const
const refusal = (code: string) => expect.objectContaining({ rejected: code })

describe('issuing', () => {
  test('gives a machine a key', () => {
    expect(issueApiKey(noKeys, { ...wanted, keyId: first })).toEqual([issued(first)])
  })

  test('gives it two that count at most; one that was revoked or expired does not', () => {
    const two = [issued(first), issued(second)]
    expect(issueApiKey(given(...two), { ...wanted, keyId: third })).toEqual(refusal('TOO_MANY_KEYS'))
    expect(issueApiKey(given(...two, revoked(first)), { ...wanted, keyId: third })).toEqual([issued(third)])
    const expired = given(issued(first, after(0)), issued(second))
    expect(issueApiKey(expired, { ...wanted, keyId: third })).toEqual([issued(third)])
  })

  test('lets it count into the future, and for a year at most', () => {
    const until = (expiresAt: string) => issueApiKey(noKeys, { ...wanted, keyId: first, expiresAt })
    expect(until(after(0))).toEqual(refusal('EXPIRY_NOT_ACCEPTED'))
    expect(until(after(366))).toEqual([issued(first, after(366))])
    expect(until(after(367))).toEqual(refusal('EXPIRY_NOT_ACCEPTED'))
  })

  test('gives each key an id of its own', () => {
    expect(issueApiKey(given(issued(first)), { ...wanted, keyId: first })).toEqual(refusal('ID_IN_USE'))
    const again = given(issued(first), revoked(first))
    expect(issueApiKey(again, { ...wanted, keyId: first })).toEqual(refusal('ID_IN_USE'))
  })
})

describe('rotating', () => {
  const next = { replaces: first, keyId: second, addresses: null, expiresAt: after(30), now }

  test('issues a second key with the name and the networks of the older one, which still counts', () => {
    expect(rotateApiKey(given(issued(first)), next)).toEqual([issued(second, after(30))])
    const elsewhere = ['2001:db8::/32']
    expect(rotateApiKey(given(issued(first)), { ...next, addresses: elsewhere })).toEqual([
      issued(second, after(30), elsewhere),
    ])
  })

  test('needs a key that stands, and room for another', () => {
    expect(rotateApiKey(noKeys, next)).toEqual(refusal('NOT_FOUND'))
    expect(rotateApiKey(given(issued(first), revoked(first)), next)).toEqual(refusal('NOT_FOUND'))
    const two = given(issued(first), issued(third))
    expect(rotateApiKey(two, next)).toEqual(refusal('TOO_MANY_KEYS'))
  })
})

test('a key is revoked once', () => {
  expect(revokeApiKey(given(issued(first)), { keyId: first })).toEqual([revoked(first)])
  expect(revokeApiKey(given(issued(first), revoked(first)), { keyId: first })).toEqual([])
  expect(revokeApiKey(given(issued(first)), { keyId: second })).toEqual(refusal('NOT_FOUND'))
})
