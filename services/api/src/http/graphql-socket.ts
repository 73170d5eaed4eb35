import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Logger } from '@sightline/logging/logging'
import { createTurns, type Turns } from '@sightline/waiting/turns'
import { type ExecutionArgs, GraphQLError, type GraphQLSchema } from 'graphql'
import { handleProtocols, makeServer } from 'graphql-ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { type AccessControl, callerOf, refusalOf } from '../access/access-control.ts'
import type { AccessFollower } from '../access/follower.ts'
import { mayDo } from '../access/permissions.ts'
import { TokenRefusedError, type VerifiedToken, type VerifyToken } from '../access/tokens.ts'
import { forbidden } from '../context.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import { leastCost } from '../operations/cost.ts'
import { deliverChanges } from '../operations/deliver.ts'
import { shownError } from '../operations/errors.ts'
import { limits } from '../operations/limits.ts'
import {
  type OperationCost,
  type OperationPreparation,
  OperationRefusedError,
} from '../operations/prepare.ts'
import { type RequestContexts, traceIdOf, traceparentOf } from '../request-contexts.ts'
import { isUnavailable } from '../unavailable.ts'
import { clientAddresses } from './client-address.ts'
import { isOwnOrigin } from './origin.ts'
import { createSession, type Session, type SessionEnd } from './socket-session.ts'

/** What a socket carries beside the protocol's own state. */
interface Extra {
  socket: WebSocket
  request: IncomingMessage
  /** Where it comes from. */
  address: string | undefined
  session: Session
  turns: Turns
  logger: Logger
  /** What the message says that is being made; one at a time. */
  telling: Record<string, unknown> | null | undefined
}

/** Close codes beyond those of the protocol. 4403 is what clients come back from, with another token. */
const GOING_AWAY = 1001
const TRY_AGAIN_LATER = 1013
const FORBIDDEN = 4403
const INTERNAL_ERROR = 4500

/** Subscriptions over graphql-transport-ws. */
export interface GraphqlSocket {
  /** Takes an upgrade of the HTTP server. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Closes all sockets; clients come back to another instance, or to this one once it is up again. */
  close(): Promise<void>
}

/**
 * The socket of `/graphql`: subscriptions only, prepared by the same function as operations over HTTP. The first
 * message brings a token; a ping with a new one of the same session moves the end. The acknowledgement's payload tells
 * the `position` from which on changes of rights are told.
 *
 * A message is sent when the one before it was handed to the network, and a change is read when it can be sent:
 * a subscriber that stops reading holds up nobody but itself.
 *
 * @param settings.keepAliveMs how often the other side must show that it lives
 */
