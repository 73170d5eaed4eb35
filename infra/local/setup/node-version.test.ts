import { expect, test } from 'vitest'
import { refuseOlderNode } from './node-version.mjs'

test('an older Node.js is refused, with the way to a later one', () => {
  expect(() => refuseOlderNode('18.20.4')).toThrow(
    /Node.js 20 or later is needed, and this is 18.20.4 .*nodejs.org/,
  )
  for (const version of ['20.0.0', '24.21.0', '100.1.0']) refuseOlderNode(version)
})
