import { streamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import { evolveCamera, noCamera } from '../cameras/state.ts'
import { foldStream } from '../fold.ts'
import { deleteLease, keepLostLease, type Lease, lockExpiredLease } from '../leases/leases.ts'
import { loseNode } from '../streams/decisions.ts'
import { evolveStream, newestOfSession, noStream, readSession } from '../streams/state.ts'
import type { Skipping } from './skipping.ts'
import { sweeperContext } from './system-context.ts'

/**
 * Turns one lease that ran out into what follows from it. The row stays locked until the event is in the log: a
 * renewal waits, and then finds its lease gone.
 * @returns whether there was one
 */
export async function sweepLease(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  leaseMs: number
  skipping: Skipping
  now: () => Date
}): Promise<boolean> {
  const { eventLog, database, leaseMs, skipping, now } = deps
  return database.inOps('ops_api', null, async sql => {
    const at = now()
    const lease = await lockExpiredLease(sql, at, skipping.ids)
    if (!lease) return false
    await skipping.guard(lease.streamId, async () => {
      const remains = await loseLease(eventLog, lease, at)
      if (remains) await keepLostLease(sql, { ...lease, expiresAt: new Date(at.getTime() + leaseMs) })
      else await deleteLease(sql, lease)
    })
    return true
  })
}

/**
 * @returns whether the lease must be looked at again: its session is lost, still wanted and nobody's yet; or its
 *   node holds the session by a newer claim, which was not noted
 */
async function loseLease(eventLog: EventLog, lease: Lease, now: Date): Promise<boolean> {
  const { tenantId, streamId, cameraId, nodeId, epoch } = lease
  const stream = streamName('stream', tenantId, streamId)
  const camera = await foldStream(eventLog, streamName('camera', tenantId, cameraId), noCamera, evolveCamera)
  const wanted = camera.status === 'registered' && camera.wanted?.streamId === streamId
  await executeCommand(eventLog, {
    stream,
    initial: noStream,
    evolve: evolveStream,
    read: () => newestOfSession(eventLog, lease),
    decide: state => loseNode(state, { nodeId, epoch, wanted }),
    context: sweeperContext(tenantId, now),
  })
  const after = await readSession(eventLog, lease)
  return (after.status === 'lost' || after.status === 'held') && after.nodeId === nodeId
}
