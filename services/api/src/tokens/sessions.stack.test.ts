import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import { beforeEach, describe, expect, test } from 'vitest'
import { sweepSession } from '../sweeper/sweep-sessions.ts'
import { createRefreshTokens } from './refresh-token.ts'
import { markSessionEnded } from './session-rows.ts'
import { openSignInLink } from './sign-in-links.ts'
import { useTestTokens } from './test-tokens.ts'

const api = await useTestTokens({ sessionMs: 86_400_000 })
let userId: string
let tenantId: string

beforeEach(() => {
  userId = v7()
  tenantId = v7()
  api.places.set(userId, { systemAdministrator: false, tenantIds: [tenantId] })
})

describe('a sign-in link', () => {
  test('starts a session: the access token in the body, the refresh token in the cookie alone', async () => {
    const { status, body, setCookie, headers, cookie } = await api.signIn(userId)
    expect(status).toBe(200)
    expect(body).toMatchObject({ userId, tenantId, tenantIds: [tenantId], systemAdministrator: false })
    expect(await api.verifyToken(body.accessToken as string)).toMatchObject({
      principal: { kind: 'person', tenantId, id: userId, sessionId: body.sessionId },
      sessionId: body.sessionId,
    })
    expect(JSON.stringify(body)).not.toContain(cookie)
    expect(setCookie).toMatch(
      new RegExp(
        `^__Host-sightline-${api.eventLog.logId}=${body.sessionId}\\.[\\w-]{43}\\.[\\w-]{43}; Path=/; Expires=[^;]+; HttpOnly; Secure; SameSite=Strict$`,
      ),
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted'])
    await api.signIn(userId)
    expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted', 'SessionStarted'])
  })

  test('ends the session that the browser had', async () => {
    const first = await api.signIn(userId)
    const { secret } = await openSignInLink(api.database, { userId, now: api.now() })
    const second = await api.ask('start', { body: { secret }, cookie: first.cookie })
    expect((await api.ask('refresh', { cookie: second.cookie })).status).toBe(200)
    expect((await api.ask('refresh', { cookie: first.cookie })).status).toBe(401)
    // A link that isn't good ends nothing.
    await api.ask('start', { body: { secret }, cookie: second.cookie })
    expect(await api.story(userId)).toEqual([
      'UserRegistered',
      'SessionStarted',
      'SessionStarted',
      'SessionEnded SIGNED_OUT',
    ])
  })

  test('used twice at the same instant starts one session', async () => {
    const { secret } = await openSignInLink(api.database, { userId, now: api.now() })
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.ask('start', { body: { secret } })))
    expect(answers.map(answer => answer.status).sort()).toEqual([200, ...Array(7).fill(401)])
    expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted'])
    expect((await api.ask('start', { body: { secret } })).status).toBe(401)
  })

  test('lasts for five minutes', async () => {
    const { secret } = await openSignInLink(api.database, { userId, now: api.now() })
    api.passTime(300_000)
    expect((await api.ask('start', { body: { secret } })).status).toBe(401)
    expect(await api.story(userId)).toEqual([])
  })

  test('of somebody without access starts nothing, and can still be used once they have it', async () => {
    api.places.delete(userId)
    const { secret } = await openSignInLink(api.database, { userId, now: api.now() })
    expect((await api.ask('start', { body: { secret } })).status).toBe(403)
    expect(await api.story(userId)).toEqual([])
    api.places.set(userId, { systemAdministrator: true, tenantIds: [] })
    const { body } = await api.ask('start', { body: { secret } })
    expect(body).toMatchObject({ tenantId: null, systemAdministrator: true })
    expect(await api.verifyToken(body.accessToken as string)).toMatchObject({
      principal: { kind: 'system', id: userId, sessionId: expect.any(String) },
      sessionId: body.sessionId,
    })
  })

  test('leads to no tenant that its user is not of', async () => {
    expect((await api.signIn(userId, { tenantId: v7() })).status).toBe(403)
    expect((await api.signIn(userId, { tenantId: null })).status).toBe(403)
  })

  test.each([{}, { secret: 'x' }, { secret: 7 }, { secret: 'a'.repeat(43), more: 1 }])(
    'that is none is refused: %j',
    async body => {
      expect([400, 401]).toContain((await api.ask('start', { body })).status)
    },
  )
})

