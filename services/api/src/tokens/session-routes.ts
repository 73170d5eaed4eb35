import { uuid } from '@sightline/contracts/identifiers'
import type { Logger } from '@sightline/logging/logging'
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express'
import { z } from 'zod'
import { type Limiter, networkOf } from '../limits/rate-limits.ts'
import { sendProblem } from '../problem.ts'
import { isUnavailable } from '../unavailable.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { HeldSession, SessionRefusal, Sessions } from './sessions.ts'

/** Says that a request was meant: no form and no picture sends it, and a script of another origin must ask first. */
export const SESSION_HEADER = 'x-sightline-session'

const refusals: Record<SessionRefusal, { status: number; title: string }> = {
  over: { status: 401, title: 'The session is over' },
  // The cookie has been renewed by another tab, whose answer brought it.
  refreshed: { status: 409, title: 'refreshed' },
  'no access': { status: 403, title: 'No access' },
}

const startRequest = z.strictObject({ secret: z.string().max(200), tenantId: uuid.nullable().optional() })
const refreshRequest = z.strictObject({ tenantId: uuid.nullable().optional() })

/**
 * The three routes that a session is started, refreshed and ended by, and the only ones that look at its cookie. They
 * answer the pages of listed origins alone. `POST /session/start` takes `{secret, tenantId?}` of a sign-in link,
 * and ends the one that the browser had, `POST /session/refresh` `{tenantId?}`; both answer the access token in the body and the refresh token as the
 * cookie. Errors are problem details (RFC 9457).
 *
 * @param deps.origins the origins of the installation's own pages, `https://host[:port]`
 * @param deps.starts requests to start a session, by network address
 * @param deps.refreshes requests to refresh or end one, by network address
 */
export function sessionRoutes(deps: {
  sessions: Sessions
  cookie: SessionCookie
  origins: () => readonly string[]
  starts: Limiter
  refreshes: Limiter
  logger: Logger
}): Router {
  const { sessions, cookie, origins, starts, refreshes, logger } = deps

  const fromOwnPage: RequestHandler = (request, response, next) => {
    const { origin } = request.headers
    if (origin === undefined || !origins().includes(origin) || request.headers[SESSION_HEADER] !== '1') {
      return sendProblem(response, 403, 'Forbidden', 'Sessions are for the pages of listed origins')
    }
    next()
  }

  function send(response: Response, held: HeldSession | SessionRefusal): void {
    if (typeof held === 'string') {
      // The cookie stays: it may be another tab's newer one.
      const { status, title } = refusals[held]
      sendProblem(response, status, title)
      return
    }
    const { session, access, systemAdministrator, tenantIds } = held
    cookie.set(response, held.refreshToken, session.expiresAt)
    response.set('cache-control', 'no-store').json({
      accessToken: access.token,
      expiresAt: access.expiresAt.toISOString(),
      sessionId: session.sessionId,
      sessionExpiresAt: session.expiresAt.toISOString(),
      userId: session.userId,
      tenantId: session.tenantId,
      tenantIds,
      systemAdministrator,
    })
  }

  const start = async (request: Request, response: Response) => {
    const asked = startRequest.safeParse(request.body)
    if (!asked.success) return sendProblem(response, 400, 'Bad request', 'secret is needed')
    const held = await sessions.start(asked.data.secret, asked.data.tenantId)
    const before = cookie.read(request)
    // Its cookie is replaced: nobody could end it any more.
    if (before !== undefined && typeof held !== 'string') {
      await sessions.signOut(before).catch(error => {
        logger.error({ err: error }, 'a session that was replaced could not be ended')
      })
    }
    send(response, held)
  }

  const refresh = async (request: Request, response: Response) => {
    const asked = refreshRequest.safeParse(request.body ?? {})
    if (!asked.success) return sendProblem(response, 400, 'Bad request')
    const refreshToken = cookie.read(request)
    if (refreshToken === undefined) return sendProblem(response, 401, 'There is no session')
    send(response, await sessions.refresh(refreshToken, asked.data.tenantId))
  }

  const end = async (request: Request, response: Response) => {
    const refreshToken = cookie.read(request)
    if (refreshToken !== undefined) await sessions.signOut(refreshToken)
    cookie.clear(response)
    response.set('cache-control', 'no-store').status(204).end()
  }

  const counted =
    (limiter: Limiter): RequestHandler =>
    async (request, response, next) => {
      if (await limiter.take(networkOf(request.ip ?? ''))) return next()
      response.set('retry-after', '60')
      sendProblem(response, 429, 'Too many requests')
    }

  const onFault: ErrorRequestHandler = (error, _request, response, next) => {
    if (!isUnavailable(error) || response.headersSent) return next(error)
    logger.error({ err: error }, 'a session could not be looked after')
    response.set('retry-after', '2')
    sendProblem(response, 503, 'Temporarily unavailable')
  }

  const json = express.json({ limit: '2kb' })
  const router = Router()
  router.post('/session/start', fromOwnPage, counted(starts), json, start, onFault)
  router.post('/session/refresh', fromOwnPage, counted(refreshes), json, refresh, onFault)
  router.post('/session/end', fromOwnPage, counted(refreshes), end, onFault)
  return router
}
