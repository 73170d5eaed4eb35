import { expect, test } from 'vitest'
import { hasPlace, heldSession } from './held-session.ts'

const answer = {
  accessToken: 'token',
  expiresAt: '2026-03-01T10:10:00.000Z',
  sessionId: 'session',
  userId: 'user',
  tenantId: 'tenant',
  tenantIds: ['tenant', 'other'],
  systemAdministrator: false,
}

test('a token’s end is told by the server’s clock and kept by this machine’s, however wrong that is', () => {
  const now = Date.parse('2026-03-01T10:00:00.000Z')
  const session = heldSession(answer, { now }, 5_000)
  expect(session.endsAt).toBe(605_000)
  expect(session.renewAt).toBe(455_000)
})

test('a token that has ended on its way is renewed at once', () => {
  const late = Date.parse('2026-03-01T11:00:00.000Z')
  expect(heldSession(answer, { now: late }, 5_000)).toMatchObject({ endsAt: 5_000, renewAt: 5_000 })
})

test('whoever is no member of the session’s tenant has no place there', () => {
  const session = heldSession(answer, { now: 0 }, 0)
  expect(hasPlace(session)).toBe(true)
  expect(hasPlace({ ...session, tenantIds: ['other'] })).toBe(false)
  expect(hasPlace({ ...session, tenantId: null })).toBe(false)
  expect(hasPlace({ ...session, tenantId: null, systemAdministrator: true })).toBe(true)
})
