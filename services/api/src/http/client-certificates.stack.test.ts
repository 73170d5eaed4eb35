import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createAuthority, type IssuedCertificate } from '@sightline/local/certificates'
import { IssueApiKeyDocument } from '@sightline/schema/operations'
import { decodeJwt } from 'jose'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { useTestApi } from '../test-api.ts'

/** Tokens of machines that are bound to the certificate of a connection (RFC 8705), over real TLS. */

const authority = createAuthority()
const server = createAuthority('Authority of servers').issue({ name: 'API', usage: 'server' })
const tls = {
  certificate: server.certificate,
  key: server.key,
  clientAuthorities: authority.certificate,
}
const api = await useTestApi({ trustedProxies: ['loopback'] })
const optional = await api.startAnother(undefined, { tls })
const required = await api.startAnother(undefined, { tls, machineCertificates: 'required' })
const askingNobody = await api.startAnother(undefined, { tls: { ...tls, clientAuthorities: undefined } })

const own = authority.issue({ name: 'Node', usage: 'client' })
const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000)
/** What a machine may have that isn't the certificate which its token is bound to. */
const others: Record<string, IssuedCertificate | undefined> = {
  'no certificate': undefined,
  'another certificate of the authority': authority.issue({ name: 'Node', usage: 'client' }),
  'one by another authority': createAuthority('Another').issue({ name: 'Node', usage: 'client' }),
  // It claims to be of the authority that was asked for, so its signature is wrong.
  'a forged one': createAuthority().issue({ name: 'Node', usage: 'client' }),
  'one that has expired': authority.issue({ name: 'Node', usage: 'client', validTo: minutesFromNow(-1) }),
  'one that is not valid yet': authority.issue({
    name: 'Node',
    usage: 'client',
    validFrom: minutesFromNow(600),
  }),
  'one for servers': authority.issue({ name: 'Node', usage: 'server' }),
}
const { 'another certificate of the authority': _, ...bindingNothing } = others

/** TLS itself refused the certificate. */
class NoConnectionError extends Error {
  override name = 'NoConnectionError'
}
const noConnection = (cause: Error & { code?: string }): never => {
  throw cause.code === 'ECONNRESET' ? new NoConnectionError('reset', { cause }) : cause
}

/** What proxies tell of certificates, by RFC 9440 and before it. */
const claimed = {
  'client-cert': `:${Buffer.from(own.certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64').toString('base64')}:`,
  'x-forwarded-client-cert': `Hash=${Buffer.from(own.thumbprint, 'base64url').toString('hex')};Cert="${encodeURIComponent(own.certificate)}"`,
  'x-ssl-client-cert': encodeURIComponent(own.certificate),
  'x-ssl-client-verify': 'SUCCESS',
  'x-ssl-client-s-dn': 'CN=Node',
  'x-client-cert-thumbprint': own.thumbprint,
  'x-forwarded-proto': 'https',
}

interface Way {
  url: string
  certificate?: IssuedCertificate | undefined
  headers?: OutgoingHttpHeaders
  agent?: Agent
  /** Is told of each connection whether it resumes a session. */
  resumed?: boolean[]
}

const tlsOf = (certificate: IssuedCertificate | undefined) => ({
  // What servers prove is looked at where machines are.
  rejectUnauthorized: false,
  ...(certificate && { cert: certificate.certificate, key: certificate.key }),
})

/** Sends one request over a connection of its own, or of an agent. */
async function send(way: Way, method: string, path: string, headers: OutgoingHttpHeaders, body: string) {
  const url = new URL(path, way.url)
  const options = { method, headers: { ...way.headers, ...headers } }
  const request =
    url.protocol === 'https:'
      ? httpsRequest(url, { ...options, agent: way.agent ?? false, ...tlsOf(way.certificate) }).on(
          'socket',
          socket =>
            socket.once('secureConnect', () => way.resumed?.push((socket as TLSSocket).isSessionReused())),
        )
      : httpRequest(url, { ...options, agent: false })
  request.end(body)
  const [answer] = await once(request, 'response').catch(noConnection)
  let text = ''
  for await (const part of answer) text += part
  return { status: answer.statusCode as number, headers: answer.headers as IncomingHttpHeaders, text }
}

