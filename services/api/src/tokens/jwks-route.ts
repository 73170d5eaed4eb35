import { Router } from 'express'
import { sendProblem } from '../problem.ts'
import { KeysUnavailableError } from '../unavailable.ts'
import type { KeyRing } from './key-ring.ts'
import { JWKS_MAX_AGE_MS } from './key-schedule.ts'

/** `GET /.well-known/jwks.json`: the public halves of the keys whose signatures count (RFC 7517), to be kept for max-age. */
export function jwksRoute(keys: Pick<KeyRing, 'published'>): Router {
  const router = Router()
  router.get('/.well-known/jwks.json', (_request, response) => {
    try {
      const body = JSON.stringify({ keys: keys.published() })
      response
        .set('cache-control', `public, max-age=${JWKS_MAX_AGE_MS / 1000}`)
        .type('application/jwk-set+json')
        .send(body)
    } catch (error) {
      if (!(error instanceof KeysUnavailableError)) throw error
      response.set('retry-after', '2')
      sendProblem(response, 503, 'Temporarily unavailable')
    }
  })
  return router
}
