import { expect, it } from 'vitest'
import { matches, regularExpression } from './filter.ts'

function lets(source: string, type: string): boolean {
  return matches(
    { on: 'type', match: { regex: regularExpression(source) } },
    { position: 1, stream: 's', type },
  )
}

it('understands the expressions that clients of EventStoreDB write', () => {
  expect(lets('^[^$].*', 'Opened')).toBe(true)
  expect(lets('^[^$].*', '$metadata')).toBe(false)
  expect(lets('(?i)^opened$', 'OPENED')).toBe(true)
  expect(lets('^\\p{Lu}\\p{Ll}+$', 'Geöffnet')).toBe(true)
  expect(() => regularExpression('(')).toThrow(SyntaxError)
})

it('lets nothing through without a prefix', () => {
  expect(matches({ on: 'stream', match: { prefixes: [] } }, { position: 1, stream: 's', type: 't' })).toBe(
    false,
  )
})
