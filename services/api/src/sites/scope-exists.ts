import { streamName } from '@sightline/contracts/stream-names'
import { camerasByIds } from '@sightline/projections/cameras/reader'
import { sitesByIds } from '@sightline/projections/sites/reader'
import type { RequestContext } from '../context.ts'
import type { StreamReader } from '../fold.ts'

/** So many sites or cameras may be so new that the read models don't have them yet. */
const MAX_UNREAD = 20

/**
 * Whether all these sites and cameras are the caller's tenant's. The read models are asked first, for there may be
 * thousands; the log about what they don't have yet.
 */
export async function scopeExists(
  context: Pick<RequestContext, 'read'>,
  eventLog: StreamReader,
  scope: { tenantId: string; siteIds: readonly string[]; cameraIds: readonly string[] },
): Promise<boolean> {
  const { tenantId, siteIds, cameraIds } = scope
  const sites = siteIds.length === 0 ? [] : await context.read(sql => sitesByIds(sql, siteIds))
  const cameras = cameraIds.length === 0 ? [] : await context.read(sql => camerasByIds(sql, cameraIds))
  const known = new Set([...sites, ...cameras].map(row => row.id))
  const unread = [
    ...siteIds.filter(id => !known.has(id)).map(id => streamName('site', tenantId, id)),
    ...cameraIds.filter(id => !known.has(id)).map(id => streamName('camera', tenantId, id)),
  ]
  if (unread.length > MAX_UNREAD) return false
  const streams = await Promise.all(unread.map(stream => eventLog.readStream(stream, { maxCount: 1 })))
  return streams.every(events => events.length > 0)
}
