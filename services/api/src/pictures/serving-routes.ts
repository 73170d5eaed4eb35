import type { DataKeys } from '@sightline/data-keys/data-keys'
import { unsealBytes } from '@sightline/data-keys/encryption'
import type { Logger } from '@sightline/logging/logging'
import type { Objects } from '@sightline/objects/objects'
import { type Request, type Response, Router } from 'express'
import { GraphQLError } from 'graphql'
import type { AccessControl } from '../access/access-control.ts'
import { NOWHERE } from '../access/addresses.ts'
import { inScope, seesAnyOf } from '../access/rights.ts'
import { sendProblem } from '../problem.ts'
import type { AddressedPicture, PictureAddresses, PictureKind } from './addresses.ts'

/** How the permission table names the routes. */
const actions = { picture: 'get /pictures/:token', crop: 'get /crops/:token' } as const

/**
 * `GET /pictures/:token` and `GET /crops/:token`: the picture that a signed address names, opened, for whom it was
 * given to and as long as they may see it. Forged, expired, removed, erased and no longer theirs are answered alike: 404.
 */
export function pictureServingRoutes(deps: {
  access: Pick<AccessControl, 'require'>
  addresses: Pick<PictureAddresses, 'readAddress'>
  dataKeys: Pick<DataKeys, 'read'>
  objects: Pick<Objects, 'get'>
  now: () => Date
  logger: Logger
}): Router {
  const { access, addresses, dataKeys, objects, now, logger } = deps

  /** Whether whoever was given the address may see the picture now. */
  async function isSeen(picture: AddressedPicture, address: string | undefined): Promise<boolean> {
    const { kind, tenantId, userId: id, sessionId, siteIds, cameraId } = picture
    const principal = { kind: 'person', tenantId, id, sessionId } as const
    try {
      const caller = { principal, sessionId, keyId: null, address: address ?? NOWHERE }
      const rights = await access.require(caller, [{ kind: 'route', name: actions[kind] }])
      if (!rights) return false
      const [siteId] = siteIds
      if (cameraId !== null && siteId !== undefined) return inScope(rights, { siteId, cameraId })
      return seesAnyOf(rights, siteIds)
    } catch (error) {
      if (error instanceof GraphQLError) return false
      throw error
    }
  }

  async function open(kind: PictureKind, request: Request) {
    const picture = addresses.readAddress(kind, String(request.params.token), now())
    if (!picture || !(await isSeen(picture, request.ip))) return undefined
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
      const picture = await open(kind, request)
      if (picture) response.type(picture.contentType).send(picture.bytes)
      else sendProblem(response, 404, 'Not found')
    } catch (error) {
      logger.error({ err: error, kind }, 'a picture was not served')
      response.set('retry-after', '2')
      sendProblem(response, 503, 'Service unavailable')
    }
  }

  const router = Router({ strict: true })
  router.get('/pictures/:token', serve('picture'))
  router.get('/crops/:token', serve('crop'))
  return router
}
