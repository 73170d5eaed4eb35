import type { AgentStatus } from '@sightline/contracts/agents'
import type { Logger } from '@sightline/logging/logging'
import { createGraphqlClient } from '@sightline/schema/client'
import { HeartbeatDocument, RequestPairingDocument } from '@sightline/schema/operations'
import { type ApiTls, createPosting } from '@sightline/schema/posting'
import { z } from 'zod'
import { type AgentIdentity, secretHash } from './identity.ts'

/** What became of a heartbeat. */
export type HeartbeatAnswer =
  /** The next one is due within so many ms. */
  { kind: 'heard'; nextWithinMs: number } | { kind: 'not paired' }

/** What became of a request for a pairing code. */
export type PairingAnswer =
  /** `lastsMs` is reckoned by the API's clock: a device's own may be years off. */
  | { kind: 'code'; code: string; expiresAt: Date; lastsMs: number }
  | { kind: 'already paired' }
  | { kind: 'too many requests' }

/** What an agent asks of the API. Every call throws where the API can't be reached. */
export interface AgentApi {
  requestPairing(device: { name: string; serial: string }): Promise<PairingAnswer>
  heartbeat(status: AgentStatus): Promise<HeartbeatAnswer>
  close(): void
}

/** The API answered what it should not: it is tried again later. */
export class ApiError extends Error {
  override name = 'ApiError'
}

/** The API gives the agent no token, because nobody has paired it. */
class NotPairedError extends Error {
  override name = 'NotPairedError'
}

const TOKEN_WITHIN_MS = 10_000
const tokenAnswer = z.object({ token: z.string().min(1) })

/** @param url where the API is, `https://sightline.example` */
export function createAgentApi(options: {
  url: string
  /** Its tokens are bound to the certificate, if there is one. */
  tls?: ApiTls | undefined
  identity: AgentIdentity
  logger: Logger
}): AgentApi {
  const { url, tls, identity, logger } = options
  const { agentId, secret } = identity
  const posting = createPosting(tls)
  /** The API's clock less our own, ms, as its last answer told. */
  let clockDifferenceMs = 0

  async function fetchToken(): Promise<string> {
    const response = await posting.post(new URL('/agent/token', url), {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ agentId, secret }),
      withinMs: TOKEN_WITHIN_MS,
    })
    const date = Date.parse(response.date ?? '')
    if (!Number.isNaN(date)) clockDifferenceMs = date - Date.now()
    if (response.status === 401) throw new NotPairedError('the agent is not paired')
    const answer = tokenAnswer.safeParse(response.body)
    if (response.status !== 200 || !answer.success) {
      throw new ApiError(`the API answered ${response.status} to a request for a token`)
    }
    return answer.data.token
  }

  const paired = createGraphqlClient({ url, token: fetchToken, tls, logger })
  const anonymous = createGraphqlClient({ url, token: async () => '', tls, logger })

  return {
    async requestPairing({ name, serial }) {
      const { requestPairing } = await anonymous.request(RequestPairingDocument, {
        input: { agentId, secretHash: secretHash(identity), name, serial },
      })
      if (requestPairing.__typename === 'PairingCode') {
        const expiresAt = new Date(requestPairing.expiresAt)
        const lastsMs = expiresAt.getTime() - (Date.now() + clockDifferenceMs)
        return { kind: 'code', code: requestPairing.pairingCode, expiresAt, lastsMs }
      }
      switch (requestPairing.code) {
        case 'ALREADY_PAIRED':
          return { kind: 'already paired' }
        case 'TOO_MANY_ATTEMPTS':
          return { kind: 'too many requests' }
        default:
          throw new ApiError(`a request for a pairing code was refused: ${requestPairing.code}`)
      }
    },

    async heartbeat(status) {
      try {
        const { heartbeat } = await paired.request(HeartbeatDocument, { input: { status } })
        if (heartbeat.__typename === 'HeartbeatReceived') {
          return { kind: 'heard', nextWithinMs: heartbeat.nextWithinMs }
        }
        if (heartbeat.code === 'NOT_FOUND') return { kind: 'not paired' }
        throw new ApiError(`a heartbeat was refused: ${heartbeat.code}`)
      } catch (error) {
        if (error instanceof NotPairedError) return { kind: 'not paired' }
        throw error
      }
    },

    close() {
      paired.close()
      anonymous.close()
      posting.close()
    },
  }
}