export function graphqlSocket(deps: {
  schema: GraphQLSchema
  preparation: OperationPreparation
  contexts: RequestContexts
  access: AccessControl
  follower: Pick<AccessFollower, 'watch' | 'reach' | 'catchUp' | 'position'>
  verifyToken: VerifyToken
  requestLimits: RequestLimits
  allowedOrigins: readonly string[]
  trustedProxies: readonly string[]
  settings: { initWaitMs: number; keepAliveMs: number }
  now: () => Date
  logger: Logger
}): GraphqlSocket {
  const {
    schema,
    preparation,
    contexts,
    access,
    follower,
    verifyToken,
    requestLimits,
    settings,
    now,
    logger,
  } = deps
  const addressOf = clientAddresses(deps.trustedProxies)
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.socketMessageBytes,
    perMessageDeflate: false,
    autoPong: false,
    clientTracking: true,
    handleProtocols,
  })

  /** What subscriptions cost whose first answer has yet to tell it. */
  const untoldCosts = new WeakMap<ExecutionArgs, OperationCost>()
  const shownWith = (extra: Extra) => ({ traceId: traceIdOf(extra.session.traceparent), logger })

  const protocol = makeServer<{ token?: unknown }, Extra>({
    connectionInitWaitTimeout: settings.initWaitMs,
    async onConnect({ connectionParams, extra }) {
      const verified = await verify(connectionParams?.token, extra)
      if (!verified) return false
      const caller = callerOf(verified, extra.address)
      try {
        requestLimits.takeOf(verified.principal, leastCost)
        const standing = await access.standing(caller)
        if ('none' in standing) throw refusalOf(standing)
        if (extra.socket.readyState !== extra.socket.OPEN) return false
        extra.socket.once('close', requestLimits.openSocketOf(verified.principal))
      } catch (error) {
        turnOut(error, extra.socket)
        return false
      }
      extra.session.begin(verified, caller)
      // From here on every change of rights is told. What was asked over HTTP before may be older than that.
      return { position: contexts.positionsOf(verified.principal).encode(follower.position) }
    },
    async onPing({ extra }, payload) {
      if (payload?.token === undefined) return
      try {
        // Strangers renew nothing, and make no work by it.
        if (extra.session.principal.kind === 'anonymous') throw forbidden()
        requestLimits.takeOf(extra.session.principal, leastCost)
      } catch (error) {
        turnOut(error, extra.socket)
        return
      }
      const verified = await verify(payload.token, extra)
      if (verified && !extra.session.renew(verified)) sayGoodbye(extra.socket, FORBIDDEN, 'Another session')
    },
    async onSubscribe({ extra, subscriptions }, _id, payload) {
      const { principal } = extra.session
      try {
        if (Object.keys(subscriptions).length > limits.subscriptionsPerSocket) throw tooManySubscriptions()
        const codec = contexts.positionsOf(principal)
        const prepared = await preparation.prepare(payload, {
          principal,
          allowed: ['subscription'],
          take: points => requestLimits.takeOf(principal, points),
          async permit(actions, positions) {
            for (const position of positions) await follower.reach(codec.decode(position))
            const may = () => actions.every(({ kind, name }) => mayDo(extra.session.rights, kind, name))
            if (extra.session.gate?.check() !== 'open' || !may()) await follower.catchUp()
            const { rights, gate } = extra.session
            if (!may() || !rights || !gate) throw forbidden()
            return { rights, gate }
          },
        })
        const { context } = contexts.open({
          principal,
          ...prepared.permit,
          remoteAddress: extra.address ?? '',
          traceparent: extra.session.traceparent,
          logger: extra.logger,
          socketTurns: extra.turns,
        })
        const args: ExecutionArgs = {
          schema,
          document: prepared.document,
          operationName: prepared.operationName,
          variableValues: prepared.variables,
          contextValue: context,
        }
        untoldCosts.set(args, prepared.cost)
        return args
      } catch (error) {
        if (error instanceof OperationRefusedError) return [...error.errors]
        return [
          error instanceof GraphQLError
            ? error
            : new GraphQLError('fault', { originalError: error as Error }),
        ]
      }
    },
    subscribe: deliverChanges,
    onNext({ extra }, _id, _payload, args, result) {
      extra.telling = result.data
      const cost = untoldCosts.get(args)
      untoldCosts.delete(args)
      if (!result.errors && !cost) return undefined
      return {
        ...result,
        ...(result.errors && { errors: result.errors.map(error => shownError(error, shownWith(extra))) }),
        ...(cost && { extensions: { cost } }),
      } as never
    },
    onError({ extra }, _id, _payload, errors) {
      return errors.map(error => shownError(error, shownWith(extra))) as never
    },
  })

  /** The token, if it counts; otherwise the socket is closed and why is in the log. */
  async function verify(
    token: unknown,
    { socket, request }: Pick<Extra, 'socket' | 'request'>,
  ): Promise<VerifiedToken | undefined> {
    try {
      if (typeof token !== 'string') throw new TokenRefusedError('there is no token')
      return await verifyToken(token, request)
    } catch (error) {
      turnOut(error, socket)
      return undefined
    }
  }

  /** Closes the socket of somebody who may not be here, or of whom nobody can say it. */
  function turnOut(error: unknown, socket: WebSocket): void {
    if (error instanceof GraphQLError && error.extensions.code === 'TOO_MANY_REQUESTS') {
      sayGoodbye(socket, TRY_AGAIN_LATER, 'Try again later')
      return
    }
    if (error instanceof TokenRefusedError || error instanceof GraphQLError) {
      sayGoodbye(socket, FORBIDDEN, 'Forbidden')
      return
    }
    if (isUnavailable(error)) logger.warn({ err: error }, 'a socket could not be opened')
    else logger.error({ err: error }, 'a socket could not be opened')
    sayGoodbye(socket, TRY_AGAIN_LATER, 'Try again later')
  }

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    const session = createSession({
      traceparent: traceparentOf(request.headers.traceparent),
      access: follower,
      positionFor: (principal, position) => contexts.positionsOf(principal).encode(position),
      now,
      onEnd: why => sayGoodbye(socket, ...sessionEnds[why]),
    })
    let handle: ((data: string) => Promise<void>) | undefined
    const extra: Extra = {
      socket,
      request,
      address: addressOf(request),
      session,
      turns: createTurns(1),
      logger: logger.child({ traceId: traceIdOf(session.traceparent) }),
      telling: undefined,
    }
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send(data) {
          // The message is text now. Whoever made it keeps hold of the result until it has left, which may be never.
          for (const field of Object.keys(extra.telling ?? {})) delete extra.telling![field]
          return sendWhole(socket, data)
        },
        close: (code, reason) => sayGoodbye(socket, code, reason),
        onMessage(listener) {
          handle = listener
        },
        // The usual answer repeats the ping's payload, which may be a token.
        onPing: () => sendWhole(socket, '{"type":"pong"}'),
      },
      extra,
    )
    socket.on('ping', data => {
      pauseUnlessRead(socket)
      socket.pong(data, false, () => resumeOnceRead(socket))
    })
    socket.on('message', data => {
      // Whoever was told goodbye may talk on for as long as the goodbye takes; nobody listens.
      if (socket.readyState !== socket.OPEN) return
      pauseUnlessRead(socket)
      handle?.(data.toString()).catch(error => {
        logger.error({ err: error }, 'a message on a socket could not be handled')
        sayGoodbye(socket, INTERNAL_ERROR, 'Internal error')
      })
    })
    const alive = keepAlive(socket, settings.keepAliveMs)
    // What arrives broken or too large closes the socket with the fitting code by itself.
    socket.on('error', error => logger.info({ fault: error.message }, 'a socket broke'))
    socket.once('close', (code, reason) => {
      clearInterval(alive)
      session.end()
      closed(code, reason.toString()).catch(error => {
        logger.error({ err: error }, 'a socket could not be put away')
      })
    })
  })

  return {
    upgrade(request, socket, head) {
      socket.on('error', () => socket.destroy())
      // Taken apart by hand: no parser has a say in what a stranger may write here.
      if (request.url?.split('?', 1)[0] !== '/graphql') return turnAway(socket, '404 Not Found')
      if (!requestLimits.takeUpgradeOf(addressOf(request))) return turnAway(socket, '429 Too Many Requests')
      if (!isOwnOrigin(request, deps.allowedOrigins)) return turnAway(socket, '403 Forbidden')
      sockets.handleUpgrade(request, socket, head, opened => sockets.emit('connection', opened, request))
    },
    async close() {
      const gone = [...sockets.clients].map(
        socket =>
          new Promise<void>(resolve => {
            socket.once('close', () => resolve())
            sayGoodbye(socket, GOING_AWAY, 'Going away')
          }),
      )
      await Promise.all(gone)
      sockets.close()
    },
  }
}

