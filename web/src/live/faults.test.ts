import { CombinedError } from 'urql'
import { expect, test } from 'vitest'
import { faultOf } from './faults.ts'

const fault = (code: string, message = 'Internal error') =>
  faultOf(new CombinedError({ graphQLErrors: [{ message, extensions: { code, traceId: 'trace' } }] }))

test('a masked fault is told in words, with its trace', () => {
  expect(fault('INTERNAL')).toEqual({ message: 'Something went wrong in the server.', traceId: 'trace' })
  expect(fault('RIGHTS_CHANGED')).toEqual({ message: 'Your rights have changed.', traceId: 'trace' })
})

test('a code that this page doesn’t know tells its own message', () => {
  expect(fault('NEW_CODE', 'Said by the server')).toEqual({ message: 'Said by the server', traceId: 'trace' })
})

test('a server that can’t be reached has no trace', () => {
  expect(faultOf(new CombinedError({ networkError: new Error('Failed to fetch') }))).toEqual({
    message: 'The server could not be reached.',
    traceId: undefined,
  })
})
