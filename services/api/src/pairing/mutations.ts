import { serialNumber } from '@sightline/contracts/agents'
import { sha256 } from '@sightline/contracts/identifiers'
import { streamName } from '@sightline/contracts/stream-names'
import { displayName } from '@sightline/contracts/tenants'
import type { Database } from '@sightline/database/database'
import { executeCommand } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import type { MutationResolvers } from '../../generated/resolvers.ts'
import type { AccessFollower } from '../access/follower.ts'
import { scopedAgent, sought, soughtSite } from '../access/scoped.ts'
import { unpairAgent } from '../agents/decisions.ts'
import { evolveAgent, noAgent } from '../agents/state.ts'
import { commandResult, rejection } from '../command-result.ts'
import { requirePrincipal } from '../context.ts'
import { foldStream } from '../fold.ts'
import { parseInput } from '../input.ts'
import { type Limiter, networkOf } from '../limits/rate-limits.ts'
import { evolveSite, noSite } from '../sites/state.ts'
import type { CodeAttempts } from './attempts.ts'
import { codeHmac, drawCode, normaliseCode } from './codes.ts'
import {
  type AgentCredential,
  credentialOfCommand,
  credentialOfSecret,
  endCredential,
} from './credentials.ts'
import { openPairing, readOpenPairing } from './open-pairings.ts'
import { claimCode, completePairing, isPairedWith } from './pairing.ts'

/** With a million codes, so many draws all taken means far too many open pairings, not bad luck. */
const MAX_DRAWS = 50

/** Commands that make a device the tenant's agent, and take it away again. */
export function pairingMutations(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  /** Key of the HMAC that stands for a code. */
  pairingKey: Uint8Array
  /** How long a code can be used, ms. */
  pairingCodeMs: number
  /** Requests for a code, by network address. */
  requests: Limiter
  attempts: CodeAttempts
  follower: Pick<AccessFollower, 'current' | 'catchUp'>
  now: () => Date
}) {
  const { eventLog, database, pairingKey, pairingCodeMs, requests, attempts, follower, now } = deps
  const tooMany = () => rejection('TOO_MANY_ATTEMPTS', 'Too many attempts; try again later.')
  const notAccepted = () =>
    rejection('CODE_NOT_ACCEPTED', 'The code is not accepted: ask the device for a new one.')

  /** Whether a confirmed credential still stands; one that an interrupted command left behind is removed. */
  async function isStillPaired(credential: AgentCredential): Promise<boolean> {
    const { tenantId, agentId, credentialId } = credential
    // Devices ask every few seconds, and the stream of an agent is long.
    if (follower.current().tenants.get(tenantId)?.agents.get(agentId)?.keys.has(credentialId)) return true
    if (await isPairedWith(eventLog, credential)) return true
    await endCredential(database, credential)
    return false
  }

  return {
    async requestPairing(_parent, { input }, context) {
      if (!(await requests.take(networkOf(context.remoteAddress)))) return tooMany()
      const name = parseInput(displayName, input.name)
      const serial = parseInput(serialNumber, input.serial)
      const secretHash = parseInput(sha256, input.secretHash)
      const { agentId } = input
      // Only the agent itself knows the hash of its secret, so nobody else learns of its pairing here.
      const own = await credentialOfSecret(database, agentId, secretHash)
      if (own?.confirmed && (await isStillPaired(own))) {
        return rejection('ALREADY_PAIRED', 'This agent has been paired already.')
      }
      for (let draw = 0; draw < MAX_DRAWS; draw++) {
        const code = drawCode()
        const at = now()
        const expiresAt = new Date(at.getTime() + pairingCodeMs)
        const hmac = codeHmac(pairingKey, code)
        const pairing = { agentId, name, serial, secretHash, expiresAt, codeHmac: hmac, now: at }
        if (await openPairing(database, pairing)) return { __typename: 'PairingCode', code, expiresAt }
      }
      return tooMany()
    },

    async lookUpPairing(_parent, { code: typed }, context) {
      const person = requirePrincipal(context, 'person')
      if (!(await attempts.begin(person))) return tooMany()
      const code = normaliseCode(typed)
      const open = code && (await readOpenPairing(database, codeHmac(pairingKey, code), now()))
      if (!open) return notAccepted()
      await attempts.wasRight(person)
      const { agentId, name, serial, expiresAt } = open
      return { __typename: 'OpenPairing', agentId, name, serial, expiresAt }
    },

    async pairAgent(_parent, { input }, context) {
      const person = requirePrincipal(context, 'person')
      const { tenantId } = person
      const { siteId } = input
      const command = context.command(input.commandId)
      // A repetition guesses nothing, so it doesn't count as an attempt.
      const made = input.commandId && (await credentialOfCommand(database, tenantId, input.commandId))
      if (made) {
        const outcome = await completePairing({ eventLog, database }, made, command)
        return commandResult(context, made.agentId, outcome)
      }
      const siteStream = streamName('site', tenantId, soughtSite(context, siteId))
      const site = await foldStream(eventLog, siteStream, noSite, evolveSite)
      if (site.status === 'absent') return rejection('NOT_FOUND', 'There is no such site.')

      if (!(await attempts.begin(person))) return tooMany()
      const code = normaliseCode(input.code)
      if (!code) return notAccepted()
      const { commandId } = command
      const claimed = await claimCode(database, {
        codeHmac: codeHmac(pairingKey, code),
        tenantId,
        siteId,
        commandId,
        now: now(),
      })
      if (claimed.kind === 'code not accepted') return notAccepted()
      await attempts.wasRight(person)
      if (claimed.kind === 'already paired') {
        return rejection('ALREADY_PAIRED', 'This agent has been paired already.')
      }
      const outcome = await completePairing({ eventLog, database }, claimed.credential, command)
      return commandResult(context, claimed.credential.agentId, outcome)
    },

    async unpairAgent(_parent, { input }, context) {
      const { tenantId } = requirePrincipal(context, 'person')
      const { agentId } = input
      // It may have been paired anew, at a site of the caller's, a moment ago.
      if (context.scope) await follower.catchUp()
      const outcome = await executeCommand(eventLog, {
        stream: streamName('agent', tenantId, sought(context, 'agent', agentId)),
        initial: noAgent,
        evolve: evolveAgent,
        decide: agent => unpairAgent(scopedAgent(context, agent)),
        context: context.command(input.commandId),
      })
      if (outcome.outcome === 'accepted') {
        for (const { type, data } of outcome.events) {
          if (type === 'AgentUnpaired')
            await endCredential(database, { tenantId, credentialId: data.credentialId })
        }
      }
      return commandResult(context, agentId, outcome)
    },
  } satisfies MutationResolvers
}