describe('a refresh token', () => {
  test('is replaced each time', async () => {
    const first = await api.signIn(userId)
    const second = await api.ask('refresh', { cookie: first.cookie })
    const third = await api.ask('refresh', { cookie: second.cookie })
    expect([second.status, third.status]).toEqual([200, 200])
    expect(new Set([first.cookie, second.cookie, third.cookie]).size).toBe(3)
    expect(third.body.sessionId).toBe(first.body.sessionId)
    expect(third.body.sessionExpiresAt).toBe(first.body.sessionExpiresAt)
  })

  test('shown by several tabs at the same instant is replaced once; the others are told so', async () => {
    const { cookie } = await api.signIn(userId)
    const answers = await Promise.all(Array.from({ length: 8 }, () => api.ask('refresh', { cookie })))
    expect(answers.map(answer => answer.status).sort()).toEqual([200, ...Array(7).fill(409)])
    for (const { status, body, setCookie } of answers) {
      if (status === 409)
        expect({ title: body.title, setCookie }).toEqual({ title: 'refreshed', setCookie: '' })
    }
    const winner = answers.find(answer => answer.status === 200)!
    expect((await api.ask('refresh', { cookie: winner.cookie })).status).toBe(200)
    expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted'])
  })

  test('whose successor was lost on its way is answered once more, and the lost one counts no longer', async () => {
    const { cookie } = await api.signIn(userId)
    const lost = await api.ask('refresh', { cookie })
    expect((await api.ask('refresh', { cookie })).status).toBe(409)
    api.passTime(11_000)
    const again = await api.ask('refresh', { cookie })
    expect(again.status).toBe(200)
    expect((await api.ask('refresh', { cookie })).status).toBe(409)
    expect((await api.ask('refresh', { cookie: again.cookie })).status).toBe(200)
    expect((await api.ask('refresh', { cookie: lost.cookie })).status).toBe(401)
    expect((await api.story(userId)).at(-1)).toBe('SessionEnded REUSED')
  })

  test('is answered no third time', async () => {
    const { cookie } = await api.signIn(userId)
    await api.ask('refresh', { cookie })
    api.passTime(11_000)
    await api.ask('refresh', { cookie })
    api.passTime(11_000)
    expect((await api.ask('refresh', { cookie })).status).toBe(401)
    expect((await api.story(userId)).at(-1)).toBe('SessionEnded REUSED')
  })

  test('that was replaced a minute ago ends the session, and so its successor', async () => {
    const { cookie } = await api.signIn(userId)
    const newer = await api.ask('refresh', { cookie })
    api.passTime(60_000)
    expect((await api.ask('refresh', { cookie })).status).toBe(401)
    expect((await api.ask('refresh', { cookie: newer.cookie })).status).toBe(401)
    expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted', 'SessionEnded REUSED'])
  })

  test('whose successor was used is a stolen one as soon as the tabs had their time', async () => {
    const { cookie } = await api.signIn(userId)
    const second = await api.ask('refresh', { cookie })
    const third = await api.ask('refresh', { cookie: second.cookie })
    const thief = await api.ask('refresh', { cookie })
    expect(thief.status).toBe(401)
    expect((await api.ask('refresh', { cookie: third.cookie })).status).toBe(401)
    expect((await api.story(userId)).at(-1)).toBe('SessionEnded REUSED')
  })

  test('that was made up ends no session', async () => {
    const { cookie, body } = await api.signIn(userId)
    const stranger = createRefreshTokens(randomBytes(32))
    const madeUp = [
      stranger.make(body.sessionId as string).token,
      `${body.sessionId}.${'a'.repeat(43)}.${'a'.repeat(43)}`,
      String(body.sessionId),
      'x',
    ]
    for (const token of madeUp) expect((await api.ask('refresh', { cookie: token })).status).toBe(401)
    expect((await api.ask('refresh', { cookie })).status).toBe(200)
  })

  test('counts no longer than the session', async () => {
    const { cookie } = await api.signIn(userId)
    api.passTime(86_400_000)
    expect((await api.ask('refresh', { cookie })).status).toBe(401)
  })

  test('of a session that the log says has ended is refused', async () => {
    const { cookie, body } = await api.signIn(userId)
    api.ended.add(body.sessionId as string)
    expect((await api.ask('refresh', { cookie })).status).toBe(401)
  })

  test('of another session is not mixed up with it', async () => {
    const mine = await api.signIn(userId)
    const other = await api.signIn(userId)
    const [, secret, mac] = other.cookie.split('.')
    const crossed = `${mine.body.sessionId}.${secret}.${mac}`
    expect((await api.ask('refresh', { cookie: crossed })).status).toBe(401)
    expect((await api.ask('refresh', { cookie: mine.cookie })).status).toBe(200)
    expect((await api.ask('refresh', { cookie: other.cookie })).status).toBe(200)
  })
})

