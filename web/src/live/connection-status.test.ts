import { expect, test } from 'vitest'
import { type ConnectionNews, type ConnectionStatus, statusAfter } from './connection-status.ts'

const after = (...news: [ConnectionNews['what'], number][]): ConnectionStatus =>
  news.reduce<ConnectionStatus>(
    (status, [what, at]) =>
      statusAfter(status, what === 'connected' ? { what, at, rightsFrom: `p${at}` } : { what, at }),
    { phase: 'connecting' },
  )

test('the picture is as old as the last word of the server', () => {
  expect(after(['connected', 1], ['heard', 5], ['lost', 9])).toEqual({ phase: 'lost', heard: 5 })
})

test('failed attempts to return don’t make the picture look younger', () => {
  expect(after(['connected', 1], ['lost', 9], ['lost', 20], ['heard', 21])).toEqual({
    phase: 'lost',
    heard: 1,
  })
})

test('a page that was never connected shows nothing that could be old', () => {
  expect(after(['lost', 3], ['lost', 4])).toEqual({ phase: 'lost', heard: null })
})

test('back is back', () => {
  expect(after(['connected', 1], ['lost', 2], ['connected', 3])).toEqual({
    phase: 'connected',
    heard: 3,
    rightsFrom: 'p3',
  })
})

test('rights are told from when the socket was opened, whatever is heard later', () => {
  expect(after(['connected', 1], ['heard', 5])).toEqual({ phase: 'connected', heard: 5, rightsFrom: 'p1' })
})

test('another sign-in begins anew', () => {
  expect(after(['connected', 1], ['lost', 2], ['opening', 3])).toEqual({ phase: 'connecting' })
})
