import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tell } from '@sightline/api/access/test-access-log'
import { eventually, useTestApi } from '@sightline/api/test-api'
import { machineToken, useProjector } from '@sightline/api/test-reading'
import { afterAll, describe, expect, test } from 'vitest'
import {
  AgentsChangedDocument,
  AssignmentsChangedDocument,
  CamerasChangedDocument,
  CreateSiteDocument,
  HeartbeatDocument,
  RegisterCameraDocument,
} from '../generated/operations.ts'
import { type ClientLogger, createGraphqlClient, GraphqlRequestError } from './client.ts'

const api = await useTestApi({ recheckMs: 500 })
await useProjector(api)

/** A way to the API that can be cut and opened again at the same address. */
async function startWay() {
  const target = Number(new URL(api.url).port)
  const sockets = new Set<Socket>()
  let server: Server | undefined
  const open = async (port: number) => {
    server = createServer(socket => {
      const onward = connect(target, '127.0.0.1')
      for (const [one, other] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        sockets.add(one)
        one.pipe(other)
        one.on('error', () => other.destroy())
        one.on('close', () => {
          sockets.delete(one)
          other.destroy()
        })
      }
    })
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as { port: number }).port
  }
  const port = await open(0)
  const cut = async () => {
    const closed = server && once(server, 'close')
    server?.close()
    for (const socket of sockets) socket.destroy()
    await closed
    server = undefined
  }
  afterAll(async () => server && cut())
  return { url: `http://127.0.0.1:${port}`, cut, mend: () => open(port) }
}

function recordingLogger(): ClientLogger & { lines: string[] } {
  const lines: string[] = []
  const write = (fields: object, sentence: string) => void lines.push(`${sentence} ${JSON.stringify(fields)}`)
  return { lines, info: write, warn: write }
}

const inSeconds = (seconds: number) => Math.floor(Date.now() / 1000) + seconds

describe('a request', () => {
  test('gives the data, or fails with the code of the first error', async () => {
    const person = await api.person()
    const client = createGraphqlClient({
      url: api.url,
      token: async () => person.token,
      logger: recordingLogger(),
    })
    const { createSite } = await client.request(CreateSiteDocument, { input: { name: 'Yard' } })
    expect(createSite.__typename).toBe('CommandAccepted')
    const refused = client.request(HeartbeatDocument, { input: { status: 'IDLE' } })
    await expect(refused).rejects.toThrow(GraphqlRequestError)
    await expect(refused).rejects.toMatchObject({ code: 'FORBIDDEN' })
    client.close()
  })

  test('asks for a new token when the one at hand is refused, once', async () => {
    const person = await api.person()
    let asked = 0
    const client = createGraphqlClient({
      url: api.url,
      token: async () => (asked++ === 0 ? 'stale' : person.token),
      logger: recordingLogger(),
    })
    await client.request(CreateSiteDocument, { input: { name: 'Yard' } })
    expect(asked).toBe(2)
    client.close()
  })

  test('fails with NO_ANSWER where nobody is', async () => {
    const way = await startWay()
    await way.cut()
    const client = createGraphqlClient({ url: way.url, token: async () => 'x', logger: recordingLogger() })
    await expect(client.request(CreateSiteDocument, { input: { name: 'Yard' } })).rejects.toMatchObject({
      code: 'NO_ANSWER',
    })
    client.close()
  })
})

