import type { DataKeys } from '@sightline/data-keys/data-keys'
import { unsealBytes } from '@sightline/data-keys/encryption'
import type { Logger } from '@sightline/logging/logging'
import type { Objects } from '@sightline/objects/objects'
import { type Request, type Response, Router } from 'express'
import { sendProblem } from '../problem.ts'
import type { PictureAddresses, PictureKind } from './addresses.ts'

/**
 * `GET /pictures/:token` and `GET /crops/:token`: the picture that a signed address names, opened. Forged,
 * expired, removed and erased are answered alike: 404.
 */
export function pictureServingRoutes(deps: {
  addresses: Pick<PictureAddresses, 'readAddress'>
  dataKeys: Pick<DataKeys, 'read'>
  objects: Pick<Objects, 'get'>
  now: () => Date
  logger: Logger
}): Router {
  const { addresses, dataKeys, objects, now, logger } = deps

  async function open(kind: PictureKind, token: string) {
    const picture = addresses.readAddress(kind, token, now())
    if (!picture) return undefined
    const key = await dataKeys.read(picture.tenantId, picture.keyId)
    const sealed = key && (await objects.get(picture.objectKey))
    if (!sealed) return undefined
    return { contentType: picture.contentType, bytes: unsealBytes(key, picture.objectKey, sealed) }
  }

  const serve = (kind: PictureKind) => async (request: Request, response: Response) => {
    response.set({
      'cache-control': 'private, no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    try {
      const picture = await open(kind, String(request.params.token))
      if (picture) response.type(picture.contentType).send(picture.bytes)
      else sendProblem(response, 404, 'Not found')
    } catch (error) {
      logger.error({ err: error, kind }, 'a picture was not served')
      sendProblem(response, 503, 'Service unavailable')
    }
  }

  const router = Router({ strict: true })
  router.get('/pictures/:token', serve('picture'))
  router.get('/crops/:token', serve('crop'))
  return router
}
