import type { TypedDocumentNode } from '@graphql-typed-document-node/core'
import { backoff } from '@sightline/waiting/backoff'
import { type DocumentNode, type GraphQLFormattedError, print } from 'graphql'
import { createClient } from 'graphql-ws'
import WebSocket from 'ws'
import { type ApiTls, createPosting, tlsOptions } from './posting.ts'
import { createTokenCache } from './token-cache.ts'

/** What the client says about its connection. */
export interface ClientLogger {
  info(fields: object, sentence: string): void
  warn(fields: object, sentence: string): void
}

/** Sends operations to the API, as machines do. */
export interface GraphqlClient {
  /**
   * Sends a query or a mutation.
   * @throws GraphqlRequestError with the errors that were answered, or why there was no answer
   */
  request<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data>
  /**
   * Subscribes until it is closed: whatever breaks, it begins again, and the first message after that replaces
   * what was held.
   */
  subscribe<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
    handlers: { next(data: Data): void },
  ): { close(): void }
  /** Ends all subscriptions and the connection. */
  close(): void
}

/** An operation was answered with errors, or not at all. */
export class GraphqlRequestError extends Error {
  override name = 'GraphqlRequestError'
  /** `extensions.code` of the first error; NO_ANSWER where the API was not reached. */
  readonly code: string
  readonly errors: readonly GraphQLFormattedError[]
  constructor(
    code: string,
    message: string,
    errors: readonly GraphQLFormattedError[],
    options?: ErrorOptions,
  ) {
    super(`${code}: ${message}`, options)
    this.code = code
    this.errors = errors
  }
}

interface Answer<Data> {
  data?: Data | null
  errors?: readonly GraphQLFormattedError[]
}

/** How long a request may take, and how long the other side of the socket may be silent, ms. */
const REQUEST_WITHIN_MS = 15_000
const PING_EVERY_MS = 10_000
const PONG_WITHIN_MS = 10_000

/** The pauses before a connection or a subscription begins again. */
const RETRY_AFTER_MS = { first: 100, longest: 5_000 }

/**
 * A client of the API at `url` (`http://host:port`, with or without `/graphql`).
 *
 * It asks `token` for a token when it needs one and before the one at hand ends; an open socket is told the new
 * one by a ping. A socket that closes, for whatever reason, is opened again with growing pauses, for ever.
 *
 * @param options.tls with what it connects to `https://`; a token that is bound to a certificate needs the same
 */
