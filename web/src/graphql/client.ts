import { cacheExchange } from '@urql/exchange-graphcache'
import { createClient as createSocketClient } from 'graphql-ws'
import { Client, fetchExchange, subscriptionExchange } from 'urql'
import { connectionStatus } from '../live/connection-status.ts'

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

/** How long the page waits before it tries the socket again, ms: doubled each time, with jitter, 10 s at most. */
function backoff(retries: number): Promise<void> {
  const ms = Math.min(10_000, 300 * 2 ** Math.min(retries, 10)) * (0.7 + Math.random() * 0.6)
  return new Promise(resolve => setTimeout(resolve, ms))
}

/**
 * The page's one way to the API: queries and mutations over HTTP, subscriptions over one WebSocket that
 * reconnects for ever. A subscription that comes back starts with a message that replaces what is held.
 */
export function createClient(token: string): { client: Client; close: () => void } {
  const socket = createSocketClient({
    url: `${window.location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: { token },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: backoff,
    keepAlive: 10_000,
    on: {
      connected: () => connectionStatus.connected(),
      closed: event => connectionStatus.lost((event as CloseEvent).code),
    },
  })
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: () => ({ headers: { authorization: `Bearer ${token}` } }),
    exchanges: [
      cacheExchange({ keys: Object.fromEntries(embedded.map(name => [name, () => null])) }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: request => ({
          subscribe: sink => ({
            unsubscribe: socket.subscribe({ query: request.query ?? '', variables: request.variables }, sink),
          }),
        }),
      }),
    ],
  })
  return { client, close: () => void socket.dispose() }
}
