import { once } from 'node:events'
import { AgentsChangedDocument, EndSessionDocument } from '@sightline/schema/operations'
import { v5, v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { eventually, idOf, useTestApi } from '../test-api.ts'
import { subscribe, useProjector } from '../test-reading.ts'
import { openSignInLink } from './sign-in-links.ts'
import { rotateSigningKeys } from './signing-keys.ts'

const api = await useTestApi({ keepAliveMs: 120_000 })
await useProjector(api)

interface SignedIn {
  token: string
  cookie: string
  body: { sessionId: string; tenantId: string | null; userId: string }
}

/** Asks a session's route as the page does. */
async function ask(route: string, body: object, cookie?: string, url = api.url) {
  const response = await fetch(`${url}/session/${route}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: url,
      'x-sightline-session': '1',
      ...(cookie && { cookie }),
    },
    body: JSON.stringify(body),
  })
  const [setCookie = ''] = response.headers.getSetCookie()
  const text = await response.text()
  const answered = (text === '' ? {} : JSON.parse(text)) as SignedIn['body'] & { accessToken: string }
  return {
    status: response.status,
    token: answered.accessToken,
    cookie: setCookie.split(';')[0]!,
    body: answered,
  }
}

/** A user who is a member of these tenants, signed in to the first. */
async function signIn(userId = v7(), tenantIds = [v7()], url = api.url): Promise<SignedIn> {
  for (const tenantId of tenantIds) await api.addMember(tenantId, userId)
  const { secret } = await openSignInLink(api.database, { userId, now: api.now() })
  const signedIn = await ask('start', { secret, tenantId: tenantIds[0] }, undefined, url)
  expect(signedIn.status).toBe(200)
  return signedIn
}

async function sites(token: string): Promise<string> {
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: '{"query":"{ sites { edges { node { id } } } }"}',
  })
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] }
  return errors?.[0]?.extensions.code ?? 'answered'
}

/** A socket that speaks the protocol by hand, begun with a token. */
async function open(token: string) {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const messages: string[] = []
  socket.on('message', data => messages.push(JSON.parse(data.toString()).type))
  const closed = once(socket, 'close').then(([code]) => code as number)
  await once(socket, 'open')
  const say = (message: object) => socket.send(JSON.stringify(message))
  const seen = (type: string) => eventually(() => expect(messages).toContain(type))
  say({ type: 'connection_init', payload: { token } })
  await seen('connection_ack')
  return { socket, closed, say, seen }
}

const watchAgents = (token: string) => subscribe(api.url, token, AgentsChangedDocument, {})

test('a session works until it ends, and what it opened ends with it', async () => {
  const { token, cookie } = await signIn()
  const agents = watchAgents(token)
  await agents.next()
  expect(await sites(token)).toBe('answered')
  expect((await ask('end', {}, cookie)).status).toBe(204)
  await agents.ended
  // The token itself has not ended yet.
  await eventually(async () => expect(await sites(token)).toBe('UNAUTHENTICATED'))
  expect((await ask('refresh', {}, cookie)).status).toBe(401)
})

test('a stolen refresh token ends the session of both, and what they opened', async () => {
  const first = await signIn()
  const second = await ask('refresh', {}, first.cookie)
  const third = await ask('refresh', {}, second.cookie)
  const agents = watchAgents(third.token)
  await agents.next()
  expect((await ask('refresh', {}, first.cookie)).status).toBe(401)
  await agents.ended
  await eventually(async () => expect(await sites(third.token)).toBe('UNAUTHENTICATED'))
})

describe('a socket', () => {
  test('closes when its token ends, and answers no longer', async () => {
    const accessTokenMs = 6_000
    const brief = await api.startAnother(api.eventStoreUrl, { accessTokenMs })
    const { token } = await signIn(v7(), [v7()], brief.url)
    const agents = watchAgents(token)
    await agents.next()
    expect(await agents.ended).toMatchObject({ code: 4403 })
    // Clocks may differ by 5 s: so long it would count over HTTP.
    api.passTime(5_000)
    expect(await sites(token)).toBe('UNAUTHENTICATED')
  })

  test('stays with a refreshed token of the same session', async () => {
    const { token, cookie } = await signIn()
    const { socket, say, seen, closed } = await open(token)
    const refreshed = await ask('refresh', {}, cookie)
    say({ type: 'ping', payload: { token: refreshed.token } })
    await seen('pong')
    socket.close()
    expect(await closed).not.toBe(4403)
  })

  test('closes at a token of another session, another tenant, another person, or of none', async () => {
    const userId = v7()
    const tenantIds = [v7(), v7()]
    const other = await signIn(userId, tenantIds)
    const otherTenant = await ask(
      'refresh',
      { tenantId: tenantIds[1] },
      (await signIn(userId, tenantIds)).cookie,
    )
    const stranger = await signIn()
    for (const renewal of [other.token, otherTenant.token, stranger.token, `${other.token}x`]) {
      const { token } = await signIn(userId, tenantIds)
      const { say, closed } = await open(token)
      say({ type: 'ping', payload: { token: renewal } })
      expect(await closed).toBe(4403)
    }
  })

  test('is not opened for a page of another origin, whatever cookie or token it has', async () => {
    const { token, cookie } = await signIn()
    for (const origin of [
      'https://attacker.example',
      'null',
      api.url.replace('127.0.0.1', '127.0.0.1.attacker.example'),
    ]) {
      const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        origin,
        headers: { cookie, authorization: `Bearer ${token}` },
      })
      const [error] = (await once(socket, 'error')) as [Error]
      expect(error.message).toContain('403')
    }
  })
})

test('no cookie is asked by GraphQL, pictures or an upgrade', async () => {
  const { cookie } = await signIn()
  const response = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, origin: api.url },
    body: '{"query":"{ sites { edges { node { id } } } }"}',
  })
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  const upload = await fetch(`${api.url}/people/${v7()}/pictures/${v7()}`, {
    method: 'PUT',
    headers: { cookie, 'content-type': 'image/png' },
    body: 'x',
  })
  expect(upload.status).toBe(401)
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    headers: { cookie },
  })
  await once(socket, 'open')
  socket.send('{"type":"connection_init"}')
  expect((await once(socket, 'close'))[0]).toBe(4403)
})

test('compromised keys end what their tokens opened; people go on by their sessions', async () => {
  const { token, cookie } = await signIn()
  const agents = watchAgents(token)
  await agents.next()
  const { database, masterKey } = api
  await rotateSigningKeys({ database, masterKey, now: api.now() }, { kinds: ['access'], compromised: true })
  expect(await agents.ended).toMatchObject({ code: 4403 })
  expect(await sites(token)).toBe('UNAUTHENTICATED')
  const refreshed = await ask('refresh', {}, cookie)
  expect(await sites(refreshed.token)).toBe('answered')
})

test('no other command takes the place of the end of a session', async () => {
  const userId = v7()
  const [stolen, another] = [await signIn(userId), await signIn(userId)]
  // Whoever has the stolen one ends the other under every id that could be made of what they know.
  const commandId = v5('end', stolen.body.sessionId)
  const input = { sessionId: another.body.sessionId, commandId }
  const { endSession } = await api.send(another.token, EndSessionDocument, { input })
  idOf(endSession)
  expect((await ask('end', {}, stolen.cookie)).status).toBe(204)
  await eventually(async () => expect(await sites(stolen.token)).toBe('UNAUTHENTICATED'))
})
