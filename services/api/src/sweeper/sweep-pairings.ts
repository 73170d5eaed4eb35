import type { Database } from '@sightline/database/database'
import type { EventLog } from '@sightline/event-log/event-log'
import { unconfirmedCredentials } from '../pairing/credentials.ts'
import { completePairing } from '../pairing/pairing.ts'
import type { Skipping } from './skipping.ts'
import { sweeperContext } from './system-context.ts'

/** So long is left to the command that claimed a code before it is taken for interrupted, ms. */
const COMMAND_PATIENCE_MS = 10_000

/** Completes the pairings whose command was interrupted between its claim of the code and its event. */
export async function sweepPairings(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  skipping: Skipping
  now: () => Date
}): Promise<void> {
  const { eventLog, database, skipping, now } = deps
  const at = now()
  const interrupted = await unconfirmedCredentials(database, new Date(at.getTime() - COMMAND_PATIENCE_MS))
  for (const credential of interrupted) {
    await skipping.guard(credential.agentId, async () => {
      await completePairing({ eventLog, database }, credential, sweeperContext(credential.tenantId, at))
    })
  }
}
