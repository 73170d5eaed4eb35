import { describe, expect, it } from 'vitest'
import { tombstoneRevision } from './events.ts'
import { noLimits, softDeletion, streamLimits, withTruncateBefore } from './stream-metadata.ts'

function limits(json: string, isJson = true) {
  return streamLimits({ isJson, data: Buffer.from(json) })
}

describe('the limits of a stream', () => {
  it.each([
    ['{"$maxCount":3,"$maxAge":60,"$tb":5}', { maxCount: 3, maxAge: 60, truncateBefore: 5 }],
    ['{"$tb":0,"$acl":{"$r":"$all"},"mine":1.5}', { ...noLimits, truncateBefore: 0 }],
    ['{"$tb":9223372036854775807}', { ...noLimits, truncateBefore: tombstoneRevision }],
    ['{"$tb":9223372036854775806}', { ...noLimits, truncateBefore: tombstoneRevision - 1 }],
    ['{"$maxCount":0,"$maxAge":-1,"$tb":-1}', noLimits],
    ['{"nested":{"$maxCount":1}}', noLimits],
  ])('are read from %s', (json, expected) => {
    expect(limits(json)).toEqual(expected)
  })

  it.each([
    '',
    'no json',
    '[1]',
    'null',
    '{"$maxCount":"3"}',
    '{"$maxCount":1.5}',
    '{"$tb":9223372036854775808}',
  ])('are none where the metadata makes no sense: %s', json => {
    expect(limits(json)).toEqual(noLimits)
  })

  it('are none where one of them makes no sense', () => {
    expect(limits('{"$maxCount":3,"$maxAge":true}')).toEqual(noLimits)
  })

  it('are none in bytes that are no JSON', () => {
    expect(limits('{"$maxCount":3}', false)).toEqual(noLimits)
  })

  it('say of a soft deletion what EventStoreDB says', () => {
    expect(Buffer.from(softDeletion).toString()).toBe('{"$tb":9223372036854775807}')
  })
})

describe('setting where a stream begins', () => {
  it('leaves all else as it was, to the last digit', () => {
    const before = '{"$maxCount":3,"big":12345678901234567890,"exact":1.10,"$tb":1,"deep":{"n":[1e400]}}'
    expect(Buffer.from(withTruncateBefore(Buffer.from(before), 7)!).toString()).toBe(
      '{"$maxCount":3,"big":12345678901234567890,"exact":1.10,"$tb":7,"deep":{"n":[1e400]}}',
    )
  })

  it('is not possible in what is no object', () => {
    expect(withTruncateBefore(Buffer.from('[]'), 7)).toBeUndefined()
  })
})
