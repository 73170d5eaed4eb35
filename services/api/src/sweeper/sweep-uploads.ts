import { streamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import type { Objects } from '@sightline/objects/objects'
import { foldStream } from '../fold.ts'
import { evolvePerson, noPerson } from '../people/state.ts'
import { deleteUpload, lockUnclaimedUpload, noteClaimed } from '../pictures/uploads.ts'
import type { Skipping } from './skipping.ts'

/**
 * Removes one uploaded picture that no command claimed in time, its object first. What a command did claim, and
 * was interrupted before it noted so, stays.
 * @returns whether there was one
 */
export async function sweepUpload(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  objects: Pick<Objects, 'delete'>
  uploadRetentionMs: number
  skipping: Skipping
  now: () => Date
}): Promise<boolean> {
  const { eventLog, database, objects, uploadRetentionMs, skipping, now } = deps
  return database.inOps('ops_api', null, async sql => {
    const cutoff = new Date(now().getTime() - uploadRetentionMs)
    const upload = await lockUnclaimedUpload(sql, cutoff, skipping.ids)
    if (!upload) return false
    await skipping.guard(upload.personId, async () => {
      const stream = streamName('person', upload.tenantId, upload.personId)
      const person = await foldStream(eventLog, stream, noPerson, evolvePerson)
      if (person.status === 'enrolled' && person.pictures.has(upload.pictureId)) {
        await noteClaimed(sql, upload)
      } else {
        await objects.delete(upload.objectKey)
        await deleteUpload(sql, upload)
      }
    })
    return true
  })
}
