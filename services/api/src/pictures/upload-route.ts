import { createHash } from 'node:crypto'
import { uuid } from '@sightline/contracts/identifiers'
import { uploadedPictureKey } from '@sightline/contracts/people'
import { streamName } from '@sightline/contracts/stream-names'
import type { DataKeys } from '@sightline/data-keys/data-keys'
import { sealBytes } from '@sightline/data-keys/encryption'
import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Logger } from '@sightline/logging/logging'
import type { Objects } from '@sightline/objects/objects'
import { type Request, type Response, Router } from 'express'
import { GraphQLError } from 'graphql'
import { type AccessControl, callerOf } from '../access/access-control.ts'
import type { Rights } from '../access/rights.ts'
import type { VerifyToken } from '../access/tokens.ts'
import { forbidden } from '../context.ts'
import { foldStream } from '../fold.ts'
import { tokenOf } from '../http/bearer.ts'
import { personInScope } from '../people/person-in-scope.ts'
import { evolvePerson, noPerson } from '../people/state.ts'
import { sendProblem } from '../problem.ts'
import { discardBody, readBody } from './body.ts'
import { faultInPicture, readContentType } from './image.ts'
import { noteStored, noteUpload } from './uploads.ts'

const MAX_BYTES = 10 * 1024 * 1024

/** Each upload is held in memory while it comes in, is checked and sealed. */
const MAX_AT_ONCE = 8

/** Whoever sends slowly keeps a place for long: the places of others are none of theirs. */
const MAX_OF_TENANT_AT_ONCE = 4

/** A refusal of an upload, as the answer tells it. */
class RefusedError extends Error {
  readonly status: number
  readonly title: string
  constructor(status: number, title: string, detail: string) {
    super(detail)
    this.status = status
    this.title = title
  }
}

/**
 * `PUT /people/:personId/pictures/:pictureId` with the bytes of a picture as its body (JPEG, PNG or WebP, 10 MB
 * at most) and a person's token: stores it under the person's data key and answers 204. The same again is
 * answered alike, another picture under the same id with 409. `addPersonPicture` makes it count; without that
 * it is removed after a while. Errors are problem details (RFC 9457).
 */
export function pictureUploadRoute(deps: {
  eventLog: Pick<EventLog, 'readStream'>
  database: Pick<Database, 'inOps'>
  dataKeys: Pick<DataKeys, 'read'>
  objects: Pick<Objects, 'put' | 'delete'>
  access: Pick<AccessControl, 'require'>
  verifyToken: VerifyToken
  now: () => Date
  logger: Logger
}): Router {
  const { eventLog, database, dataKeys, objects, access, verifyToken, now, logger } = deps
  /** How many are under way, by tenant. */
  const underWay = new Map<string, number>()

  /** Carries out an upload in one of the places. */
  async function inPlace(tenantId: string, work: () => Promise<void>): Promise<void> {
    const ofTenant = underWay.get(tenantId) ?? 0
    const ofAll = underWay.values().reduce((sum, count) => sum + count, 0)
    if (ofTenant >= MAX_OF_TENANT_AT_ONCE || ofAll >= MAX_AT_ONCE) {
      throw new RefusedError(503, 'Service unavailable', 'Too many uploads at once.')
    }
    underWay.set(tenantId, ofTenant + 1)
    try {
      await work()
    } finally {
      const left = underWay.get(tenantId)! - 1
      if (left === 0) underWay.delete(tenantId)
      else underWay.set(tenantId, left)
    }
  }

  async function uploader(request: Request): Promise<{ tenantId: string; rights: Rights }> {
    try {
      const token = await tokenOf(request, verifyToken)
      const action = { kind: 'route', name: 'put /people/:personId/pictures/:pictureId' } as const
      const rights = await access.require(token && callerOf(token, request.ip), [action])
      if (!rights || token?.principal.kind !== 'person') throw forbidden()
      return { tenantId: token.principal.tenantId, rights }
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      if (error.extensions.code === 'FORBIDDEN') throw new RefusedError(403, 'Forbidden', error.message)
      throw new RefusedError(401, 'Unauthorized', error.message)
    }
  }

  /** What is to be uploaded, where whoever sends it may. */
  async function admitted(request: Request) {
    const { tenantId, rights } = await uploader(request)
    const personId = uuid.safeParse(String(request.params.personId).toLowerCase()).data
    const pictureId = uuid.safeParse(String(request.params.pictureId).toLowerCase()).data
    const notFound = new RefusedError(404, 'Not found', 'There is no such person.')
    if (!personId || !pictureId) throw notFound
    const contentType = readContentType(request.headers['content-type'])
    if (!contentType) {
      throw new RefusedError(
        415,
        'Unsupported media type',
        'A picture is image/jpeg, image/png or image/webp.',
      )
    }
    const stream = streamName('person', tenantId, personId)
    if (!(await personInScope(eventLog, stream, rights))) throw notFound
    const person = await foldStream(eventLog, stream, noPerson, evolvePerson)
    const key = person.status === 'enrolled' && (await dataKeys.read(tenantId, person.keyId))
    if (person.status !== 'enrolled' || !key) throw notFound
    return { key, picture: { tenantId, personId, pictureId, contentType, keyId: person.keyId } }
  }

  async function store(
    request: Request,
    { key, picture }: Awaited<ReturnType<typeof admitted>>,
  ): Promise<void> {
    const bytes = await readBody(request, MAX_BYTES)
    if (bytes === 'too large')
      throw new RefusedError(413, 'Content too large', 'A picture has 10 MB at most.')
    const fault = await faultInPicture(bytes, picture.contentType)
    if (fault) throw new RefusedError(422, 'Unprocessable content', fault)

    const upload = {
      ...picture,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.byteLength,
      objectKey: uploadedPictureKey(picture),
      at: now(),
    }
    if (!(await noteUpload(database, upload))) {
      throw new RefusedError(409, 'Conflict', 'Another picture was uploaded under this id.')
    }
    await objects.put(upload.objectKey, sealBytes(key, upload.objectKey, bytes))
    if (await noteStored(database, upload)) return
    // The sweeper took it for forgotten: nobody would ever remove it now.
    await objects.delete(upload.objectKey)
    throw new RefusedError(503, 'Service unavailable', 'Upload the picture again.')
  }

  async function answer(request: Request, response: Response): Promise<void> {
    try {
      const upload = await admitted(request)
      await inPlace(upload.picture.tenantId, () => store(request, upload))
      response.status(204).set('cache-control', 'no-store').end()
    } catch (error) {
      if (response.destroyed || response.headersSent) return
      if (!request.readableEnded && request.listenerCount('data') === 0) discardBody(request)
      if (error instanceof RefusedError) {
        if (error.status === 503) response.set('retry-after', '1')
        sendProblem(response, error.status, error.title, error.message)
        return
      }
      logger.error({ err: error }, 'a picture was not stored')
      sendProblem(response, 503, 'Service unavailable')
    }
  }

  const router = Router()
  router.put('/people/:personId/pictures/:pictureId', (request, response) => {
    void answer(request, response)
  })
  return router
}
