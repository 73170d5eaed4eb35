import { expect, test } from 'vitest'
import { fold, type RowsChange } from './live-rows.ts'

interface Row {
  id: string
  name: string
}
const row = (id: string, name = id): Row => ({ id, name })
const change = (given: Partial<RowsChange<Row>>): RowsChange<Row> => ({
  position: 'p',
  replaces: false,
  changed: [],
  removed: [],
  ...given,
})

test('what replaces is everything', () => {
  expect(fold([row('a'), row('b')], change({ replaces: true, changed: [row('c')] }))).toEqual([row('c')])
})

test('a changed row keeps its place', () => {
  const held = [row('a'), row('b'), row('c')]
  expect(fold(held, change({ changed: [row('b', 'new')] }))).toEqual([row('a'), row('b', 'new'), row('c')])
})

test('new rows come last, removed ones go', () => {
  const held = [row('a'), row('b')]
  expect(fold(held, change({ changed: [row('c')], removed: ['a', 'never seen'] }))).toEqual([
    row('b'),
    row('c'),
  ])
})

test('the same message twice changes nothing more', () => {
  const message = change({ changed: [row('b'), row('a', 'new')], removed: ['c'] })
  const once = fold([row('a'), row('c')], message)
  expect(fold(once, message)).toEqual(once)
})

test('rows that nothing was said of stay the same objects, so that nothing is drawn anew', () => {
  const kept = row('a')
  expect(fold([kept, row('b')], change({ changed: [row('b', 'new')] }))[0]).toBe(kept)
})
