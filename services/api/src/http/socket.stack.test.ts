import { once } from 'node:events'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { tell } from '@sightline/projector/test-story'
import {
  AgentsChangedDocument,
  AssignmentsChangedDocument,
  MyselfDocument,
} from '@sightline/schema/operations'
import { print } from 'graphql'
import { v7 } from 'uuid'
import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { abusiveDocuments } from '../operations/test-abuse.ts'
import { useTestApi } from '../test-api.ts'
import { machineToken, subscribe, tellStory, useProjector } from '../test-reading.ts'
import { upgradeRequest } from './test-upgrade.ts'

const api = await useTestApi({ keepAliveMs: 120_000 })
await useProjector(api)
const person = await api.person()
const socketUrl = `${api.url.replace('http', 'ws')}/graphql`

/** A socket that speaks the protocol by hand. */
async function open(options: WebSocket.ClientOptions = {}, url = api.url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', options)
  const closed = new Promise<{ code: number; reason: string }>(resolve =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  )
  const messages: { type: string; id?: string; payload?: unknown }[] = []
  socket.on('message', data => messages.push(JSON.parse(data.toString())))
  await once(socket, 'open')
  const seen = (type: string) =>
    expect
      .poll(() => messages.find(message => message.type === type), { timeout: 20_000, interval: 20 })
      .toBeDefined()
      .then(
        () =>
          messages.splice(
            messages.findIndex(message => message.type === type),
            1,
          )[0]!,
      )
  return {
    socket,
    closed,
    messages,
    seen,
    say: (message: object) => socket.send(JSON.stringify(message)),
    async begin(token: string) {
      socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }))
      return seen('connection_ack')
    },
  }
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe('a socket', () => {
  test('that does not say who it is in time is closed', async () => {
    const { url } = await api.startAnother(undefined, { initWaitMs: 300 })
    const { closed } = await open({}, url)
    expect(await closed).toMatchObject({ code: 4408 })
  })

  test('without a token, or with one that does not count, is closed so that clients come back', async () => {
    for (const payload of [undefined, {}, { token: 7 }, { token: 'x' }, { token: `${person.token}x` }]) {
      const { say, closed } = await open()
      say({ type: 'connection_init', payload })
      expect(await closed).toMatchObject({ code: 4403 })
    }
  })

  test('is told from which position on it tells changes of rights', async () => {
    const { begin, socket } = await open()
    const { position } = (await begin(person.token)).payload as { position: string }
    const { myself } = await api.send(person.token, MyselfDocument, { atLeast: position })
    expect(myself.id).toBe(person.userId)
    socket.close()
  })

  test('of a page from elsewhere is not opened', async () => {
    const refused = new WebSocket(socketUrl, 'graphql-transport-ws', { origin: 'https://elsewhere.example' })
    const [error] = (await once(refused, 'error')) as [Error]
    expect(error.message).toContain('403')
    const own = await open({ origin: api.url })
    await own.begin(person.token)
    own.socket.close()
  })

  test('takes subscriptions only, within the same limits', async () => {
    const { say, seen, begin, socket } = await open()
    await begin(person.token)
    const codeOf = async (query: string) => {
      say({ id: v7(), type: 'subscribe', payload: { query } })
      const { payload } = await seen('error')
      return (payload as { extensions: { code: string; traceId: string } }[])[0]!.extensions.code
    }
    expect(await codeOf('{ tenant { id } }')).toBe('OPERATION_NOT_ACCEPTED')
    expect(await codeOf('mutation { createSite(input: {name: "x"}) { __typename } }')).toBe(
      'OPERATION_NOT_ACCEPTED',
    )
    const aliases = Array.from({ length: 31 }, (_, index) => `a${index}: position`).join(' ')
    expect(await codeOf(`subscription { agentsChanged { ${aliases} } }`)).toBe('OPERATION_TOO_LARGE')
    const deep = `subscription { sightings { changed { camera { site { cameras(first: 1) { edges { node { site { cameras(first: 1) {
      edges { node { site { id } } } } } } } } } } } } }`
    expect(await codeOf(deep)).toBe('OPERATION_TOO_LARGE')
    const long = Array.from({ length: 260 }, (_, index) => `query Q${index} { tenant { id } }`).join(' ')
    expect(await codeOf(long)).toBe('OPERATION_TOO_LARGE')
    expect(await codeOf('subscription { nothing }')).toBe('GRAPHQL_VALIDATION_FAILED')
    expect(await codeOf('subscription { streamChanged(cameraId: "abc") { position } }')).toBe(
      'BAD_USER_INPUT',
    )
    const query = 'subscription { sightings(after: "abc") { position } }'
    say({ id: 'last', type: 'subscribe', payload: { query } })
    expect((await seen('error')).payload).toMatchObject([{ extensions: { code: 'POSITION_NOT_VALID' } }])
    socket.close()
  })

  test('takes no subscription of 50 levels, a thousand aliases, or with fragments that go round', async () => {
    const { say, seen, begin, socket } = await open()
    await begin(person.token)
    const { 'a megabyte': megabyte, ...others } = abusiveDocuments('subscription')
    for (const [name, query] of Object.entries(others)) {
      say({ id: name, type: 'subscribe', payload: { query } })
      const { id, payload } = await seen('error')
      const codes = (payload as { extensions: { code: string } }[]).map(({ extensions }) => extensions.code)
      const code = name === 'fragments that go round' ? 'GRAPHQL_VALIDATION_FAILED' : 'OPERATION_TOO_LARGE'
      expect([id, ...new Set(codes)]).toEqual([name, code])
    }
    socket.close()
    const larger = await open()
    await larger.begin(person.token)
    larger.say({ id: '1', type: 'subscribe', payload: { query: megabyte } })
    expect(await larger.closed).toMatchObject({ code: 1009 })
  })

  test('takes no several operations at once', async () => {
    const payload = { query: 'subscription { agentsChanged { position } }' }
    for (const batch of [
      [{ id: '1', type: 'subscribe', payload }],
      { id: '1', type: 'subscribe', payload: [payload, payload] },
    ]) {
      const { say, begin, closed } = await open()
      await begin(person.token)
      say(batch)
      expect((await closed).code).toBe(4400)
    }
  })

  test('is told what a subscription costs, once, and refused one that costs too much', async () => {
    const { say, seen, begin, socket, messages } = await open()
    const subscriber = await api.person()
    await begin(subscriber.token)
    const query = 'subscription { agentsChanged { position changed { id } } }'
    say({ id: '1', type: 'subscribe', payload: { query } })
    const first = await seen('next')
    expect(first.payload).toMatchObject({ extensions: { cost: { points: 10 + 1 + 50, allowed: 20_000 } } })
    const siteId = await api.createSite(subscriber)
    await api.pairedAgent(subscriber, siteId)
    const second = await seen('next')
    expect(second.payload).not.toHaveProperty('extensions')

    const pages = 'cameras(first: 200) { edges { node { id } } }'
    const costly = `subscription { sightings { changed { site { id ${pages} } } } }`
    say({ id: '2', type: 'subscribe', payload: { query: costly } })
    const cost = { points: 10 + 1 + 50 * (2 + 401), allowed: 20_000 }
    expect(await seen('error')).toMatchObject({
      id: '2',
      payload: [{ extensions: { code: 'OPERATION_TOO_COSTLY', cost } }],
    })
    expect(messages).toEqual([])
    socket.close()
  })

  test('takes no more subscriptions than its owner has points for', async () => {
    const { url } = await api.startAnother(undefined, {
      requestsOfPrincipalRate: { points: 100, seconds: 600 },
    })
    const { say, seen, begin, socket } = await open({}, url)
    await begin((await api.person()).token)
    for (const id of ['1', '2']) {
      const query = 'subscription { agentsChanged { changed { id } } }'
      say({ id, type: 'subscribe', payload: { query } })
      const { type, id: told, payload } = await seen(id === '1' ? 'next' : 'error')
      if (type === 'error')
        expect([told, payload]).toMatchObject(['2', [{ extensions: { code: 'TOO_MANY_REQUESTS' } }]])
    }
    socket.close()
  })

  test('that sends a message of more than 64 KB is closed', async () => {
    const { say, begin, closed } = await open()
    await begin(person.token)
    say({ id: '1', type: 'subscribe', payload: { query: `subscription { x } #${'x'.repeat(66_000)}` } })
    expect(await closed).toMatchObject({ code: 1009 })
  })

  test('that sends no message of the protocol is closed', async () => {
    const { socket, begin, closed } = await open()
    await begin(person.token)
    socket.send('nonsense')
    expect(await closed).toMatchObject({ code: 4400 })
  })

  test('carries a hundred subscriptions and no more', async () => {
    const { say, seen, begin, socket } = await open()
    await begin(person.token)
    const query = print(AgentsChangedDocument)
    for (let index = 0; index <= 100; index += 1) {
      say({ id: String(index), type: 'subscribe', payload: { query } })
    }
    const { payload, id } = await seen('error')
    expect([id, payload]).toMatchObject(['100', [{ extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' } }]])
    socket.close()
  })
})

describe('the end of a token', () => {
  test('closes the socket so that clients come back', async () => {
    const { nodeId } = await api.mediaNode()
    const subscription = subscribe(
      api.url,
      await machineToken(api, { sub: nodeId, exp: inSeconds(5) }),
      AssignmentsChangedDocument,
      {},
    )
    await subscription.next()
    expect(await subscription.ended).toMatchObject({ code: 4403 })
  })

  test('moves when a ping brings a new token of the same session', async () => {
    const { nodeId } = await api.mediaNode()
    const short = await machineToken(api, { sub: nodeId, exp: inSeconds(5) })
    const { begin, say, seen, closed, socket } = await open()
    await begin(short)
    say({ type: 'ping', payload: { token: await machineToken(api, { sub: nodeId }) } })
    const pong = await seen('pong')
    expect(pong.payload).toBeUndefined()
    // A second socket with the first token ends; this one is there still.
    const other = await open()
    await other.begin(short)
    expect(await other.closed).toMatchObject({ code: 4403 })
    say({ type: 'ping' })
    await seen('pong')
    socket.close()
    expect(await closed).not.toMatchObject({ code: 4403 })
  })

  test('does not move for a token of somebody else, of another session, or of none', async () => {
    const others = [
      await machineToken(api, { sub: v7() }),
      await machineToken(api, { sub: person.tenantId, principal: 'worker' }),
      (await api.person(person.tenantId)).token,
      'x',
    ]
    for (const token of others) {
      const { begin, say, closed } = await open()
      await begin(person.token)
      say({ type: 'ping', payload: { token } })
      expect(await closed).toMatchObject({ code: 4403 })
    }
  })
})

test('an upgrade to anywhere else is turned away', async () => {
  const elsewhere = new WebSocket(`${api.url.replace('http', 'ws')}/elsewhere`, 'graphql-transport-ws')
  const [error] = (await once(elsewhere, 'error')) as [Error]
  expect(error.message).toContain('404')
})

test('subscribers that stop reading hold up nobody and cost less than a megabyte', async () => {
  const [tenantId] = await tellStory(
    api,
    tell({ tenants: 1, camerasEach: 1_200, peopleEach: 0, sightingsEach: 0 }),
  )
  const reader = await api.person(tenantId)
  // Some 200 KB a message: far more in all than the network between takes in.
  const cameras =
    'subscription { camerasChanged { changed { id name framesPerSecond registeredAt reencode } } }'
  const subscription = subscribe<{ camerasChanged: { changed: { id: string }[] } }, object>(
    api.url,
    reader.token,
    cameras,
    {},
  )
  const held = new Set<string>()
  const holdMore = async () => {
    const { data } = await subscription.next()
    for (const { id } of data!.camerasChanged.changed) held.add(id)
  }
  const siteId = await api.createSite(reader)
  const change = async (times: number) => {
    for (let round = 0; round < times; round += 1) {
      const id = await api.registerCamera(reader, siteId)
      while (!held.has(id)) await holdMore()
    }
  }
  while (held.size < 1_200) await holdMore()
  await change(5)

  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const memory = async () => {
    // What one collection frees may be what held on to more.
    for (let round = 0; round < 5; round += 1) {
      collectGarbage()
      await new Promise(resolve => setImmediate(resolve))
    }
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = await memory()
  const stalled = await Promise.all(
    Array.from({ length: 8 }, () => stalledSubscriber(reader.token, cameras, 30)),
  )
  await change(20)
  // What the network between takes in is still being made when the last change was told.
  const memoryOfOne = async () => ((await memory()) - before) / stalled.length
  await expect.poll(memoryOfOne, { interval: 250, timeout: 60_000 }).toBeLessThan(1_000_000)

  // They were held up, not forgotten: whoever reads on gets what each subscription begins with.
  const [first] = stalled
  let told = 0
  first!.on('data', chunk => {
    told += chunk.toString('latin1').split('"type":"next"').length - 1
  })
  first!.resume()
  await expect.poll(() => told, { timeout: 25_000 }).toBeGreaterThanOrEqual(30)
  subscription.close()
  for (const socket of stalled) socket.destroy()
}, 180_000)

/** A subscriber by hand that reads nothing once it has subscribed. */
async function stalledSubscriber(token: string, query: string, subscriptions: number) {
  const socket = connect({ port: Number(new URL(api.url).port), host: '127.0.0.1' })
  await once(socket, 'connect')
  socket.write(upgradeRequest())
  await once(socket, 'data')
  socket.write(frame({ type: 'connection_init', payload: { token } }))
  await once(socket, 'data')
  socket.pause()
  for (let index = 0; index < subscriptions; index += 1) {
    socket.write(frame({ id: String(index), type: 'subscribe', payload: { query } }))
  }
  return socket
}

/** A text frame of a client: masked, with a mask of zeros. */
function frame(message: object): Buffer {
  const payload = Buffer.from(JSON.stringify(message))
  const head = Buffer.from([0x81, 0x80 | 126, payload.length >> 8, payload.length & 255, 0, 0, 0, 0])
  return Buffer.concat([head, payload])
}
