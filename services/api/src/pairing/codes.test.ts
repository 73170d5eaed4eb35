import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { codeHmac, drawCode, normaliseCode } from './codes.ts'

test('a code is six digits, leading zeros included', () => {
  for (let draw = 0; draw < 2_000; draw++) expect(drawCode()).toMatch(/^[0-9]{6}$/)
})

test.each([
  ['123456', '123456'],
  [' 123 456 ', '123456'],
  ['123-456', '123456'],
  ['000001', '000001'],
])('%j is read as %s', (typed, code) => {
  expect(normaliseCode(typed)).toBe(code)
})

test.each(['', '12345', '1234567', '12a456', '１２３４５６'])('%j is no code', typed => {
  expect(normaliseCode(typed)).toBeUndefined()
})

test('a code stands in the database as something that nobody without the key can guess', () => {
  const key = randomBytes(32)
  expect(codeHmac(key, '123456')).toEqual(codeHmac(key, '123456'))
  expect(codeHmac(key, '123456')).not.toEqual(codeHmac(randomBytes(32), '123456'))
  expect(codeHmac(key, '123456')).toHaveLength(32)
})