describe('a subscription', () => {
  test('goes on after the API was away, and misses nothing', async () => {
    const person = await api.person()
    const siteId = await api.createSite(person)
    const way = await startWay()
    const client = createGraphqlClient({
      url: way.url,
      token: async () => person.token,
      logger: recordingLogger(),
    })
    const held = new Set<string>()
    let beginnings = 0
    client.subscribe(
      CamerasChangedDocument,
      {},
      {
        next({ camerasChanged }) {
          if (camerasChanged.replaces) {
            beginnings += 1
            held.clear()
          }
          for (const camera of camerasChanged.changed) held.add(camera.id)
        },
      },
    )
    for (let round = 1; round <= 3; round += 1) {
      await eventually(() => expect(beginnings).toBeGreaterThanOrEqual(round))
      await way.cut()
      const { registerCamera } = await api.send(person.token, RegisterCameraDocument, {
        input: { siteId, name: 'Door', address: 'rtsp://camera.example/live' },
      })
      await way.mend()
      await eventually(() => expect([...held]).toContain((registerCamera as { id: string }).id))
    }
    expect(held.size).toBe(3)
    client.close()
  })

  test('outlives its tokens: each new one is told by a ping', async () => {
    const { nodeId } = await api.mediaNode()
    const ends: number[] = []
    const logger = recordingLogger()
    const client = createGraphqlClient({
      url: api.url,
      async token() {
        const exp = inSeconds(6)
        ends.push(exp * 1_000)
        return machineToken(api, { sub: nodeId, exp })
      },
      // So it renews each token in its first second or so, and a pause of seconds ends none.
      now: () => Date.now() + 3_500,
      logger,
    })
    let messages = 0
    client.subscribe(
      AssignmentsChangedDocument,
      {},
      {
        next() {
          messages += 1
        },
      },
    )
    await eventually(() => expect(ends.filter(end => end < Date.now() - 500)).not.toHaveLength(0))
    expect(ends.length).toBeGreaterThanOrEqual(3)
    expect(messages).toBe(1)
    expect(logger.lines).toEqual([])
    client.close()
  })

  test('comes back with another token when the socket was closed because its own had ended', async () => {
    const { nodeId } = await api.mediaNode()
    let asked = 0
    const logger = recordingLogger()
    const client = createGraphqlClient({
      url: api.url,
      async token() {
        asked += 1
        // Of the second, which would be told by a ping, nothing comes in time.
        if (asked === 2) await eventually(() => expect(logger.lines.join('\n')).toContain('4403'))
        return machineToken(api, { sub: nodeId, exp: inSeconds(asked === 1 ? 5 : 3600) })
      },
      logger,
    })
    let beginnings = 0
    client.subscribe(
      AssignmentsChangedDocument,
      {},
      {
        next({ assignmentsChanged }) {
          if (assignmentsChanged.replaces) beginnings += 1
        },
      },
    )
    await eventually(() => expect(beginnings).toBe(2))
    expect(logger.lines.join('\n')).toContain('4403')
    client.close()
  })

  test('begins anew when rights have changed, and shows what they show', async () => {
    const admin = await api.person()
    const [siteId, otherSite] = [await api.createSite(admin), await api.createSite(admin)]
    const [seen, hidden] = [
      await api.registerCamera(admin, siteId),
      await api.registerCamera(admin, otherSite),
    ]
    const member = await api.person(admin.tenantId, { role: 'viewer' })
    const logger = recordingLogger()
    const client = createGraphqlClient({ url: api.url, token: async () => member.token, logger })
    let held: string[] = []
    client.subscribe(
      CamerasChangedDocument,
      {},
      {
        next({ camerasChanged }) {
          if (camerasChanged.replaces) held = []
          held.push(...camerasChanged.changed.map(({ id }) => id))
        },
      },
    )
    await eventually(() => expect(held.toSorted()).toEqual([seen, hidden].sort()))
    await api.tell(tell.roleChanged(admin.tenantId, member.userId, 'viewer', false))
    await eventually(() => expect(held).toEqual([]))
    await api.tell(tell.scopeGranted(admin.tenantId, member.userId, { siteIds: [siteId] }))
    await eventually(() => expect(held).toEqual([seen]))
    expect(logger.lines.join('\n')).toContain('rights')
    client.close()
  })

  test('that is refused is tried again, and is logged without its token', async () => {
    const { token: nodeToken } = await api.mediaNode()
    const logger = recordingLogger()
    const client = createGraphqlClient({ url: api.url, token: async () => nodeToken, logger })
    const subscription = client.subscribe(AgentsChangedDocument, {}, { next: () => {} })
    await eventually(() =>
      expect(logger.lines.filter(line => line.includes('FORBIDDEN')).length).toBeGreaterThanOrEqual(2),
    )
    subscription.close()
    client.close()
    expect(logger.lines.join('\n')).not.toContain(nodeToken)
  })
})