interface Machine {
  kind: 'MEDIA_NODE' | 'WORKER' | 'AGENT'
  keyId: string
  key: string
}

async function issueKey(kind: Machine['kind']): Promise<Machine> {
  const by = kind === 'AGENT' ? await api.person() : { token: await api.identity.system() }
  const subjectId = kind === 'AGENT' ? (await agentOf(by.token)).agentId : v7()
  const { issueApiKey } = await api.send(by.token, IssueApiKeyDocument, {
    input: { kind, subjectId, name: 'Rack 3', expiresAt: minutesFromNow(600).toISOString() },
  })
  if (issueApiKey.__typename === 'Rejection') throw new Error(issueApiKey.message)
  return { kind, keyId: issueApiKey.id, key: issueApiKey.key }
}

async function agentOf(token: string) {
  const by = { token, tenantId: '', userId: '', sessionId: '' }
  return api.pairedAgent(by, await api.createSite(by))
}

async function exchange(way: Way, { keyId, key }: Machine) {
  const form = { grant_type: 'client_credentials', client_id: keyId, client_secret: key }
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const { status, text } = await send(
    way,
    'POST',
    '/oauth/token',
    headers,
    new URLSearchParams(form).toString(),
  )
  const body = JSON.parse(text) as Record<string, unknown>
  return { status, body, token: String(body.access_token) }
}

async function tokenOver(way: Way, machine: Machine): Promise<string> {
  const { status, token } = await exchange(way, machine)
  expect(status).toBe(200)
  return token
}

/** What a certificate that TLS itself refuses comes to. */
function notConnected(error: unknown): undefined {
  if (!(error instanceof NoConnectionError)) throw error
}

const bindingOf = (token: string) => decodeJwt(token).cnf

/** Every door that a machine's token is shown at, and whether it was let in. */
const doors: Record<string, (way: Way, token: string) => Promise<boolean>> = {
  async operations(way, token) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
    const body = JSON.stringify({ query: '{ __schema { queryType { name } } }' })
    const { status, text } = await send(way, 'POST', '/graphql', headers, body)
    if (status !== 200) expect([status, text]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')])
    return status === 200
  },
  async 'the upload of a picture'(way, token) {
    const headers = { 'content-type': 'image/png', authorization: `Bearer ${token}` }
    const { status } = await send(way, 'PUT', `/people/${v7()}/pictures/${v7()}`, headers, 'x')
    // Whoever is known is told that it isn't theirs.
    expect([401, 403, 404]).toContain(status)
    return status !== 401
  },
  async 'the socket'(way, token) {
    const socket = await openSocket(way)
    socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }))
    return isLetIn(socket, 'connection_ack')
  },
  async 'a socket that is open'(way, token) {
    const { sub } = decodeJwt(token)
    const socket = await openSocket(way)
    // One of the same machine and key that is bound to nothing.
    socket.send(JSON.stringify({ type: 'connection_init', payload: { token: unboundOf.get(sub!) } }))
    if (!(await isLetIn(socket, 'connection_ack', 'stay'))) return false
    socket.send(JSON.stringify({ type: 'ping', payload: { token } }))
    return isLetIn(socket, 'pong')
  },
}

async function openSocket(way: Way): Promise<WebSocket> {
  const address = `${way.url.replace('http', 'ws')}/graphql`
  const headers = way.headers as Record<string, string> | undefined
  const socket = new WebSocket(address, 'graphql-transport-ws', {
    ...tlsOf(way.certificate),
    ...(headers && { headers }),
  })
  await once(socket, 'open').catch(noConnection)
  return socket
}

