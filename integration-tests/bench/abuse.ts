import { once } from 'node:events'
import { request } from 'node:http'
import { abusiveDocuments } from '@sightline/api/operations/test-abuse'
import { createTenant, type Tenant } from '@sightline/testing/seeding'
import { startSystem } from '@sightline/testing/system'
import { atMost, type Figure, type Section } from './figure.ts'
import { percentile } from './percentiles.ts'
import { processorTimeOf } from './processor-time.ts'

/** Of each; the API has seen as many before they are measured that its code is compiled. */
const SAMPLES = 100
const WARM_UP = 50
const OPERATIONS_OF_A_BATCH = 100
/** What a refusal may cost the API, ms of the processors. */
const MOST_MS = 10

/** Something that is refused: how it is prepared, and how it is done. Throws where it isn't refused as it should be. */
interface Abuse {
  name: string
  /** Is not measured. `turn` makes each another text, so that nothing is known from before. */
  prepare(turn: number): Promise<() => Promise<void>>
}

/** What is sent to exhaust the API, and what refusing it costs. */
export const abuse: Section = {
  name: 'abuse',
  title: `Processor time of the API for a refusal, median of ${SAMPLES}`,
  async measure(progress) {
    await using system = await startSystem({
      services: ['api', 'projector'],
      onProgress: step => progress(`starting ${step}`),
    })
    const tenant = await createTenant(system, 'Bench')
    const { pid } = system.process('api')
    const medianOf = async ({ name, prepare }: Abuse): Promise<number> => {
      progress(name)
      const samples: number[] = []
      for (let turn = 0; turn < WARM_UP + SAMPLES; turn += 1) {
        const act = await prepare(turn)
        if (turn < WARM_UP) await act()
        else samples.push(await processorTimeOf(pid, act))
      }
      return percentile(samples, 0.5)
    }
    const answered = await medianOf(anOrdinaryQuery(system.url, tenant))
    const figures: Figure[] = []
    for (const each of [...overHttp(system.url, tenant), ...overTheSocket(system.url, tenant)]) {
      const value = await medianOf(each)
      figures.push({
        name: each.name,
        value,
        unit: 'ms',
        reference: { name: 'a query that is answered', value: answered, unit: 'ms' },
        bound: atMost(value, MOST_MS, `${MOST_MS} ms`),
      })
    }
    return figures
  },
}

const anOrdinaryQuery = (url: string, { token }: Tenant): Abuse => ({
  name: 'an ordinary query',
  prepare: async () => async () => {
    const answer = await post(url, JSON.stringify({ query: '{ tenant { id } }' }), { token })
    if (!answer.text.startsWith('{"data"')) throw new Error(`it was not answered: ${answer.text}`)
  },
})

function overHttp(url: string, { token }: Tenant): Abuse[] {
  const refusal = (name: string, bodyOf: (turn: number) => string, code: string, type?: string): Abuse => ({
    name: `HTTP: ${name}`,
    async prepare(turn) {
      const body = bodyOf(turn)
      return async () => {
        const { status, text } = await post(url, body, { token, ...(type && { type }) })
        if (status < 400 || !text.includes(`"${code}"`)) throw new Error(`${name}: ${status} ${text}`)
      }
    },
  })
  const cameras = 'cameras(first: 200) { edges { node { id } } }'
  const costly = `{ sites(first: 200) { edges { node { ${cameras} } } } }`
  const batch = Array.from({ length: OPERATIONS_OF_A_BATCH }, () => ({ query: '{ tenant { id } }' }))
  return [
    ...Object.entries(abusiveDocuments('query')).map(([name, query]) =>
      refusal(name, turn => JSON.stringify({ query: `${query} # ${turn}` }), codeOf(name)),
    ),
    refusal(
      'what costs too much',
      turn => JSON.stringify({ query: `${costly} # ${turn}` }),
      'OPERATION_TOO_COSTLY',
    ),
    refusal(`a batch of ${OPERATIONS_OF_A_BATCH}`, () => JSON.stringify(batch), 'BAD_REQUEST'),
    refusal(
      "another site's form",
      turn => new URLSearchParams({ query: `{ tenant { id } } # ${turn}` }).toString(),
      'BAD_REQUEST',
      'application/x-www-form-urlencoded',
    ),
  ]
}

