import type { SystemEvent } from '@sightline/contracts/system'
import { expect, test } from 'vitest'
import { appointAdministrator, dismissAdministrator } from './decisions.ts'
import { evolveSystem, noSystem } from './state.ts'

const given = (...events: SystemEvent[]) => events.reduce(evolveSystem, noSystem)
const ada = '0199c1c4-3c5e-7a21-9b1c-000000000001'
const ben = '0199c1c4-3c5e-7a21-9b1c-000000000002'
const appointed = (userId: string) => ({ type: 'SystemAdministratorAppointed', data: { userId } }) as const
const dismissed = (userId: string) => ({ type: 'SystemAdministratorDismissed', data: { userId } }) as const

test('somebody is appointed once', () => {
  expect(appointAdministrator(noSystem, ada)).toEqual([appointed(ada)])
  expect(appointAdministrator(given(appointed(ada)), ada)).toEqual([])
  expect(appointAdministrator(given(appointed(ada), appointed(ben), dismissed(ada)), ada)).toEqual([
    appointed(ada),
  ])
})

test('one of two is dismissed, the last one stays', () => {
  const two = given(appointed(ada), appointed(ben))
  expect(dismissAdministrator(two, ada)).toEqual([dismissed(ada)])
  expect(dismissAdministrator(evolveSystem(two, dismissed(ada)), ben)).toMatchObject({
    rejected: 'LAST_ADMIN',
  })
})

test('nobody is dismissed who was not appointed', () => {
  expect(dismissAdministrator(given(appointed(ada)), ben)).toMatchObject({ rejected: 'NOT_FOUND' })
})
