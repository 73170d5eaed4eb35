import type { UserEvent } from '@sightline/contracts/users'
import { expect, test } from 'vitest'
import { endSession, startSession } from './decisions.ts'
import { evolveUser, noUser } from './state.ts'

const given = (...events: UserEvent[]) => events.reduce(evolveUser, noUser)
const tenantId = '0199c1c4-3c5e-7a21-9b1c-000000000001'
const first = '0199c1c4-3c5e-7a21-9b1c-000000000002'
const second = '0199c1c4-3c5e-7a21-9b1c-000000000003'
const expiresAt = '2030-01-01T00:00:00.000Z'

const registered = { type: 'UserRegistered', data: {} } as const
const started = (sessionId: string) =>
  ({ type: 'SessionStarted', data: { sessionId, tenantId, expiresAt } }) as const
const ended = (sessionId: string, reason: 'SIGNED_OUT' | 'REUSED') =>
  ({ type: 'SessionEnded', data: { sessionId, tenantId, reason } }) as const
const session = (sessionId: string) => ({ sessionId, tenantId, expiresAt: new Date(expiresAt) })

test('the first session begins the user', () => {
  expect(startSession(noUser, session(first))).toEqual([registered, started(first)])
  expect(startSession(given(registered, started(first)), session(second))).toEqual([started(second)])
})

test('a session that has begun begins no second time', () => {
  expect(startSession(given(registered, started(first)), session(first))).toEqual([])
})

test('a session in the place of another ends that one', () => {
  expect(startSession(given(registered, started(first)), session(second), first)).toEqual([
    ended(first, 'SIGNED_OUT'),
    started(second),
  ])
})

test('a session ends once, with its tenant and the reason', () => {
  const open = given(registered, started(first))
  expect(endSession(open, first, 'REUSED')).toEqual([ended(first, 'REUSED')])
  expect(endSession(evolveUser(open, ended(first, 'REUSED')), first, 'SIGNED_OUT')).toEqual([])
  expect(endSession(noUser, first, 'SIGNED_OUT')).toEqual([])
})
