import type { AgentEvent } from '@sightline/contracts/agents'
import { streamName } from '@sightline/contracts/stream-names'
import type { Database } from '@sightline/database/database'
import { type CommandContext, type CommandOutcome, executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import { v7 } from 'uuid'
import type { RejectionCode } from '../../generated/resolvers.ts'
import { pairAgent } from '../agents/decisions.ts'
import { evolveAgent, noAgent } from '../agents/state.ts'
import { foldStream } from '../fold.ts'
import {
  type AgentCredential,
  addCredential,
  confirmCredential,
  credentialOfCommand,
  removeCredential,
} from './credentials.ts'
import { takeOpenPairing } from './open-pairings.ts'

type Deps = { eventLog: EventLog; database: Pick<Database, 'inOps'> }

/** What became of a code that somebody entered. */
export type ClaimedCode =
  | { kind: 'credential'; credential: AgentCredential }
  | { kind: 'code not accepted' }
  | { kind: 'already paired' }

/**
 * Turns the pairing that is open under a code into a credential of the tenant, in one transaction: of all who
 * enter a code at once, one gets it. A repeated command finds the credential that it made.
 */
export async function claimCode(
  database: Pick<Database, 'inOps'>,
  claim: { codeHmac: Buffer; tenantId: string; siteId: string; commandId: string; now: Date },
): Promise<ClaimedCode> {
  const { codeHmac, tenantId, siteId, commandId, now } = claim
  const claimed = await database.inOps('ops_api', null, async (sql): Promise<ClaimedCode> => {
    const open = await takeOpenPairing(sql, codeHmac, now)
    if (!open) return { kind: 'code not accepted' }
    const { agentId, secretHash, name, serial } = open
    const credential: AgentCredential = {
      tenantId,
      credentialId: v7(),
      agentId,
      secretHash,
      siteId,
      name,
      serial,
      commandId,
      confirmed: false,
    }
    const added = await addCredential(sql, { ...credential, claimedAt: now })
    return added ? { kind: 'credential', credential } : { kind: 'already paired' }
  })
  if (claimed.kind !== 'code not accepted') return claimed
  const repeated = await credentialOfCommand(database, tenantId, commandId)
  return repeated ? { kind: 'credential', credential: repeated } : claimed
}

/**
 * Appends AgentPaired for a credential. Whoever does it, the person's command or the sweeper after a crash,
 * does it under the command that made the credential, so it happens once.
 */
export async function completePairing(
  { eventLog, database }: Deps,
  credential: AgentCredential,
  context: CommandContext,
): Promise<CommandOutcome<AgentEvent, RejectionCode>> {
  const { credentialId, siteId, name, serial } = credential
  const outcome = await executeCommand(eventLog, {
    stream: streamName('agent', credential.tenantId, credential.agentId),
    initial: noAgent,
    evolve: evolveAgent,
    decide: agent => pairAgent(agent, { credentialId, siteId, name, serial }),
    context: { ...context, commandId: credential.commandId },
  })
  if (outcome.outcome === 'rejected') await removeCredential(database, credential)
  else if (!credential.confirmed) await confirmCredential(database, credential)
  return outcome
}

/** Whether the log says that an agent is paired, and with this credential. */
export async function isPairedWith(
  eventLog: EventLog,
  { tenantId, agentId, credentialId }: AgentCredential,
): Promise<boolean> {
  const agent = await foldStream(eventLog, streamName('agent', tenantId, agentId), noAgent, evolveAgent)
  return agent.status === 'paired' && agent.credentialId === credentialId
}