function overTheSocket(url: string, { token }: Tenant): Abuse[] {
  const { 'a megabyte': megabyte, ...documents } = abusiveDocuments('subscription')
  const subscribe = (turn: number, query: string) => ({
    id: String(turn),
    type: 'subscribe',
    payload: { query: `${query} # ${turn}` },
  })
  /** A message to which an error is the answer; the socket stays. */
  const refusal = (name: string, query: string, code: string): Abuse => {
    let opened: Promise<WebSocket> | undefined
    return {
      name: `socket: ${name}`,
      async prepare(turn) {
        opened ??= openSocket(url, token)
        const socket = await opened
        const message = JSON.stringify(subscribe(turn, query))
        return async () => {
          const answer = once(socket, 'message')
          socket.send(message)
          const text = String(((await answer)[0] as MessageEvent).data)
          if (!text.includes(`"${code}"`)) throw new Error(`${name}: ${text}`)
          if (turn === WARM_UP + SAMPLES - 1) socket.close()
        }
      },
    }
  }
  /** A message that closes the socket. */
  const closing = (name: string, messageOf: (turn: number) => unknown, code: number): Abuse => ({
    name: `socket: ${name}`,
    async prepare(turn) {
      const socket = await openSocket(url, token)
      const message = JSON.stringify(messageOf(turn))
      return async () => {
        const closed = once(socket, 'close')
        socket.send(message)
        const event = (await closed)[0] as CloseEvent
        if (event.code !== code) throw new Error(`${name}: closed with ${event.code}`)
      }
    },
  })
  const costly =
    'subscription { sightings { changed { site { cameras(first: 200) { edges { node { id } } } } } } }'
  const ordinary = 'subscription { agentsChanged { position } }'
  return [
    ...Object.entries(documents).map(([name, query]) => refusal(name, query, codeOf(name))),
    refusal('what costs too much', costly, 'OPERATION_TOO_COSTLY'),
    closing('a megabyte', turn => subscribe(turn, megabyte), 1009),
    closing(
      `a batch of ${OPERATIONS_OF_A_BATCH}`,
      () => Array.from({ length: OPERATIONS_OF_A_BATCH }, (_, id) => subscribe(id, ordinary)),
      4400,
    ),
    {
      name: "socket: another site's page",
      prepare: async () => async () => {
        const status = await upgradeFrom(url, 'https://elsewhere.example')
        if (status !== 403) throw new Error(`the upgrade was answered with ${status}`)
      },
    },
  ]
}

const codeOf = (name: string) =>
  name === 'fragments that go round' ? 'GRAPHQL_VALIDATION_FAILED' : 'OPERATION_TOO_LARGE'

async function post(
  url: string,
  body: string,
  { token, type = 'application/json' }: { token: string; type?: string },
): Promise<{ status: number; text: string }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': type, authorization: `Bearer ${token}` },
    body,
  })
  return { status: response.status, text: await response.text() }
}

/** A socket whose owner is known. */
async function openSocket(url: string, token: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  await once(socket, 'open')
  const acknowledged = once(socket, 'message')
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }))
  await acknowledged
  return socket
}

/** The status with which a page's upgrade is turned away. */
async function upgradeFrom(url: string, origin: string): Promise<number | undefined> {
  const upgrade = request(`${url}/graphql`, {
    headers: {
      origin,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      'sec-websocket-protocol': 'graphql-transport-ws',
    },
  })
  upgrade.end()
  const [response] = await once(upgrade, 'response')
  response.resume()
  await once(response, 'close')
  return response.statusCode
}
