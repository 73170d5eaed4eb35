import { expect, test } from 'vitest'
import { holdBack } from './held-rows.ts'

const row = (id: string, name = id) => ({ id, name })

test('new rows wait, wherever they belong', () => {
  const rows = [row('new'), row('a'), row('newer'), row('b')]
  expect(holdBack(rows, new Set(['a', 'b']))).toEqual({ rows: [row('a'), row('b')], waiting: 2 })
})

test('rows that are shown change in place', () => {
  expect(holdBack([row('a', 'changed')], new Set(['a'])).rows).toEqual([row('a', 'changed')])
})

test('a row that is gone goes', () => {
  expect(holdBack([row('b')], new Set(['a', 'b']))).toEqual({ rows: [row('b')], waiting: 0 })
})

test('nothing is held back from somebody who sees nothing yet', () => {
  expect(holdBack([row('a')], new Set())).toEqual({ rows: [row('a')], waiting: 0 })
})