/** Whether a message of this type comes before the socket is closed as forbidden. */
async function isLetIn(socket: WebSocket, type: string, then?: 'stay'): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<number | 'let in'>()
  socket.on('message', data => {
    if (JSON.parse(data.toString()).type === type) resolve('let in')
  })
  socket.on('close', code => resolve(code))
  const what = await promise
  if (then !== 'stay') socket.close()
  if (what !== 'let in') expect(what).toBe(4403)
  return what === 'let in'
}

/** An unbound token of each machine, by its id. */
const unboundOf = new Map<string, string>()
async function machineWithTokens(kind: Machine['kind']) {
  const machine = await issueKey(kind)
  const unbound = await tokenOver({ url: api.url }, machine)
  unboundOf.set(decodeJwt(unbound).sub!, unbound)
  return { machine, unbound, bound: await tokenOver({ url: optional.url, certificate: own }, machine) }
}

const machines = {
  'media node': await machineWithTokens('MEDIA_NODE'),
  worker: await machineWithTokens('WORKER'),
  agent: await machineWithTokens('AGENT'),
}

describe('the exchange of a key', () => {
  test.each(Object.entries(machines))('of a %s binds its token to the certificate', (_kind, { bound }) =>
    expect(bindingOf(bound)).toEqual({ 'x5t#S256': own.thumbprint }),
  )

  test.each(Object.entries(bindingNothing))('binds nothing to %s', async (what, certificate) => {
    const { machine } = machines['media node']
    const token = await tokenOver({ url: optional.url, certificate }, machine).catch(notConnected)
    if (token !== undefined) expect(bindingOf(token)).toBeUndefined()
    const refused = await exchange({ url: required.url, certificate }, machine).catch(notConnected)
    if (refused) expect([refused.status, refused.body.error]).toEqual([400, 'invalid_request'])
    expect([token, refused].includes(undefined)).toBe(what === 'a forged one')
  })

  test('binds nothing to what a header says', async () => {
    const { machine } = machines['media node']
    for (const { url } of [api, optional, askingNobody]) {
      expect(bindingOf(await tokenOver({ url, headers: claimed }, machine))).toBeUndefined()
    }
    expect((await exchange({ url: required.url, headers: claimed }, machine)).status).toBe(400)
  })

  test('binds nothing where nobody is asked for a certificate', async () => {
    const way = { url: askingNobody.url, certificate: own }
    expect(bindingOf(await tokenOver(way, machines.worker.machine))).toBeUndefined()
  })

  test('over a session that is resumed binds to what that began with', async () => {
    const { machine } = machines.worker
    for (const [certificate, binding] of [[own, { 'x5t#S256': own.thumbprint }], [undefined]] as const) {
      const agent = new Agent({ keepAlive: false, ...tlsOf(certificate) })
      const resumed: boolean[] = []
      for (let round = 0; round < 3; round += 1) {
        const way = { url: optional.url, certificate, agent, resumed }
        expect(bindingOf(await tokenOver(way, machine))).toEqual(binding)
      }
      expect(resumed).toContain(true)
    }
  })
})

describe.each(Object.entries(doors))('at %s', (_door, enters) => {
  test.each(Object.entries(machines))(
    'the bound token of a %s counts with its certificate alone',
    async (_kind, { bound }) => {
      expect(await enters({ url: optional.url, certificate: own }, bound)).toBe(true)
      const accepted: string[] = []
      const note = async (way: string, entered: Promise<boolean>) => {
        if (await entered.catch(notConnected)) accepted.push(way)
      }
      for (const [what, certificate] of Object.entries(others)) {
        await note(what, enters({ url: optional.url, certificate }, bound))
        await note(
          `${what}, and a header`,
          enters({ url: optional.url, certificate, headers: claimed }, bound),
        )
      }
      await note('over HTTP', enters({ url: api.url }, bound))
      await note('over HTTP, and a header', enters({ url: api.url, headers: claimed }, bound))
      await note('where nobody asks', enters({ url: askingNobody.url, certificate: own }, bound))
      expect(accepted).toEqual([])
    },
  )
})

