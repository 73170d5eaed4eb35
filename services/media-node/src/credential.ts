import { uuid } from '@sightline/contracts/identifiers'
import type { Logger } from '@sightline/logging/logging'
import { apiKeyTokens, subjectOf } from '@sightline/schema/api-key-token'
import { type ApiTls, createPosting } from '@sightline/schema/posting'
import { persistently } from '@sightline/waiting/persistently'

/** What the node shows the API: its key, which gets it tokens, or one token for all its life. */
export type Credential = { kind: 'api key'; text: string } | { kind: 'token'; token: string }

/** Who the node is, and how it gets tokens. */
export interface Identity {
  /** The subject of its tokens. */
  nodeId: string
  token: () => Promise<string>
}

const RETRY_AFTER_MS = { first: 500, longest: 15_000 }

/**
 * Finds out who the node is. With a key it waits until the API gives a token for it: one that isn't accepted yet may be
 * a moment later.
 * @throws GivenUpError when `signal` fires first
 */
export async function identify(
  credential: Credential,
  options: { apiUrl: string; tls?: ApiTls | undefined; signal: AbortSignal; logger: Logger },
): Promise<Identity> {
  const { apiUrl, tls, signal, logger } = options
  if (credential.kind === 'token') {
    return { nodeId: nodeIdOf(credential.token), token: async () => credential.token }
  }
  const exchange = apiKeyTokens({ url: apiUrl, apiKey: credential.text, posting: createPosting(tls) })
  const token = await persistently(exchange, {
    signal,
    isPassing: () => true,
    pauses: RETRY_AFTER_MS,
    onRetry: (error, pauseMs) => logger.warn({ err: error, pauseMs }, 'waiting for a token'),
  })
  return { nodeId: nodeIdOf(token), token: exchange }
}

/** @throws ZodError where the subject is no UUID */
export function nodeIdOf(token: string): string {
  return uuid.parse(subjectOf(token))
}
