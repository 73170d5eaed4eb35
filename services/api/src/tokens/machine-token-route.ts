import { machineStreamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import express, {
  type ErrorRequestHandler,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express'
import { z } from 'zod'
import { allowedAddresses } from '../access/addresses.ts'
import type { ClientCertificates } from '../http/client-certificates.ts'
import { type Limiter, networkOf } from '../limits/rate-limits.ts'
import { isUnavailable } from '../unavailable.ts'
import { type ApiKeyRow, findApiKey, noteKeyUsed } from './api-key-rows.ts'
import { type ParsedApiKey, parseApiKey, sameHash } from './api-keys.ts'
import type { TokenIssuer } from './token-issuer.ts'

const form = z.object({
  grant_type: z.string(),
  client_id: z.string().max(200).optional(),
  client_secret: z.string().max(200).optional(),
})

/** What a refused key is compared with, so that the answer takes as long as for one that is there. */
const NO_HASH = new Uint8Array(32)

/**
 * `POST /oauth/token`: OAuth 2 client credentials (RFC 6749, 4.4). The client's id is the key's id, its secret the whole
 * API key, as HTTP Basic or in the form; the answer is a machine token of the key's machine. Unknown, revoked, expired
 * keys and those from elsewhere are answered alike: 401 `invalid_client`. Over a connection with a client's certificate
 * the token is bound to it (RFC 8705, 3); without one, where machines need it, nobody gets any: 400 `invalid_request`.
 *
 * @param deps.requests requests by network address
 * @param deps.machineTokenMs how long a token lasts; never longer than its key
 */
export function machineTokenRoute(deps: {
  eventLog: Pick<EventLog, 'readStream'>
  database: Pick<Database, 'inOps'>
  tokens: Pick<TokenIssuer, 'machineToken'>
  certificates: ClientCertificates
  requests: Limiter
  machineTokenMs: number
  now: () => Date
  logger: Logger
}): Router {
  const { eventLog, database, tokens, certificates, requests, machineTokenMs, now, logger } = deps

  /** A key counts once the event of its issue is in the log, and until that of its end is. */
  async function isTold({ tenantId, subjectId, keyId }: ApiKeyRow): Promise<boolean> {
    const events = await eventLog.readStream(machineStreamName(tenantId, subjectId))
    const ofKey = events.filter(
      event =>
        (event.type === 'ApiKeyIssued' || event.type === 'ApiKeyRevoked') && event.data.keyId === keyId,
    )
    return ofKey.at(-1)?.type === 'ApiKeyIssued'
  }

  async function keyThatCounts(shown: ParsedApiKey, address: string): Promise<ApiKeyRow | undefined> {
    const key = await database.inOps('ops_api', null, sql => findApiKey(sql, shown.keyId))
    const same = sameHash(key?.secretHash ?? NO_HASH, shown.hash)
    if (!key || !same || key.kind !== shown.kind || key.revoked || key.expiresAt <= now()) return undefined
    const allowed = allowedAddresses(key.addresses)
    if (allowed && !allowed.has(address)) return undefined
    return (await isTold(key)) ? key : undefined
  }

  async function answer(request: Request, response: Response): Promise<void> {
    const asked = form.safeParse(request.body)
    if (!asked.success) return refuse(response, 400, 'invalid_request')
    if (asked.data.grant_type !== 'client_credentials') {
      return refuse(response, 400, 'unsupported_grant_type')
    }
    const certificate = certificates.of(request)
    if (certificate === undefined && certificates.neededByMachines) {
      return refuse(response, 400, 'invalid_request', 'a client certificate is needed')
    }
    const client = clientOf(request, asked.data)
    if (!client) return refuse(response, 400, 'invalid_request')
    const shown = parseApiKey(client.secret)
    const key = shown && shown.keyId === client.id ? await keyThatCounts(shown, request.ip ?? '') : undefined
    if (!key) return refuse(response, 401, 'invalid_client')
    await database.inOps('ops_api', key.tenantId, sql => noteKeyUsed(sql, key.keyId, now()))
    const { kind, subjectId, tenantId, keyId, expiresAt } = key
    const issued = await tokens.machineToken({
      kind,
      subjectId,
      tenantId,
      keyId,
      certificate,
      lifeMs: machineTokenMs,
      notAfter: expiresAt,
    })
    response.set({ 'cache-control': 'no-store', pragma: 'no-cache' }).json({
      access_token: issued.token,
      token_type: 'Bearer',
      expires_in: Math.floor((issued.expiresAt.getTime() - now().getTime()) / 1000),
    })
  }

  const counted: RequestHandler = async (request, response, next) => {
    if (await requests.take(networkOf(request.ip ?? ''))) return next()
    response.set('retry-after', '30')
    refuse(response, 429, 'slow_down')
  }

  const onFault: ErrorRequestHandler = (error, _request, response, next) => {
    if (!isUnavailable(error) || response.headersSent) return next(error)
    logger.error({ err: error }, 'a machine got no token')
    response.set('retry-after', '2')
    refuse(response, 503, 'temporarily_unavailable')
  }

  const router = Router()
  router.post(
    '/oauth/token',
    counted,
    express.urlencoded({ limit: '2kb', extended: false, parameterLimit: 10 }),
    answer,
    onFault,
  )
  return router
}

/** RFC 6749, 5.2. */
function refuse(response: Response, status: number, error: string, description?: string): void {
  if (status === 401) response.set('www-authenticate', 'Basic realm="sightline"')
  const body = { error, ...(description !== undefined && { error_description: description }) }
  response.status(status).set({ 'cache-control': 'no-store', pragma: 'no-cache' }).json(body)
}

/** Id and secret of the client: by HTTP Basic (RFC 7617, form-encoded as RFC 6749 2.3.1 says) or in the form, not both. */
function clientOf(
  request: Request,
  { client_id, client_secret }: z.infer<typeof form>,
): { id: string; secret: string } | undefined {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic === undefined) {
    return client_id !== undefined && client_secret !== undefined
      ? { id: client_id, secret: client_secret }
      : undefined
  }
  if (client_secret !== undefined) return undefined
  const text = Buffer.from(basic, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  try {
    return {
      id: decodeURIComponent(text.slice(0, colon)),
      secret: decodeURIComponent(text.slice(colon + 1)),
    }
  } catch {
    return undefined
  }
}
