import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { createPosting } from './posting.ts'

async function serve(listener: RequestListener): Promise<URL> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}

function usePosting() {
  const posting = createPosting(undefined)
  onTestFinished(() => posting.close())
  return posting
}

const message = {
  headers: { 'content-type': 'application/json' },
  body: '{"secret":"planted"}',
  withinMs: 10_000,
}

test('what is posted is answered whole, and what is no JSON is nothing', async () => {
  const told: string[] = []
  const url = await serve(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    told.push(`${request.method} ${request.headers['content-type']} ${body}`)
    response.writeHead(told.length === 1 ? 401 : 200).end(told.length === 1 ? '{"error":"no"}' : '<html>')
  })
  const posting = usePosting()
  const first = await posting.post(url, message)
  expect(first).toMatchObject({ status: 401, body: { error: 'no' } })
  expect(Date.parse(first.date!)).not.toBeNaN()
  expect(await posting.post(url, message)).toMatchObject({ status: 200, body: undefined })
  expect(told[0]).toBe('POST application/json {"secret":"planted"}')
})

test('a redirection is shown no secret', async () => {
  const shown: string[] = []
  const elsewhere = await serve((request, response) => {
    shown.push(request.url!)
    response.end('{}')
  })
  const url = await serve((_request, response) => response.writeHead(307, { location: elsewhere.href }).end())
  expect((await usePosting().post(url, message)).status).toBe(307)
  expect(shown).toEqual([])
})

test('half an answer, and none in time, is none', async () => {
  const half = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"data":', () => response.destroy())
  })
  await expect(usePosting().post(half, message)).rejects.toThrow()
  const silent = await serve(() => undefined)
  await expect(usePosting().post(silent, { ...message, withinMs: 50 })).rejects.toThrow()
})
