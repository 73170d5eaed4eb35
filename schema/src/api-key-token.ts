import type { Posting } from './posting.ts'

/** The API gives no token for a key: it is unknown, revoked, has expired, or may not come from here. */
export class ApiKeyRefusedError extends Error {
  override name = 'ApiKeyRefusedError'
}

/** How long the API may take to answer, ms. */
const ANSWER_WITHIN_MS = 10_000

const KEY = /^sl_[a-z_]+_(?<keyId>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})_[0-9A-Za-z]{49}$/

/** Whether a text has the form of an API key. */
export function isApiKey(text: string): boolean {
  return KEY.test(text)
}

/**
 * Gets machine tokens for an API key, by OAuth 2 client credentials; each call gets a new one. `createGraphqlClient`
 * keeps it for as long as it lasts.
 *
 * @param options.url where the API is
 * @param options.posting the connections to it; a token is bound to the certificate that they show
 * @returns a function that throws ApiKeyRefusedError, or another error where the API isn't reached
 */
export function apiKeyTokens(options: {
  url: string
  apiKey: string
  posting: Pick<Posting, 'post'>
}): () => Promise<string> {
  const keyId = KEY.exec(options.apiKey)?.groups?.keyId
  if (keyId === undefined) throw new TypeError('this is no API key')
  const address = new URL('/oauth/token', options.url)
  const form = {
    grant_type: 'client_credentials',
    client_id: keyId,
    client_secret: options.apiKey,
  }
  return async () => {
    const { status, body } = await options.posting.post(address, {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      withinMs: ANSWER_WITHIN_MS,
    })
    const { access_token: token } = (body ?? {}) as { access_token?: unknown }
    if (status === 401) throw new ApiKeyRefusedError('the API does not accept the key')
    if (status !== 200 || typeof token !== 'string') {
      throw new Error(`the API answered ${status} to a request for a token`)
    }
    return token
  }
}

/** Whose a token is, as it says itself: whoever it is for checks it. Undefined where it is no JWT. */
export function subjectOf(token: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    const { sub } = payload as { sub?: unknown }
    return typeof sub === 'string' ? sub : undefined
  } catch {
    return undefined
  }
}
