import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { createLogger } from '@sightline/logging/logging'
import { buildSchema } from 'graphql'
import { v7 } from 'uuid'
import { expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { TokenRefusedError } from '../access/tokens.ts'
import { createRequestLimits, defaultRequestRates, type RequestRates } from '../limits/request-limits.ts'
import { leastCost } from '../operations/cost.ts'
import { graphqlSocket } from './graphql-socket.ts'
import { upgradeRequest } from './test-upgrade.ts'

/** Sockets of a server whose one token that counts is `good`, and who may do nothing with it. */
async function serve(rates: Partial<RequestRates> = {}, initWaitMs = 60_000) {
  const verified: string[] = []
  const [principal, never] = [{ kind: 'media_node', id: v7() } as const, new AbortController().signal]
  const rights = { role: 'media_node', scope: { kind: 'tenant' } } as const
  const standing = { rights, until: Number.POSITIVE_INFINITY }
  const sockets = graphqlSocket({
    schema: buildSchema('type Query { nothing: String }'),
    preparation: { prepare: () => expect.fail(), preparedDocument: () => undefined },
    contexts: { positionsOf: () => ({ encode: String }) } as never,
    access: { require: () => expect.fail(), standing: async () => standing },
    follower: {
      watch: () => ({ standing, check: () => 'heard', heard: async () => true, close: () => undefined }),
      reach: async () => undefined,
      catchUp: async () => undefined,
      position: 0n,
    },
    async verifyToken(token) {
      verified.push(token)
      if (token !== 'good') throw new TokenRefusedError('it does not count')
      const expiresAt = new Date(Date.now() + 600_000)
      return { principal, sessionId: null, keyId: null, expiresAt, signerGone: never }
    },
    requestLimits: createRequestLimits({ rates: { ...defaultRequestRates, ...rates } }),
    allowedOrigins: [],
    trustedProxies: [],
    settings: { initWaitMs, keepAliveMs: 60_000 },
    now: () => new Date(),
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  const server = createServer().on('upgrade', sockets.upgrade).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    await sockets.close()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const address = `ws://127.0.0.1:${port}/graphql`

  /** What becomes of a socket that says all this at once and then listens. */
  async function say(...messages: object[]) {
    const socket = new WebSocket(address, 'graphql-transport-ws')
    const heard: string[] = []
    socket.on('message', data => heard.push((JSON.parse(data.toString()) as { type: string }).type))
    const ended = new Promise<number | string>(resolve => {
      socket.on('error', error => resolve(error.message))
      socket.on('close', resolve)
    })
    socket.on('open', () => {
      for (const message of messages) socket.send(JSON.stringify(message))
    })
    return { socket, heard, ended }
  }
  return { port, verified, say }
}

const begin = (token: string) => ({ type: 'connection_init', payload: { token } })
const renew = (token: string) => ({ type: 'ping', payload: { token } })

test('an address opens so many sockets, and no more', async () => {
  const { say } = await serve({ requestsOfAddressRate: { points: 3, seconds: 600 } })
  for (let opened = 0; opened < 3; opened++) expect(await (await say(begin('bad'))).ended).toBe(4403)
  for (let refused = 0; refused < 3; refused++) {
    expect(await (await say(begin('bad'))).ended).toBe('Unexpected server response: 429')
  }
})

test('a principal has so many sockets open, and another one once one of them is closed', async () => {
  const { say } = await serve({ socketsOfPrincipal: 2 })
  async function tryToOpen() {
    const { socket, ended } = await say(begin('good'))
    const acknowledged = new Promise<string>(resolve => {
      socket.on('message', data => resolve((JSON.parse(data.toString()) as { type: string }).type))
    })
    return { socket, ended, outcome: await Promise.race([acknowledged, ended]) }
  }
  const first = await tryToOpen()
  expect([first.outcome, (await tryToOpen()).outcome]).toEqual(['connection_ack', 'connection_ack'])
  for (let refused = 0; refused < 3; refused++) expect((await tryToOpen()).outcome).toBe(1013)
  first.socket.close()
  await first.ended
  // The server hears of it in its own time.
  await expect.poll(async () => (await tryToOpen()).outcome).toBe('connection_ack')
  expect((await tryToOpen()).outcome).toBe(1013)
})

test('opening and renewing cost whose token it is what an operation costs at least', async () => {
  const { say, verified } = await serve({ requestsOfMachineRate: { points: 2 * leastCost, seconds: 600 } })
  const first = await say(begin('good'))
  await expect.poll(() => first.heard).toEqual(['connection_ack'])
  first.socket.send(JSON.stringify(renew('good')))
  await expect.poll(() => verified).toHaveLength(2)
  first.socket.send(JSON.stringify(renew('good')))
  expect(await first.ended).toBe(1013)
  expect(await (await say(begin('good'))).ended).toBe(1013)
  expect(verified).toHaveLength(3)
})

test('a stranger makes nobody look at token after token', async () => {
  const { say, verified } = await serve()
  const tokens = Array.from({ length: 50 }, (_, index) => renew(`bad ${index}`))
  expect(await (await say(...tokens)).ended).toBe(4403)
  expect(verified).toEqual([])
  expect(await (await say(begin('bad'), ...tokens)).ended).toBe(4403)
  expect(verified).toEqual(['bad'])
})

test('a stranger who does not answer the goodbye is let go of', { timeout: 15_000 }, async () => {
  const { port } = await serve({}, 50)
  const connection = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
  const closed = once(connection, 'end')
  connection.resume().write(upgradeRequest())
  await closed
  connection.destroy()
})
