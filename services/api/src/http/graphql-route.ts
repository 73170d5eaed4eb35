import { ApolloServer } from '@apollo/server'
import { expressMiddleware } from '@as-integrations/express5'
import type { Logger } from '@sightline/logging/logging'
import express, { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express'
import { GraphQLError, type GraphQLSchema } from 'graphql'
import { type AccessControl, callerOf } from '../access/access-control.ts'
import type { VerifyToken } from '../access/tokens.ts'
import { badRequest, type Principal, type RequestContext } from '../context.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import { shownError } from '../operations/errors.ts'
import { limits } from '../operations/limits.ts'
import {
  type IncomingOperation,
  type OperationPreparation,
  OperationRefusedError,
} from '../operations/prepare.ts'
import type { ReadYourWrites } from '../reading/read-your-writes.ts'
import type { Snapshot } from '../reading/snapshot.ts'
import { type RequestContexts, readerOf, traceIdOf, traceparentOf } from '../request-contexts.ts'
import { isUnavailable } from '../unavailable.ts'
import { tokenOf } from './bearer.ts'

/** Apollo Server copies the context, so what ends with an operation travels within it. */
interface OperationContext extends RequestContext {
  snapshot: Snapshot
}

/** What lives for one request. */
interface RequestLocals {
  traceparent: string
  logger: Logger
  context?: OperationContext
}

/**
 * `POST /graphql`: queries and mutations, one a request. What may be executed is decided before Apollo Server
 * sees it, by the same function as on the socket.
 */
export async function graphqlRoute(deps: {
  schema: GraphQLSchema
  preparation: OperationPreparation
  contexts: RequestContexts
  access: AccessControl
  readYourWrites: ReadYourWrites
  verifyToken: VerifyToken
  requestLimits: RequestLimits
  logger: Logger
}): Promise<{ router: Router; close(): Promise<void> }> {
  const { schema, preparation, contexts, access, readYourWrites, verifyToken, requestLimits, logger } = deps

  const apollo = new ApolloServer<OperationContext>({
    schema,
    introspection: true,
    // Everything that comes here was parsed and checked already.
    documentStore: {
      get: async key => preparation.preparedDocument(key.slice(key.lastIndexOf(':') + 1)),
      set: async () => {},
      delete: async () => true,
    },
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: limits.tokens },
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // The plugin below says more; this stands for what fails before a request has its context.
    formatError: formatted =>
      formatted.extensions?.code === 'INTERNAL_SERVER_ERROR'
        ? { message: 'Internal error', extensions: { code: 'INTERNAL' } }
        : formatted,
    logger: {
      debug: () => {},
      info: () => {},
      warn: message => logger.warn({ detail: String(message) }, 'the GraphQL server warns'),
      error: message => logger.error({ detail: String(message) }, 'the GraphQL server failed'),
    },
    plugins: [
      {
        async requestDidStart() {
          return {
            async willSendResponse({ contextValue, errors, response }) {
              await contextValue.snapshot.finish()
              if (!errors || response.body.kind !== 'single') return
              const { traceparent, logger } = contextValue
              const shownWith = { traceId: traceIdOf(traceparent), logger }
              response.body.singleResult.errors = errors.map(error => shownError(error, shownWith))
            },
          }
        },
      },
    ],
  })
  await apollo.start()

  const begin: RequestHandler = (request, response, next) => {
    const traceparent = traceparentOf(request.headers.traceparent)
    const locals: RequestLocals = {
      traceparent,
      logger: logger.child({ traceId: traceIdOf(traceparent) }),
    }
    Object.assign(response.locals, locals)
    response.set('cache-control', 'no-store')
    next()
  }

  const prepare: RequestHandler = async (request, response, next) => {
    const locals = response.locals as RequestLocals
    const token = await tokenOf(request, verifyToken)
    const principal: Principal = token?.principal ?? { kind: 'anonymous' }
    requestLimits.takeOf(principal, response)
    const body: unknown = request.body
    if (Array.isArray(body)) throw badRequest('Several operations in one request are not accepted')
    if (typeof body !== 'object' || body === null) {
      throw badRequest('The body must be a JSON object, content-type application/json')
    }
    const operation = preparation.prepare(body as IncomingOperation, {
      principal,
      allowed: ['query', 'mutation'],
    })
    const codec = contexts.positionsOf(principal)
    const atLeast = furthest(operation.positions.map(position => codec.decode(position)))
    const caller = token && callerOf(token, request.ip)
    const rights = await access.require(caller, operation.actions, { atLeast })
    const opened = contexts.open({
      principal,
      rights,
      remoteAddress: request.ip ?? '',
      traceparent: locals.traceparent,
      logger: locals.logger,
    })
    locals.context = { ...opened.context, snapshot: opened.snapshot }
    // Whoever reads no tenant's rows waits for the same rows, which the role of machines sees come.
    const reader = readerOf(principal, rights) ?? ({ kind: 'machine' } as const)
    if (atLeast !== undefined) await readYourWrites.reach(reader, atLeast, codec)
    next()
  }

  const refuse: ErrorRequestHandler = (error, _request, response, _next) => {
    const { traceparent, logger: requestLogger } = response.locals as RequestLocals
    const shownWith = { traceId: traceIdOf(traceparent), logger: requestLogger }
    const known = error instanceof OperationRefusedError ? error.errors : [bodyError(error) ?? error]
    const shown = known.map(each => shownError(each, shownWith))
    sendErrors(response, statusOf(known[0]), shown)
  }

  const router = Router()
  router.post(
    '/graphql',
    begin,
    express.json({ limit: limits.httpBodyBytes, strict: false }),
    prepare,
    expressMiddleware(apollo, {
      context: async ({ res }) => (res.locals as RequestLocals).context!,
    }) as unknown as RequestHandler,
  )
  router.all('/graphql', begin, (_request, response) => {
    response.set('allow', 'POST')
    throw new GraphQLError('Operations are sent by POST; subscriptions over a WebSocket', {
      extensions: { code: 'METHOD_NOT_ALLOWED', http: { status: 405 } },
    })
  })
  router.use('/graphql', refuse)
  return { router, close: () => apollo.stop() }
}

function furthest(positions: readonly bigint[]): bigint | undefined {
  return positions.length === 0 ? undefined : positions.reduce((one, other) => (one > other ? one : other))
}

/** When whoever met something unavailable may try again, s. */
const RETRY_AFTER_S = '2'

function sendErrors(response: Response, status: number, errors: readonly object[]): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  if (status === 503) response.set('retry-after', RETRY_AFTER_S)
  response.status(status).json({ errors })
}

/** The HTTP status that an error asks for; a fault is the server's. */
function statusOf(error: unknown): number {
  if (!(error instanceof GraphQLError)) return isUnavailable(error) ? 503 : 500
  const http = error.extensions.http as { status?: number } | undefined
  return http?.status ?? 400
}

/** What the body's parser says, as an error for the caller; undefined where it is none of its. */
function bodyError(error: unknown): GraphQLError | undefined {
  if (!(error instanceof Error) || !('type' in error) || !('status' in error)) return undefined
  const status = Number(error.status)
  if (status === 413) {
    return new GraphQLError(`The request is larger than ${limits.httpBodyBytes} bytes`, {
      extensions: { code: 'OPERATION_TOO_LARGE', http: { status } },
    })
  }
  if (status >= 400 && status < 500) {
    return new GraphQLError('The body is no JSON', { extensions: { code: 'BAD_REQUEST', http: { status } } })
  }
  return undefined
}
