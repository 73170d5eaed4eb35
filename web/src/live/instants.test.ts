import { expect, test } from 'vitest'
import { ageInWords, dayInWords } from './instants.tsx'

test('an age is told in the unit that says most', () => {
  expect([0, 12, 99, 100, 3_600, 7_200].map(ageInWords)).toEqual([
    '0 s',
    '12 s',
    '99 s',
    '2 min',
    '60 min',
    '2 h',
  ])
})

test('days are called as people call them', () => {
  const now = new Date(2026, 2, 1, 0, 30)
  const day = (...at: [number, number, number, number]) => dayInWords(new Date(...at).toISOString(), now)
  expect(day(2026, 2, 1, 0)).toBe('Today')
  expect(day(2026, 1, 28, 23)).toBe('Yesterday')
  expect(day(2026, 1, 27, 12)).toMatch(/27/)
  expect(day(2025, 1, 27, 12)).toMatch(/2025/)
})
