import { createHash } from 'node:crypto'
import { uuid } from '@sightline/contracts/identifiers'
import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import express, { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import type { AccessControl } from '../access/access-control.ts'
import { NOWHERE } from '../access/addresses.ts'
import type { ClientCertificates } from '../http/client-certificates.ts'
import { type Limiter, networkOf } from '../limits/rate-limits.ts'
import { sendProblem } from '../problem.ts'
import type { TokenIssuer } from '../tokens/token-issuer.ts'
import { type AgentCredential, confirmCredential, credentialOfSecret } from './credentials.ts'
import { isPairedWith } from './pairing.ts'

/** The agent's own secret: 32 bytes in base64url. */
const tokenRequest = z.object({ agentId: uuid, secret: z.string().regex(/^[A-Za-z0-9_-]{43}$/) })

/**
 * `POST /agent/token` with `{agentId, secret}` answers `{token, expiresAt}`: a machine token of the agent with
 * its tenant, bound to the certificate that the connection has shown, if any. Unknown, not yet paired and wrong answer
 * alike: 401. Errors are problem details (RFC 9457).
 */
export function agentTokenRoute(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  tokens: Pick<TokenIssuer, 'machineToken'>
  certificates: ClientCertificates
  /** How long a token lasts, ms. */
  agentTokenMs: number
  /** Requests by network address. */
  requests: Limiter
  access: Pick<AccessControl, 'standing'>
  logger: Logger
}): Router {
  const { eventLog, database, tokens, certificates, agentTokenMs, requests, access, logger } = deps

  /** A credential counts once AgentPaired that names it is in the log. */
  async function isPaired(credential: AgentCredential): Promise<boolean> {
    if (credential.confirmed) return true
    if (!(await isPairedWith(eventLog, credential))) return false
    await confirmCredential(database, credential)
    return true
  }

  const answer: RequestHandler = async (request, response) => {
    if (!(await requests.take(networkOf(request.ip ?? '')))) {
      response.set('retry-after', '30')
      return sendProblem(response, 429, 'Too many requests')
    }
    const parsed = tokenRequest.safeParse(request.body)
    if (!parsed.success) return sendProblem(response, 400, 'Bad request', 'agentId and secret are needed')
    const certificate = certificates.of(request)
    if (certificate === undefined && certificates.neededByMachines) {
      return sendProblem(response, 400, 'Bad request', 'A client certificate is needed')
    }
    const { agentId, secret } = parsed.data
    const hash = createHash('sha256').update(Buffer.from(secret, 'base64url')).digest('hex')
    const credential = await credentialOfSecret(database, agentId, hash)
    if (!credential || !(await isPaired(credential))) return sendProblem(response, 401, 'Not paired')
    const { tenantId } = credential
    const standing = await access.standing({
      principal: { kind: 'agent', tenantId, id: agentId },
      sessionId: null,
      keyId: credential.credentialId,
      address: request.ip ?? NOWHERE,
    })
    if ('none' in standing) return sendProblem(response, 401, 'Not paired')

    const { token, expiresAt } = await tokens.machineToken({
      kind: 'agent',
      subjectId: agentId,
      tenantId,
      keyId: credential.credentialId,
      certificate,
      lifeMs: agentTokenMs,
    })
    response.set('cache-control', 'no-store').json({ token, expiresAt: expiresAt.toISOString() })
  }

  const router = Router()
  router.post('/agent/token', express.json({ limit: '2kb' }), (request, response, next) => {
    Promise.resolve(answer(request, response, next)).catch(error => {
      logger.error({ err: error }, 'an agent got no token')
      if (!response.headersSent) sendProblem(response, 503, 'Temporarily unavailable')
    })
  })
  return router
}
