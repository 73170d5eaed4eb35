import { personSites } from '@sightline/contracts/people'
import { streamName } from '@sightline/contracts/stream-names'
import { words } from '@sightline/contracts/texts'
import { DataKeyConflictError, type DataKeys } from '@sightline/data-keys/data-keys'
import type { Database } from '@sightline/database/database'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers } from '../../generated/resolvers.ts'
import { inScope } from '../access/rights.ts'
import { commandResult, rejection } from '../command-result.ts'
import { badRequest, type RequestContext, requirePrincipal } from '../context.ts'
import { foldStream, type StreamReader } from '../fold.ts'
import { dataKeyId, newId, parseInput } from '../input.ts'
import { lockUpload, noteClaimed } from '../pictures/uploads.ts'
import { confirmPlace, takePlace } from '../quotas/places.ts'
import { scopeExists } from '../sites/scope-exists.ts'
import { addPersonPicture, enrolPerson } from './decisions.ts'
import { personInScope } from './person-in-scope.ts'
import { evolvePerson, noPerson } from './state.ts'

const personName = words(200)

/** Commands about people to be recognised, by people. */
export function peopleMutations(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  dataKeys: Pick<DataKeys, 'create'>
  now: () => Date
}) {
  const { eventLog, database, dataKeys, now } = deps
  return {
    async enrolPerson(_parent, { input }, context) {
      const { tenantId } = requirePrincipal(context, 'person')
      const name = parseInput(personName, input.name)
      const siteIds = parseInput(personSites, input.siteIds ?? [])
      if (siteIds.length === 0 && context.rights?.scope.kind !== 'tenant') {
        throw badRequest('siteIds: your role counts at some sites alone: name some of them', 'BAD_USER_INPUT')
      }
      if (!(await sitesInScope(context, eventLog, tenantId, siteIds))) {
        return rejection('NOT_FOUND', 'One of these sites does not exist.')
      }
      const personId = input.personId ?? newId(input.commandId, 'person')
      const place = { tenantId, kind: 'person', subjectId: personId } as const
      if (!(await takePlace({ eventLog, database }, place, now()))) {
        return rejection('QUOTA_REACHED', 'The tenant has as many people as it may have.')
      }
      const keyId = dataKeyId('person', personId)
      try {
        await dataKeys.create({ tenantId, keyId, subject: 'person', subjectId: personId })
      } catch (error) {
        if (!(error instanceof DataKeyConflictError)) throw error
        return rejection('ID_IN_USE', 'A person of this id was erased.')
      }
      const outcome = await executeCommand(eventLog, {
        stream: streamName('person', tenantId, personId),
        expectNew: true,
        initial: noPerson,
        evolve: evolvePerson,
        decide: person => enrolPerson(person, { name, keyId, siteIds }),
        context: context.command(input.commandId),
      })
      if (outcome.outcome === 'accepted') await confirmPlace(database, place, now())
      return commandResult(context, personId, outcome)
    },

    async addPersonPicture(_parent, { input }, context) {
      const { tenantId } = requirePrincipal(context, 'person')
      const { personId, pictureId } = input
      const stream = streamName('person', tenantId, personId)
      if (!(await personInScope(eventLog, stream, context.rights))) {
        return rejection('NOT_FOUND', 'There is no such person.')
      }
      const person = await foldStream(eventLog, stream, noPerson, evolvePerson)
      if (person.status !== 'enrolled') return rejection('NOT_FOUND', 'There is no such person.')
      // The lock keeps the sweeper from removing the picture while the event that names it is appended.
      return database.inOps('ops_api', tenantId, async sql => {
        const upload = await lockUpload(sql, { tenantId, personId, pictureId })
        if (!upload) {
          return rejection('PICTURE_NOT_UPLOADED', 'No picture was uploaded under this id: upload it again.')
        }
        const { contentType, sha256, bytes } = upload
        const outcome = await executeCommand(eventLog, {
          stream,
          initial: noPerson,
          evolve: evolvePerson,
          decide: state => addPersonPicture(state, { pictureId, contentType, sha256, bytes }),
          context: context.command(input.commandId),
        })
        if (outcome.outcome === 'accepted') await noteClaimed(sql, upload)
        return commandResult(context, pictureId, outcome)
      })
    },
  } satisfies MutationResolvers
}

/** Whether all these sites are there for the caller. */
async function sitesInScope(
  context: Pick<RequestContext, 'read' | 'rights'>,
  eventLog: StreamReader,
  tenantId: string,
  siteIds: readonly string[],
): Promise<boolean> {
  const { rights } = context
  if (!rights || !siteIds.every(siteId => inScope(rights, { siteId }))) return false
  return scopeExists(context, eventLog, { tenantId, siteIds, cameraIds: [] })
}
