import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const read = (path: string) => readFileSync(resolve(import.meta.dirname, path), 'utf8')

test('the example that CONTRIBUTING.md shows is the one that is tested', () => {
  const [, shown] =
    /## Test against Sightline[\s\S]*?```ts\n([\s\S]*?)```/.exec(read('../../CONTRIBUTING.md')) ?? []
  expect(shown).toBe(read('./example.stack.test.ts'))
})
