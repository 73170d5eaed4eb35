import { v7 } from 'uuid'
import { expect, test } from 'vitest'
import { openSignInLink } from './sign-in-links.ts'
import { useTestTokens } from './test-tokens.ts'

const api = await useTestTokens({
  sessionStartRate: { points: 4, seconds: 600 },
  sessionRefreshRate: { points: 5, seconds: 600 },
})
const userId = v7()
api.places.set(userId, { systemAdministrator: false, tenantIds: [v7()] })

test('too many who start or refresh sessions from one address are refused before any work, by all instances', async () => {
  const { cookie } = await api.signIn(userId)
  const guesses = await Promise.all(
    Array.from({ length: 8 }, () => api.ask('start', { body: { secret: 'a'.repeat(43) } })),
  )
  expect(guesses.map(({ status }) => status).sort()).toEqual([401, 401, 401, ...Array(5).fill(429)])
  expect(guesses.find(({ status }) => status === 429)!.headers.get('retry-after')).toBe('60')
  const { secret } = await openSignInLink(api.database, { userId, now: api.now() })
  expect((await api.ask('start', { body: { secret } })).status).toBe(429)

  let newest = cookie
  for (let turn = 0; turn < 5; turn++) newest = (await api.ask('refresh', { cookie: newest })).cookie
  const other = await api.startInstance()
  const refused = await fetch(`${other.url}/session/refresh`, {
    method: 'POST',
    headers: {
      origin: api.url,
      'x-sightline-session': '1',
      cookie: `__Host-sightline-${api.eventLog.logId}=${newest}`,
    },
  })
  expect([refused.status, refused.headers.getSetCookie()]).toEqual([429, []])
  // Nothing was done with what they showed: neither the link nor the token was used up.
  const links = await api.database.inOps('ops_api', null, sql =>
    sql('/* linksLeft */ select 1 from ops.sign_in_links where user_id = $1', [userId]),
  )
  expect(links).toHaveLength(1)
  expect((await api.story(userId)).filter(type => type.startsWith('SessionEnded'))).toEqual([])
})

test('whoever is refused for where they come from is not counted', async () => {
  for (let request = 0; request < 10; request++) {
    const headers = { origin: 'https://attacker.example' }
    expect((await api.ask('refresh', { headers })).status).toBe(403)
  }
})
