import { once } from 'node:events'
import WebSocket from 'ws'
import { TokenRefusedError } from '../access/tokens.ts'
import type { useTestApi } from '../test-api.ts'
import type { Credentials, CredentialsMade } from './test-credentials.ts'
import type { World } from './test-world.ts'

type TestApi = Awaited<ReturnType<typeof useTestApi>>

/** A place where a credential is shown, and those that it is a place for. */
export interface Door {
  takes: (keyof Credentials)[]
  /** Shows a text there, in all ways that it might be taken. @returns whether it was taken for one that counts */
  show(text: string): Promise<boolean>
}

const accessTokens = ["a person's access token", "a system administrator's access token"]
const machineTokens = ["a media node's token", "a worker's token", "an agent's token"]

/**
 * Every place where something is shown that gets somebody something: the bearer of a request, the first and the later
 * tokens of a socket, the secrets that tokens are got for, addresses, positions and cursors.
 */
export function doorsOf(api: TestApi, { admin }: World, made: CredentialsMade): Record<string, Door> {
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${api.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
    })
  const bearer = (text: string) => ({ authorization: `Bearer ${text}` })
  const fromOwnPage = { origin: api.url, 'x-sightline-session': '1' }
  const session = (route: string, body: object, cookie?: string) =>
    post(`/session/${route}`, JSON.stringify(body), {
      ...fromOwnPage,
      ...(cookie && { cookie: `${made.cookieName}=${cookie}` }),
    })
  const asAdmin = async (query: string) => {
    const answer = await post('/graphql', JSON.stringify({ query }), bearer(admin.token))
    return (await answer.json()) as {
      data?: Record<string, { __typename?: string } | null>
      errors?: object[]
    }
  }
  const quoted = (text: string) => JSON.stringify(text)

  return {
    'the bearer of an operation': {
      takes: [...accessTokens, ...machineTokens],
      async show(text) {
        const query = '{ __schema { queryType { name } } }'
        return (await post('/graphql', JSON.stringify({ query }), bearer(text))).status === 200
      },
    },
    'the bearer of an upload': {
      takes: [...accessTokens, ...machineTokens],
      async show(text) {
        const path = `/people/${made.agentId}/pictures/${made.agentId}`
        const headers = { 'content-type': 'image/png', ...bearer(text) }
        const { status } = await fetch(`${api.url}${path}`, { method: 'PUT', headers, body: 'x' })
        // Whoever is known is told that it isn't for them, or that nobody is there.
        return status !== 401
      },
    },
    'the first message of a socket': {
      takes: [...accessTokens, ...machineTokens],
      show: text => onSocket(api.url, [text]),
    },
    'a later message of a socket': {
      // One of the same session alone moves its end.
      takes: ["a person's access token"],
      show: text => onSocket(api.url, [made.all["a person's access token"].text, text]),
    },
    "the token of a camera's media": {
      takes: ['a media token'],
      async show(text) {
        try {
          await made.verifyMediaToken(text)
          return true
        } catch (error) {
          if (error instanceof TokenRefusedError) return false
          throw error
        }
      },
    },
    'the secret of an OAuth client': {
      takes: ["an agent's API key", "a media node's API key"],
      async show(text) {
        for (const client_id of made.keyIds) {
          const form = { grant_type: 'client_credentials', client_id, client_secret: text }
          const body = new URLSearchParams(form)
          if ((await fetch(`${api.url}/oauth/token`, { method: 'POST', body })).status === 200) return true
        }
        return false
      },
    },
    "an agent's secret": {
      takes: ["an agent's secret"],
      async show(text) {
        const { agentId } = made
        return (await post('/agent/token', JSON.stringify({ agentId, secret: text }))).status === 200
      },
    },
    'the secret that starts a session': {
      takes: ['the secret of a sign-in link'],
      show: async text => (await session('start', { secret: text })).status === 200,
    },
    'the cookie of a session': {
      takes: ['a refresh token'],
      async show(text) {
        // Were it taken for one here, the session would be over.
        if (text !== made.all['a refresh token'].text) await session('end', {}, text)
        return (await session('refresh', {}, text)).status === 200
      },
    },
    'a picture': {
      takes: ['the address of a picture'],
      show: async text => (await fetch(`${api.url}/pictures/${encodeURIComponent(text)}`)).status === 200,
    },
    'a crop': {
      takes: ['the address of a crop'],
      show: async text => (await fetch(`${api.url}/crops/${encodeURIComponent(text)}`)).status === 200,
    },
    'a code to pair by': {
      takes: ['a pairing code'],
      async show(text) {
        const { data } = await asAdmin(`mutation { lookUpPairing(code: ${quoted(text)}) { __typename } }`)
        return data?.lookUpPairing?.__typename === 'OpenPairing'
      },
    },
    'the position of a query': {
      takes: ['a position'],
      show: async text =>
        !(await asAdmin(`{ cameras(atLeast: ${quoted(text)}) { edges { cursor } } }`)).errors,
    },
    'the cursor of a query': {
      takes: ['a cursor'],
      show: async text => !(await asAdmin(`{ cameras(after: ${quoted(text)}) { edges { cursor } } }`)).errors,
    },
  }
}

/** Shows tokens on one socket, the first to begin and each after that by a ping. @returns whether the last was taken */
async function onSocket(url: string, tokens: readonly string[]): Promise<boolean> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws')
  const answers: string[] = []
  const { promise: closed, resolve } = Promise.withResolvers<'closed'>()
  socket.on('close', () => resolve('closed'))
  await once(socket, 'open')
  for (const [index, token] of tokens.entries()) {
    const told = once(socket, 'message').then(([data]) => String(JSON.parse(data.toString()).type))
    socket.send(JSON.stringify({ type: index === 0 ? 'connection_init' : 'ping', payload: { token } }))
    answers.push(await Promise.race([told, closed]))
    if (answers.at(-1) === 'closed') return false
  }
  socket.close()
  return true
}