const unboundDoors = Object.entries(doors).filter(([door]) => door !== 'a socket that is open')
describe.each(unboundDoors)('where machines need a certificate, at %s', (_door, enters) => {
  test.each(Object.entries(machines))(
    'the token of a %s counts only when it is bound',
    async (_kind, { bound, unbound }) => {
      const way = { url: required.url, certificate: own }
      expect(await enters(way, bound)).toBe(true)
      expect(await enters(way, unbound)).toBe(false)
      expect(await enters({ url: optional.url }, unbound)).toBe(true)
    },
  )

  test('so do those of other issuers, and people need none', async () => {
    const { token } = await api.mediaNode()
    expect(await enters({ url: required.url, certificate: own }, token)).toBe(false)
    expect(await enters({ url: required.url }, (await api.person()).token)).toBe(true)
  })
})

test("an agent that was paired gets a bound token for its secret, and where it's needed no other", async () => {
  const { agentId, secret } = await agentOf((await api.person()).token)
  const ask = (way: Way) =>
    send(
      way,
      'POST',
      '/agent/token',
      { 'content-type': 'application/json' },
      JSON.stringify({ agentId, secret }),
    )
  for (const { url } of [optional, required]) {
    const { status, text } = await ask({ url, certificate: own })
    expect(status).toBe(200)
    expect(bindingOf(JSON.parse(text).token)).toEqual({ 'x5t#S256': own.thumbprint })
  }
  expect(bindingOf(JSON.parse((await ask({ url: optional.url })).text).token)).toBeUndefined()
  for (const certificate of Object.values(bindingNothing)) {
    const answer = await ask({ url: required.url, certificate, headers: claimed }).catch(notConnected)
    if (answer) expect(answer.status).toBe(400)
  }
})

test('the page of an API that ends TLS is at https, and browsers keep to it', async () => {
  const secret = JSON.stringify({ secret: 'a'.repeat(43) })
  const start = (origin: string) => {
    const headers = { 'content-type': 'application/json', origin, 'x-sightline-session': '1' }
    return send(optional, 'POST', '/session/start', headers, secret)
  }
  expect((await start(optional.url)).status).toBe(401)
  expect((await start(optional.url.replace('https', 'http'))).status).toBe(403)
  const hsts = async (way: Way) => (await send(way, 'GET', '/health/alive', {}, '')).headers
  expect(await hsts(optional)).toHaveProperty('strict-transport-security', 'max-age=31536000')
  expect(await hsts(api)).not.toHaveProperty('strict-transport-security')
})

test('what is no TLS is let go of', async () => {
  const { hostname, port } = new URL(optional.url)
  const ends = ['GET / HTTP/1.1\r\n\r\n', ''].map(async text => {
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')
    if (text !== '') socket.write(text)
    socket.resume().on('error', () => undefined)
    await once(socket, 'close')
  })
  await Promise.all(ends)
  expect((await send(optional, 'GET', '/health/alive', {}, '')).status).toBe(200)
})

test('a token is refused once its certificate is over, whatever connection it comes on', async () => {
  const short = authority.issue({ name: 'Node', usage: 'client', validTo: minutesFromNow(5) })
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...tlsOf(short) })
  const way = { url: optional.url, certificate: short, agent }
  const { machine } = machines['media node']
  const token = await tokenOver(way, machine)
  expect(bindingOf(token)).toEqual({ 'x5t#S256': short.thumbprint })
  expect(await doors.operations!(way, token)).toBe(true)
  api.passTime(5 * 60_000)
  expect(await doors.operations!(way, token)).toBe(false)
  expect(bindingOf(await tokenOver(way, machine))).toBeUndefined()
  agent.destroy()
})
