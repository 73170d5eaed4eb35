import { framesPerSecond as framesPerSecondSchema } from '@sightline/contracts/cameras'
import { streamName } from '@sightline/contracts/stream-names'
import { displayName } from '@sightline/contracts/tenants'
import { DataKeyConflictError, type DataKeys } from '@sightline/data-keys/data-keys'
import { seal, unseal } from '@sightline/data-keys/encryption'
import type { Database } from '@sightline/database/database'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers } from '../../generated/resolvers.ts'
import { scopedCamera, sought, soughtSite } from '../access/scoped.ts'
import { commandResult, rejection } from '../command-result.ts'
import { requirePrincipal } from '../context.ts'
import { foldStream } from '../fold.ts'
import { dataKeyId, newId, parseInput } from '../input.ts'
import { confirmPlace, takePlace } from '../quotas/places.ts'
import { evolveSite, noSite } from '../sites/state.ts'
import { readSession } from '../streams/state.ts'
import { registerCamera, startStream, stopStream } from './decisions.ts'
import { faultInRtspAddress } from './rtsp-address.ts'
import { evolveCamera, noCamera } from './state.ts'

/** Commands about cameras and what they should do, by people. */
export function cameraMutations(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  dataKeys: Pick<DataKeys, 'create'>
  now: () => Date
}) {
  const { eventLog, database, dataKeys, now } = deps
  return {
    async registerCamera(_parent, { input }, context) {
      const { tenantId } = requirePrincipal(context, 'person')
      const name = parseInput(displayName, input.name)
      const framesPerSecond = parseInput(framesPerSecondSchema, input.framesPerSecond ?? 2)
      const fault = faultInRtspAddress(input.address)
      if (fault) return rejection('ADDRESS_NOT_ACCEPTED', fault)
      const siteStream = streamName('site', tenantId, soughtSite(context, input.siteId))
      const site = await foldStream(eventLog, siteStream, noSite, evolveSite)
      if (site.status === 'absent') return rejection('NOT_FOUND', 'There is no such site.')

      const cameraId = input.cameraId ?? newId(input.commandId, 'camera')
      const place = { tenantId, kind: 'camera', subjectId: cameraId } as const
      if (!(await takePlace({ eventLog, database }, place, now()))) {
        return rejection('QUOTA_REACHED', 'The tenant has as many cameras as it may have.')
      }
      const keyId = dataKeyId('camera', cameraId)
      const stream = streamName('camera', tenantId, cameraId)
      let key: Uint8Array
      try {
        key = await dataKeys.create({ tenantId, keyId, subject: 'camera', subjectId: cameraId })
      } catch (error) {
        if (!(error instanceof DataKeyConflictError)) throw error
        return rejection('ID_IN_USE', 'A camera of this id was erased.')
      }
      const outcome = await executeCommand(eventLog, {
        stream,
        expectNew: true,
        initial: noCamera,
        evolve: evolveCamera,
        decide: camera =>
          registerCamera(camera, {
            siteId: input.siteId,
            name,
            keyId,
            address: seal(key, { keyId, stream, field: 'address' }, Buffer.from(input.address)),
            sameAddress: sealed => unseal(key, sealed).toString() === input.address,
            framesPerSecond,
            reencode: input.reencode ?? false,
          }),
        context: context.command(input.commandId),
      })
      if (outcome.outcome === 'accepted') await confirmPlace(database, place, now())
      return commandResult(context, cameraId, outcome)
    },

    async startStream(_parent, { input }, context) {
      const { tenantId } = requirePrincipal(context, 'person')
      const streamId = input.streamId ?? newId(input.commandId, 'stream')
      const cameraId = sought(context, 'camera', input.cameraId)
      const session = await readSession(eventLog, { tenantId, streamId })
      if (session.status !== 'unclaimed' && session.cameraId !== cameraId) {
        return rejection('ID_IN_USE', 'Another camera has a session of this id.')
      }
      const outcome = await executeCommand(eventLog, {
        stream: streamName('camera', tenantId, cameraId),
        initial: noCamera,
        evolve: evolveCamera,
        decide: camera => startStream(scopedCamera(context, cameraId, camera), { streamId }),
        context: context.command(input.commandId),
      })
      return commandResult(context, streamId, outcome)
    },

    async stopStream(_parent, { input }, context) {
      const { tenantId } = requirePrincipal(context, 'person')
      const cameraId = sought(context, 'camera', input.cameraId)
      const outcome = await executeCommand(eventLog, {
        stream: streamName('camera', tenantId, cameraId),
        initial: noCamera,
        evolve: evolveCamera,
        decide: camera => stopStream(scopedCamera(context, cameraId, camera), { streamId: input.streamId }),
        context: context.command(input.commandId),
      })
      return commandResult(context, input.streamId, outcome)
    },
  } satisfies MutationResolvers
}
