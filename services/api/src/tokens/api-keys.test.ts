import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { API_KEY_KINDS, newApiKey, parseApiKey, sameHash } from './api-keys.ts'

const keyId = '0199c1c4-3c5e-7a21-9b1c-2f6a3d1e4b5c'

describe('an API key', () => {
  for (const kind of API_KEY_KINDS) {
    test(`of kind ${kind} is read as it was made`, () => {
      const { text, hash } = newApiKey(kind, keyId)
      expect(text).toMatch(new RegExp(`^sl_${kind}_${keyId}_[0-9A-Za-z]{49}$`))
      expect(parseApiKey(text)).toEqual({ kind, keyId, hash })
      expect(Buffer.from(hash)).toEqual(createHash('sha256').update(text).digest())
    })
  }

  test('has the same length for the smallest and the greatest secret, and tells them apart', () => {
    const none = newApiKey('agent', keyId, new Uint8Array(32))
    const all = newApiKey('agent', keyId, new Uint8Array(32).fill(255))
    expect(none.text.length).toBe(all.text.length)
    expect(parseApiKey(all.text)?.keyId).toBe(keyId)
    expect(sameHash(none.hash, all.hash)).toBe(false)
    expect(sameHash(none.hash, new Uint8Array(none.hash))).toBe(true)
  })

  test('is another each time', () => {
    expect(newApiKey('worker', keyId).text).not.toBe(newApiKey('worker', keyId).text)
  })

  test('with one character changed is none', () => {
    const { text } = newApiKey('media_node', keyId)
    for (let index = 0; index < text.length; index += 1) {
      const other = text[index] === 'a' ? 'b' : 'a'
      expect(parseApiKey(text.slice(0, index) + other + text.slice(index + 1))).toBeUndefined()
    }
  })

  test('is none where anything stands before or after it', () => {
    const { text } = newApiKey('agent', keyId)
    for (const wrong of ['', ` ${text}`, `${text} `, `${text}\n`, text.slice(0, -1), text.repeat(50)]) {
      expect(parseApiKey(wrong)).toBeUndefined()
    }
  })

  test('is not made of too few random bytes', () => {
    expect(() => newApiKey('agent', keyId, new Uint8Array(16))).toThrow(RangeError)
  })
})