/** Resolves when the message was handed to the network: with a slow reader, when it has read what came before. */
function sendWhole(socket: WebSocket, data: string): Promise<void> {
  return new Promise((resolve, reject) => {
    if (socket.readyState !== socket.OPEN) return resolve()
    socket.send(data, error => {
      resumeOnceRead(socket)
      if (error) reject(error)
      else resolve()
    })
  })
}

/** Unsent bytes from which on a socket isn't listened to: whoever asks without reading gets no more answers. */
const UNREAD_BYTES = 64 * 1024

function pauseUnlessRead(socket: WebSocket): void {
  if (socket.bufferedAmount > UNREAD_BYTES) socket.pause()
}

function resumeOnceRead(socket: WebSocket): void {
  if (socket.isPaused && socket.bufferedAmount <= UNREAD_BYTES) socket.resume()
}

/** Ends a socket whose other side doesn't answer from one look to the next. */
function keepAlive(socket: WebSocket, everyMs: number): NodeJS.Timeout {
  let answered = true
  socket.on('pong', () => {
    answered = true
  })
  return setInterval(() => {
    if (!answered) return socket.terminate()
    answered = false
    if (socket.readyState === socket.OPEN) socket.ping()
  }, everyMs)
}

/** How a socket is told that it ends. */
const sessionEnds: Record<SessionEnd, [code: number, reason: string]> = {
  'token ended': [FORBIDDEN, 'The token has ended'],
  'rights ended': [FORBIDDEN, 'The rights have ended'],
  'rights unknown': [TRY_AGAIN_LATER, 'Try again later'],
}

/** Closes a socket; whoever doesn't answer the goodbye isn't waited for. */
function sayGoodbye(socket: WebSocket, code?: number, reason?: string): void {
  socket.close(code, reason)
  setTimeout(() => socket.terminate(), 1_000).unref()
}

function turnAway(socket: Duplex, status: string): void {
  // Nobody reads it any more, so whoever keeps his half open would keep all of it.
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

function tooManySubscriptions(): GraphQLError {
  return new GraphQLError(`A socket carries ${limits.subscriptionsPerSocket} subscriptions at most`, {
    extensions: { code: 'TOO_MANY_SUBSCRIPTIONS' },
  })
}