export function createGraphqlClient(options: {
  url: string
  token: () => Promise<string>
  tls?: ApiTls | undefined
  logger: ClientLogger
  now?: () => number
}): GraphqlClient {
  const { logger, now = Date.now } = options
  const httpUrl = new URL(options.url)
  if (httpUrl.pathname === '/') httpUrl.pathname = '/graphql'
  const socketUrl = new URL(httpUrl)
  socketUrl.protocol = httpUrl.protocol === 'https:' ? 'wss:' : 'ws:'
  const tokens = createTokenCache(options.token, now)
  const posting = createPosting(options.tls)
  const open = new Set<{ close(): void }>()
  let renewal: NodeJS.Timeout | undefined
  let silence: NodeJS.Timeout | undefined
  let closed = false

  const socket = createClient({
    url: socketUrl.href,
    webSocketImpl: socketsWith(options.tls),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: retries => pause(backoff(retries, RETRY_AFTER_MS)),
    connectionAckWaitTimeout: REQUEST_WITHIN_MS,
    keepAlive: PING_EVERY_MS,
    async connectionParams() {
      const token = await tokens.current()
      return { token }
    },
    on: {
      connected: connection => void keepToken(connection as WebSocket),
      ping(received) {
        if (received) return
        clearTimeout(silence)
        silence = setTimeout(() => socket.terminate(), PONG_WITHIN_MS)
      },
      pong: () => clearTimeout(silence),
      closed(event) {
        clearTimeout(renewal)
        clearTimeout(silence)
        const { code, reason } = event as { code?: number; reason?: string }
        // A token that was refused isn't offered again.
        if (code === 4403) tokens.forget()
        if (!closed && code !== 1000) logger.info({ code, reason }, 'the connection to the API was closed')
      },
    },
  })

  /** Renews the token of an open connection before it ends. */
  async function keepToken(connection: WebSocket): Promise<void> {
    const renewAt = tokens.renewAt(await tokens.current())
    if (renewAt === undefined) return
    const tell = async () => {
      try {
        const token = await tokens.renew()
        if (connection.readyState !== connection.OPEN) return
        connection.send(JSON.stringify({ type: 'ping', payload: { token } }))
        schedule(tokens.renewAt(token))
      } catch (error) {
        logger.warn({ err: error }, 'there is no new token yet')
        schedule(now() + 1_000)
      }
    }
    const schedule = (at: number | undefined) => {
      clearTimeout(renewal)
      if (at === undefined || connection.readyState !== connection.OPEN) return
      // At least a moment, so that a token with a short life doesn't spin.
      renewal = setTimeout(tell, Math.min(Math.max(at - now(), 200), 86_400_000))
    }
    schedule(renewAt)
  }

  async function send<Data>(query: string, variables: object, token: string): Promise<Answer<Data>> {
    try {
      const { status, body } = await posting.post(httpUrl, {
        headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ query, variables }),
        withinMs: REQUEST_WITHIN_MS,
      })
      if (body === undefined) throw new Error(`what was answered with ${status} is no JSON`)
      return body as Answer<Data>
    } catch (cause) {
      throw new GraphqlRequestError('NO_ANSWER', 'the API did not answer', [], { cause })
    }
  }

  return {
    async request<Data, Variables extends object>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
    ): Promise<Data> {
      const query = textOf(document)
      let answer = await send<Data>(query, variables, await tokens.current())
      if (answer.errors?.[0]?.extensions?.code === 'UNAUTHENTICATED') {
        answer = await send<Data>(query, variables, await tokens.renew())
      }
      const [error] = answer.errors ?? []
      if (error || !answer.data) {
        const code = String(error?.extensions?.code ?? 'NO_ANSWER')
        throw new GraphqlRequestError(code, error?.message ?? 'there was no data', answer.errors ?? [])
      }
      return answer.data
    },

    subscribe<Data, Variables extends object>(
      document: TypedDocumentNode<Data, Variables>,
      variables: Variables,
      handlers: { next(data: Data): void },
    ) {
      const query = textOf(document)
      let failures = 0
      let ended = false
      let current = 0
      let again: NodeJS.Timeout | undefined
      let dispose = () => {}

      /** Ends this attempt and begins another after a pause. */
      const retry = (attempt: number, fields: object) => {
        if (ended || attempt !== current) return
        current += 1
        dispose()
        logger.warn(fields, 'a subscription broke and begins again')
        again = setTimeout(begin, backoff(failures, RETRY_AFTER_MS))
        failures += 1
      }
      /** Ends this attempt; what the other rights show is told anew, from the beginning. */
      const startOver = (attempt: number) => {
        // Once at once; whoever is told nothing but that, again and again, waits in between.
        if (failures > 0) return retry(attempt, { codes: ['RIGHTS_CHANGED'] })
        if (ended || attempt !== current) return
        current += 1
        failures += 1
        dispose()
        logger.info({}, 'the rights of a subscription have changed, it begins anew')
        begin()
      }
      const begin = () => {
        const attempt = current
        dispose = socket.subscribe<Data>(
          { query, variables: variables as Record<string, unknown> },
          {
            next(result) {
              if (ended || attempt !== current) return
              if (result.errors || !result.data) {
                retry(attempt, { codes: result.errors?.map(error => error.extensions?.code) })
                return
              }
              failures = 0
              handlers.next(result.data)
            },
            error(fault) {
              if (codesOf(fault)?.includes('RIGHTS_CHANGED')) startOver(attempt)
              else retry(attempt, describe(fault))
            },
            complete: () => retry(attempt, { reason: 'completed by the API' }),
          },
        )
      }
      const subscription = {
        close() {
          ended = true
          clearTimeout(again)
          dispose()
          open.delete(subscription)
        },
      }
      open.add(subscription)
      begin()
      return subscription
    },

    close() {
      closed = true
      for (const subscription of open) subscription.close()
      clearTimeout(renewal)
      clearTimeout(silence)
      posting.close()
      void Promise.resolve(socket.dispose()).catch(() => {})
    },
  }
}

/** Sockets that are opened with a certificate of ours; the protocol's client knows none. */
function socketsWith(tls: ApiTls | undefined): typeof WebSocket {
  if (!tls) return WebSocket
  return class extends WebSocket {
    constructor(address: string | URL, protocols?: string | string[]) {
      super(address, protocols, tlsOptions(tls))
    }
  } as typeof WebSocket
}

const texts = new WeakMap<DocumentNode, string>()

function textOf(document: DocumentNode): string {
  let text = texts.get(document)
  if (text === undefined) {
    text = print(document)
    texts.set(document, text)
  }
  return text
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

/** The codes of an operation's errors; undefined where it is something else that went wrong. */
function codesOf(fault: unknown): unknown[] | undefined {
  if (!Array.isArray(fault)) return undefined
  return fault.map((error: GraphQLFormattedError) => error.extensions?.code ?? error.message)
}

/** Why a subscription ended: errors of the operation, a close event, or a fault of the connection. */
function describe(fault: unknown): object {
  const codes = codesOf(fault)
  if (codes) return { codes }
  if (fault instanceof Error) return { err: fault }
  const { code, reason } = (fault ?? {}) as { code?: number; reason?: string }
  return { code, reason }
}
