import { randomBytes } from 'node:crypto'
import { encryptedValue } from '@sightline/contracts/encryption'
import { describe, expect, test } from 'vitest'
import { SealBrokenError, seal, sealBytes, unseal, unsealBytes } from './encryption.ts'
import { createMasterKey } from './master-key.ts'
import { deriveKey } from './server-secret.ts'

const key = randomBytes(32)
const at = { keyId: '01a1fd84-1924-7157-bb50-5c275a0c4966', stream: 'person-t.p', field: 'name' }
const plaintext = Buffer.from('Zephyrine Planted')

/** The same base64 with one bit of its bytes turned. */
function turned(base64: string): string {
  const bytes = Buffer.from(base64, 'base64')
  bytes[bytes.length - 1]! ^= 1
  return bytes.toString('base64')
}

describe('a sealed value', () => {
  test('has the shape of the contract and opens under its key', () => {
    const value = seal(key, at, plaintext)
    expect(encryptedValue.parse(value)).toEqual(value)
    expect(value).toMatchObject(at)
    expect(unseal(key, value).equals(plaintext)).toBe(true)
    expect(unseal(key, seal(key, at, Buffer.alloc(0)))).toHaveLength(0)
  })

  test('differs each time', () => {
    expect(seal(key, at, plaintext).data).not.toBe(seal(key, at, plaintext).data)
  })

  test.each([
    ['under another key id', { keyId: '01a1fd84-1924-7157-bb50-5c275a0c4967' }],
    ['in another stream', { stream: 'person-t.q' }],
    ['in another field', { field: 'email' }],
    ['where stream and field only join to the same', { stream: 'person-t.pn', field: 'ame' }],
    ['with other bytes', { data: turned(seal(key, at, plaintext).data) }],
    ['with a shorter tag', { tag: seal(key, at, plaintext).tag.slice(0, 8) }],
    ['with no iv', { iv: '' }],
  ])('does not open %s', (_, change) => {
    expect(() => unseal(key, { ...seal(key, at, plaintext), ...change })).toThrow(SealBrokenError)
  })

  test('does not open with a turned tag, a turned iv or another key', () => {
    const value = seal(key, at, plaintext)
    expect(() => unseal(key, { ...value, tag: turned(value.tag) })).toThrow(SealBrokenError)
    expect(() => unseal(key, { ...value, iv: turned(value.iv) })).toThrow(SealBrokenError)
    expect(() => unseal(randomBytes(32), value)).toThrow(SealBrokenError)
  })
})

describe('sealed bytes', () => {
  test('open under their name alone', () => {
    const sealed = sealBytes(key, 't1/faces-raw/p1/a', plaintext)
    expect(sealed).toHaveLength(plaintext.length + 28)
    expect(sealed.includes(plaintext)).toBe(false)
    expect(unsealBytes(key, 't1/faces-raw/p1/a', sealed).equals(plaintext)).toBe(true)
    expect(() => unsealBytes(key, 't1/faces-raw/p1/b', sealed)).toThrow(SealBrokenError)
  })

  test.each([0, 5, 12, 27])('cut to %i bytes do not open', length => {
    expect(() => unsealBytes(key, 'a', sealBytes(key, 'a', plaintext).subarray(0, length))).toThrow(
      SealBrokenError,
    )
  })
})

describe('the master key', () => {
  test('unwraps what it wrapped, and no other does', () => {
    const one = createMasterKey(randomBytes(32).toString('base64'))
    const other = createMasterKey(randomBytes(32).toString('base64'))
    const wrapped = one.wrap(key)
    expect(wrapped.includes(key)).toBe(false)
    expect(one.unwrap(wrapped).equals(key)).toBe(true)
    expect(() => other.unwrap(wrapped)).toThrow(SealBrokenError)
  })

  test.each(['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64')])(
    'is 32 bytes, not %j',
    base64 => {
      expect(() => createMasterKey(base64)).toThrow(RangeError)
    },
  )
})

test('keys of the server secret differ by purpose and by secret, and stay the same', () => {
  const secret = randomBytes(32)
  const keys = (['pairing', 'position', 'picture'] as const).map(purpose =>
    deriveKey(secret, purpose).toString('hex'),
  )
  expect(new Set(keys).size).toBe(3)
  expect(deriveKey(secret, 'pairing').toString('hex')).toBe(keys[0])
  expect(deriveKey(randomBytes(32), 'pairing').toString('hex')).not.toBe(keys[0])
  expect(deriveKey(secret, 'pairing')).toHaveLength(32)
  expect(() => deriveKey(randomBytes(16), 'pairing')).toThrow(RangeError)
})
