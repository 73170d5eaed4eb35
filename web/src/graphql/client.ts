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
  'CameraConnection',
  'CameraEdge',
  'CamerasChange',
  'CommandAccepted',
  'OpenPairing',
  'PageInfo',
  'PeopleChange',
  'PersonConnection',
  'PersonEdge',
  'Rejection',
  'SightingCandidate',
  'SightingConnection',
  'SightingEdge',
  'SightingsChange',
  'SiteConnection',
  'SiteEdge',
  'StreamChange',
  'VideoFormat',
]

/** The page's one way to the API. */
export interface Connection {
  client: Client
  close(): void
}

/** How long a ping may stay unanswered before the socket counts as dead, ms. */
const PONG_WITHIN_MS = 5_000

/** How long the socket stays open from the end of one page's subscriptions to the beginning of the next's, ms. */
const IDLE_MS = 30_000

/** The pauses before the page tries the socket again, ms. */
const RETRY_AFTER_MS = { first: 300, longest: 5_000 }

/** Whether a socket was closed because its token doesn't count (any more). */
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
 * @param on.onRefused is told when the API refuses the token: nothing is tried again then
 */
export function connect(token: string, on: { onRefused: () => void }): Connection {
  let pongDue: ReturnType<typeof setTimeout> | undefined
  tellConnection({ what: 'opening', at: Date.now() })
  const socket = createSocketClient({
    url: `${window.location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { token },
    lazyCloseTimeout: IDLE_MS,
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: event => !isRefusal(event),
    retryWait: retries => new Promise(resolve => setTimeout(resolve, backoff(retries, RETRY_AFTER_MS))),
    connectionAckWaitTimeout: 10_000,
    keepAlive: 10_000,
    on: {
      connected: () => tellConnection({ what: 'connected', at: Date.now() }),
      message: () => tellConnection({ what: 'heard', at: Date.now() }),
      ping(received) {
        // A network that vanished closes nothing: silence must count as a loss.
        if (!received) pongDue = setTimeout(() => socket.terminate(), PONG_WITHIN_MS)
      },
      pong: received => received && clearTimeout(pongDue),
      closed(event) {
        clearTimeout(pongDue)
        if (isRefusal(event)) on.onRefused()
        else if ((event as CloseEvent).code !== 1000) tellConnection({ what: 'lost', at: Date.now() })
      },
    },
  })
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: () => ({ headers: { authorization: `Bearer ${token}` } }),
    exchanges: [
      mapExchange({
        onError(error) {
          const status = (error.response as Response | undefined)?.status
          const refused = error.graphQLErrors.some(({ extensions }) => extensions.code === 'UNAUTHENTICATED')
          if (status === 401 || refused) on.onRefused()
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
    close() {
      clearTimeout(pongDue)
      void socket.dispose()
    },
  }
}
