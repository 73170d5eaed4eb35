import { backoff } from '@sightline/waiting/backoff'
import { cacheExchange } from '@urql/exchange-graphcache'
import { createClient as createSocketClient } from 'graphql-ws'
import { Client, fetchExchange, mapExchange, subscriptionExchange } from 'urql'
import { tellConnection } from '../live/connection-status.ts'

/** Messages that only exist inside their parents: never looked up by an id of their own. */
const embedded = [
  'AgentConnection',
  'AgentEdge',
  'AgentsChange',
  'ApiKeyConnection',
  'ApiKeyEdge',
  'CameraConnection',
  'CameraEdge',
  'CamerasChange',
  'CommandAccepted',
  'IssuedApiKey',
  'MemberConnection',
  'MemberEdge',
  'MembersChange',
  'OpenPairing',
  'PageInfo',
  'PeopleChange',
  'PersonConnection',
  'PersonEdge',
  'Rejection',
  'RightsInForce',
  'SessionConnection',
  'SessionEdge',
  'SightingCandidate',
  'SightingConnection',
  'SightingEdge',
  'SightingsChange',
  'SiteConnection',
  'SiteEdge',
  'StreamChange',
  'TenantQuota',
  'TenantRecordConnection',
  'TenantRecordEdge',
  'TenantRecordsChange',
  'TenantSuspension',
  'TenantUse',
  'VideoFormat',
]

/** The page's one way to the API. */
export interface Connection {
  client: Client
  /** The session goes on with this token: an open socket is told. */
  renewed(token: string): void
  close(): void
}

/** How long a ping may stay unanswered before the socket counts as dead, ms. */
const PONG_WITHIN_MS = 5_000

/** How long the socket stays open from the end of one page's subscriptions to the beginning of the next's, ms. */
const IDLE_MS = 30_000

/** The pauses before the page tries the socket again, ms. */
const RETRY_AFTER_MS = { first: 300, longest: 5_000 }

/** Whether a socket was closed because its token, or what its bearer may, doesn't count (any more). */
function isRefusal(event: unknown): boolean {
  const code = (event as Partial<CloseEvent> | undefined)?.code
  return code === 4401 || code === 4403
}

/** What a subscription's end is called, where GraphQL has no errors to tell. */
function ended(reason?: unknown): Error {
  const said = reason instanceof Error || reason === undefined ? '' : (reason as Partial<CloseEvent>).reason
  return new Error(said ? `The server ended this: ${said}.` : 'The server ended this.')
}

/**
 * Queries and mutations go over HTTP, subscriptions over one WebSocket that reconnects for ever. A subscription
 * that comes back starts with a message that replaces what is held.
 * @param session.token gives a token that doesn't end at once
 * @param session.renewedToken gives the next one, where the one at hand was refused
 * @param session.onAccepted is told when the socket is open: the token counts, and its bearer may be here
 * @param session.onRefused is told when the API refuses a token; the socket tries again with what `token` then gives
 * @param session.onRightsChanged is told when a subscription ended because its bearer's rights changed
 */
export function connect(session: {
  token: () => Promise<string>
  renewedToken: () => Promise<string>
  onAccepted: () => void
  onRefused: () => void
  onRightsChanged: () => void
}): Connection {
  let pongDue: ReturnType<typeof setTimeout> | undefined
  let opened: WebSocket | undefined
  let closed = false
  tellConnection({ what: 'opening', at: Date.now() })
  const socket = createSocketClient({
    url: `${window.location.origin.replace(/^http/, 'ws')}/graphql`,
    async connectionParams() {
      for (let attempt = 0; !closed; attempt++) {
        try {
          return { token: await session.token() }
        } catch {
          // The server closes a socket that says nothing; by then there may be a token.
          await new Promise(resolve => setTimeout(resolve, backoff(attempt, RETRY_AFTER_MS)))
        }
      }
      return {}
    },
    lazyCloseTimeout: IDLE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => !closed,
    retryWait: retries => new Promise(resolve => setTimeout(resolve, backoff(retries, RETRY_AFTER_MS))),
    connectionAckWaitTimeout: 10_000,
    keepAlive: 10_000,
    on: {
      connected(connection, acknowledged) {
        opened = connection as WebSocket
        session.onAccepted()
        const rightsFrom = (acknowledged as { position?: string } | undefined)?.position
        tellConnection({ what: 'connected', at: Date.now(), rightsFrom })
      },
      message: () => tellConnection({ what: 'heard', at: Date.now() }),
      ping(received) {
        // A network that vanished closes nothing: silence must count as a loss.
        if (!received) pongDue = setTimeout(() => socket.terminate(), PONG_WITHIN_MS)
      },
      pong: () => clearTimeout(pongDue),
      closed(event) {
        clearTimeout(pongDue)
        opened = undefined
        if (isRefusal(event)) session.onRefused()
        else if (!closed && (event as CloseEvent).code !== 1000)
          tellConnection({ what: 'lost', at: Date.now() })
      },
    },
  })
  const withToken: typeof fetch = async (input, init) => {
    const send = (token: string) =>
      fetch(input, { ...init, headers: { ...init?.headers, authorization: `Bearer ${token}` } })
    const response = await send(await session.token())
    return response.status === 401 ? send(await session.renewedToken()) : response
  }
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetch: withToken,
    exchanges: [
      mapExchange({
        onError(error) {
          const status = (error.response as Response | undefined)?.status
          const told = (code: string) =>
            error.graphQLErrors.some(({ extensions }) => extensions.code === code)
          if (status === 401 || told('UNAUTHENTICATED')) session.onRefused()
          if (told('RIGHTS_CHANGED')) session.onRightsChanged()
        },
      }),
      cacheExchange({ keys: Object.fromEntries(embedded.map(name => [name, () => null])) }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: request => ({
          subscribe: sink => ({
            unsubscribe: socket.subscribe(
              { query: request.query ?? '', variables: request.variables },
              {
                next: message => sink.next(message as never),
                error: reason => sink.error(Array.isArray(reason) ? reason : ended(reason)),
                // A list that is told nothing more would be a frozen lie.
                complete: () => sink.error(ended()),
              },
            ),
          }),
        }),
      }),
    ],
  })
  return {
    client,
    renewed(token) {
      if (opened?.readyState === WebSocket.OPEN)
        opened.send(JSON.stringify({ type: 'ping', payload: { token } }))
    },
    close() {
      closed = true
      clearTimeout(pongDue)
      // A socket that the server has closed meanwhile can't be closed again.
      Promise.resolve(socket.dispose()).catch(() => undefined)
    },
  }
}
