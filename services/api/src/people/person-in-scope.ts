import { managesAnyOf, type Rights } from '../access/rights.ts'
import type { StreamReader } from '../fold.ts'

/**
 * Whether a person is there for the caller: enrolled, and theirs to change. Those of the whole tenant are for members
 * who see all of it. The name stays sealed, for its key would be asked for only where somebody is there.
 * @param stream the person's
 */
export async function personInScope(
  eventLog: StreamReader,
  stream: string,
  rights: Pick<Rights, 'scope'> | undefined,
): Promise<boolean> {
  const [enrolled] = await eventLog.readStream(stream, { maxCount: 1, personal: 'erased' })
  if (!rights || enrolled?.type !== 'PersonEnrolled') return false
  return managesAnyOf(rights, enrolled.data.siteIds ?? [])
}
