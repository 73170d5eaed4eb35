import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCodecs } from './positions.ts'

const key = randomBytes(32)
const mine = createCodecs(key, 'tenant-1')
const theirs = createCodecs(key, 'tenant-2')
const other = createCodecs(randomBytes(32), 'tenant-1')
const code = (of: string) => expect.objectContaining({ extensions: expect.objectContaining({ code: of }) })
const thrown = (run: () => unknown): unknown => {
  try {
    return run()
  } catch (error) {
    return error
  }
}

test('a position comes back as it was, and tells nothing of itself', () => {
  fc.assert(
    fc.property(fc.bigInt(-1n, 2n ** 62n), position => {
      const token = mine.position.encode(position)
      expect(mine.position.decode(token)).toBe(position)
      const plain = Buffer.alloc(8)
      plain.writeBigInt64BE(position)
      expect(Buffer.from(token, 'base64url').includes(plain)).toBe(false)
    }),
  )
  const lengths = [0n, 1n, 2n ** 62n].map(position => mine.position.encode(position).length)
  expect(new Set(lengths).size).toBe(1)
})

test('a position opens for its own tenant and key only, and unaltered', () => {
  const token = mine.position.encode(42n)
  const altered = Buffer.from(token, 'base64url')
  altered[3]! ^= 1
  const none = ['', 'abc', 'x'.repeat(500), altered.toString('base64url')]
  for (const text of none)
    expect(thrown(() => mine.position.decode(text))).toEqual(code('POSITION_NOT_VALID'))
  for (const { position } of [theirs, other]) {
    expect(thrown(() => position.decode(token))).toEqual(code('POSITION_NOT_VALID'))
  }
})

test('a cursor belongs to one query with one filter', () => {
  const of = { query: 'cameras', filter: { siteId: 'a', other: null } }
  const token = mine.cursors.encode(of, ['Door', 'id'])
  expect(mine.cursors.decode(of, token)).toEqual(['Door', 'id'])
  expect(
    mine.cursors.decode({ query: 'cameras', filter: { other: undefined, siteId: 'a' } }, token),
  ).toBeTruthy()
  const elsewhere = [
    { query: 'people', filter: of.filter },
    { query: 'cameras', filter: { siteId: 'b', other: null } },
    { query: 'cameras', filter: {} },
  ]
  for (const place of elsewhere) {
    expect(thrown(() => mine.cursors.decode(place, token))).toEqual(code('CURSOR_NOT_VALID'))
  }
  expect(thrown(() => theirs.cursors.decode(of, token))).toEqual(code('CURSOR_NOT_VALID'))
  const position = mine.position.encode(1n)
  expect(thrown(() => mine.cursors.decode(of, position))).toEqual(code('CURSOR_NOT_VALID'))
  expect(thrown(() => mine.position.decode(token))).toEqual(code('POSITION_NOT_VALID'))
})
