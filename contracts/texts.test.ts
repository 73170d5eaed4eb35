import { expect, test } from 'vitest'
import { agentPaired } from './agents.ts'
import { cameraRegistered } from './cameras.ts'
import { personalText } from './encryption.ts'
import { siteCreated } from './sites.ts'
import { streamFailed, videoFormat } from './streams.ts'
import { tenantCreated } from './tenants.ts'
import { line, words } from './texts.ts'

const unwritable = ['a\u0000b', 'a\ud800b', '\udc00', 'a\nb', 'a\u001b[2Jb', 'a\u0085b', 'a\u2028b']

test.each(unwritable)('%j is in no text of an event', text => {
  expect(line(50).safeParse(text).success).toBe(false)
  expect(words(50).safeParse(text).success).toBe(false)
  expect(personalText.safeParse(text).success).toBe(false)
  const faultsIn = (schema: {
    safeParse(value: unknown): { error?: { issues: { path: PropertyKey[] }[] } }
  }) =>
    schema
      .safeParse({ name: text, serial: text, detail: text, codec: text, profile: text })
      .error?.issues.map(issue => issue.path.join('.'))
  expect(faultsIn(tenantCreated.data)).toContain('name')
  expect(faultsIn(siteCreated.data)).toContain('name')
  expect(faultsIn(cameraRegistered.data)).toContain('name')
  expect(faultsIn(agentPaired.data)).toEqual(expect.arrayContaining(['name', 'serial']))
  expect(faultsIn(streamFailed.data)).toContain('detail')
  expect(faultsIn(videoFormat)).toEqual(expect.arrayContaining(['codec', 'profile']))
})

test.each(['Zoë Łukasz-Ñandú', '東京 駅', 'مريم', '👩‍🚀 gate', "O'Neill", '\\u0000'])(
  '%s is a name',
  text => {
    expect(words(50).parse(` ${text} `)).toBe(text)
    expect(personalText.parse(text)).toBe(text)
  },
)