describe('another tenant', () => {
  test('is another session in the place of the first', async () => {
    const second = v7()
    api.places.set(userId, { systemAdministrator: true, tenantIds: [tenantId, second] })
    const first = await api.signIn(userId)
    const moved = await api.ask('refresh', { cookie: first.cookie, body: { tenantId: second } })
    expect(moved.body).toMatchObject({ tenantId: second, sessionExpiresAt: first.body.sessionExpiresAt })
    expect(moved.body.sessionId).not.toBe(first.body.sessionId)
    expect((await api.ask('refresh', { cookie: first.cookie })).status).toBe(401)
    const system = await api.ask('refresh', { cookie: moved.cookie, body: { tenantId: null } })
    expect(await api.verifyToken(system.body.accessToken as string)).toMatchObject({
      principal: { kind: 'system' },
    })
    expect(await api.story(userId)).toEqual([
      'UserRegistered',
      'SessionStarted',
      'SessionEnded SIGNED_OUT',
      'SessionStarted',
      'SessionEnded SIGNED_OUT',
      'SessionStarted',
    ])
  })

  test('of others is refused, and the session goes on', async () => {
    const { cookie } = await api.signIn(userId)
    expect((await api.ask('refresh', { cookie, body: { tenantId: v7() } })).status).toBe(403)
    expect((await api.ask('refresh', { cookie, body: { tenantId } })).status).toBe(200)
  })
})

test('signing out ends the session and takes the cookie away', async () => {
  const { cookie } = await api.signIn(userId)
  const { status, setCookie } = await api.ask('end', { cookie })
  expect(status).toBe(204)
  expect(setCookie).toMatch(/=; Path=\/; Expires=Thu, 01 Jan 1970[^;]+; HttpOnly; Secure; SameSite=Strict$/)
  expect((await api.ask('refresh', { cookie })).status).toBe(401)
  expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted', 'SessionEnded SIGNED_OUT'])
  expect((await api.ask('end', { cookie })).status).toBe(204)
  expect((await api.ask('end')).status).toBe(204)
})

describe('whoever asks from elsewhere', () => {
  const elsewhere: Record<string, Record<string, string | undefined>> = {
    'another origin': { origin: 'https://attacker.example' },
    'an origin that looks like ours': { origin: `${api.url}.attacker.example` },
    'the same host on another port': { origin: 'http://127.0.0.1:1' },
    'no origin': { origin: undefined },
    'the origin of a sandbox': { origin: 'null' },
    'a form, which can not send the header': { 'x-sightline-session': undefined },
    'the header with another value': { 'x-sightline-session': 'true' },
  }
  for (const [what, changes] of Object.entries(elsewhere)) {
    test(`is refused on all three routes: ${what}`, async () => {
      const { cookie } = await api.signIn(userId)
      const { secret } = await openSignInLink(api.database, { userId, now: api.now() })
      for (const route of ['start', 'refresh', 'end']) {
        const headers: Record<string, string> = {
          'content-type': 'application/json',
          origin: api.url,
          'x-sightline-session': '1',
          cookie: `__Host-sightline-${api.eventLog.logId}=${cookie}`,
        }
        for (const [name, value] of Object.entries(changes)) {
          if (value === undefined) delete headers[name]
          else headers[name] = value
        }
        const answer = await fetch(`${api.url}/session/${route}`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ secret }),
        })
        expect([answer.status, answer.headers.getSetCookie()]).toEqual([403, []])
      }
      expect((await api.ask('refresh', { cookie })).status).toBe(200)
      expect((await api.ask('start', { body: { secret } })).status).toBe(200)
    })
  }
})

test('two cookies of the name are none', async () => {
  const { cookie } = await api.signIn(userId)
  const name = `__Host-sightline-${api.eventLog.logId}`
  const headers = { cookie: `${name}=${cookie}; ${name}=${cookie}` }
  expect((await api.ask('refresh', { headers })).status).toBe(401)
})

describe('the sweeper', () => {
  const sweep = () =>
    sweepSession({
      eventLog: api.eventLog,
      database: api.database,
      skipping: { ids: [], guard: (_id, work) => work(), forget: () => {} },
      now: api.now,
    })
  const sweepAll = async () => {
    while (await sweep());
  }

  test('tells the end of a session whose time is over, once', async () => {
    await api.signIn(userId)
    await sweepAll()
    expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted'])
    api.passTime(86_400_000)
    await sweepAll()
    expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted', 'SessionEnded EXPIRED'])
  })

  test('tells the end that somebody noted who was interrupted before telling it', async () => {
    const { body, cookie } = await api.signIn(userId)
    await api.database.inOps('ops_api', null, sql =>
      markSessionEnded(sql, body.sessionId as string, 'REVOKED'),
    )
    expect((await api.ask('refresh', { cookie })).status).toBe(401)
    await sweepAll()
    expect(await api.story(userId)).toEqual(['UserRegistered', 'SessionStarted', 'SessionEnded REVOKED'])
  })
})
