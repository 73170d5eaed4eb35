import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLogger } from '@sightline/logging/logging'
import { GivenUpError } from '@sightline/waiting/persistently'
import { expect, onTestFinished, test } from 'vitest'
import { identify, nodeIdOf } from './credential.ts'

const nodeId = 'b7a3f6a0-0000-4000-8000-000000000001'
const tokenOf = (subject: string) =>
  `x.${Buffer.from(JSON.stringify({ sub: subject })).toString('base64url')}.y`
const apiKey = `sl_media_node_${nodeId}_${'a'.repeat(49)}`
const logger = createLogger({ name: 'media-node', level: 'silent' })

/** An API that refuses the key a few times; it notes what it was shown. */
async function startApi(refusals: number) {
  const shown: string[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    shown.push(body)
    response.setHeader('content-type', 'application/json')
    if (shown.length <= refusals) response.writeHead(401).end('{"error":"invalid_client"}')
    else response.end(JSON.stringify({ access_token: tokenOf(nodeId), token_type: 'Bearer' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { shown, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

test('a node learns who it is from the token that it gets for its key, however late that is accepted', async () => {
  const api = await startApi(2)
  const options = { apiUrl: api.url, signal: new AbortController().signal, logger }
  const identity = await identify({ kind: 'api key', text: apiKey }, options)
  expect(identity.nodeId).toBe(nodeId)
  expect(await identity.token()).toBe(tokenOf(nodeId))
  expect(Object.fromEntries(new URLSearchParams(api.shown.at(-1)))).toEqual({
    grant_type: 'client_credentials',
    client_id: nodeId,
    client_secret: apiKey,
  })
  expect(api.shown).toHaveLength(4)
})

test('a node that is stopped gives up waiting', async () => {
  const api = await startApi(Number.POSITIVE_INFINITY)
  const stopping = new AbortController()
  const options = { apiUrl: api.url, signal: stopping.signal, logger }
  const identified = identify({ kind: 'api key', text: apiKey }, options)
  await expect.poll(() => api.shown.length).toBeGreaterThan(0)
  stopping.abort()
  await expect(identified).rejects.toBeInstanceOf(GivenUpError)
})

test('a node with a token is who that says', async () => {
  const options = { apiUrl: 'http://127.0.0.1:9', signal: new AbortController().signal, logger }
  const token = tokenOf(nodeId)
  expect((await identify({ kind: 'token', token }, options)).nodeId).toBe(nodeId)
  expect(() => nodeIdOf(tokenOf('somebody'))).toThrow()
})
