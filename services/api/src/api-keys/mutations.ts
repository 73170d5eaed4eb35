import type { MachineEvent, MachineKind } from '@sightline/contracts/machines'
import { addressList } from '@sightline/contracts/networks'
import { machineStreamName, streamName } from '@sightline/contracts/stream-names'
import { displayName } from '@sightline/contracts/tenants'
import type { Database } from '@sightline/database/database'
import { executeCommand, type Rejected } from '@sightline/event-log/decide'
import type { EventLog } from '@sightline/event-log/event-log'
import { v7 } from 'uuid'
import type { IssueApiKeyResult, MutationResolvers, RejectionCode } from '../../generated/resolvers.ts'
import { evolveAgent, noAgent } from '../agents/state.ts'
import { commandResult, rejection } from '../command-result.ts'
import { badRequest, forbidden, type RequestContext, requirePrincipal, tenantOf } from '../context.ts'
import { foldStream } from '../fold.ts'
import { newId, parseInput } from '../input.ts'
import { newApiKey } from '../tokens/api-keys.ts'
import { issueApiKey, revokeApiKey, rotateApiKey } from './decisions.ts'
import { noteKey, noteRevoked, removeKey, subjectOfKey } from './key-rows.ts'
import { evolveMachineKeys, type MachineKeysState, noKeys } from './state.ts'

/** Commands about machines' keys: of agents by their tenant's administrators, of others by the system's. */
export function apiKeyMutations(deps: {
  eventLog: EventLog
  database: Pick<Database, 'inOps'>
  now: () => Date
}) {
  const { eventLog, database, now } = deps

  function command(
    context: RequestContext,
    commandId: string | null | undefined,
    subjectId: string,
    decide: (state: MachineKeysState) => MachineEvent[] | Rejected<RejectionCode>,
  ) {
    return executeCommand(eventLog, {
      stream: machineStreamName(tenantOf(context.principal), subjectId),
      initial: noKeys,
      evolve: evolveMachineKeys,
      decide,
      context: context.command(commandId),
    })
  }

  /**
   * Makes a key, notes its hash, and lets the command decide. The hash is there before the event, without which it
   * counts for nothing; nobody is shown the key a second time, so a repetition can't answer it.
   */
  async function issue(
    context: RequestContext,
    input: {
      commandId: string | null | undefined
      kind: MachineKind
      subjectId: string
      addresses: readonly string[]
      expiresAt: string
      decide: (state: MachineKeysState, keyId: string) => MachineEvent[] | Rejected<RejectionCode>
    },
  ): Promise<IssueApiKeyResult> {
    const tenantId = tenantOf(context.principal)
    const { commandId, kind, subjectId, addresses, expiresAt, decide } = input
    // Keys of all tenants stand in one table: another tenant's command of the same id must not meet this one.
    const keyId = newId(commandId, `api key of ${tenantId ?? 'the system'}`)
    const { text, hash } = newApiKey(kind, keyId)
    const row = { keyId, tenantId, kind, subjectId, addresses, expiresAt: new Date(expiresAt) }
    if (!(await noteKey(database, { ...row, secretHash: hash }))) {
      return rejection('KEY_SHOWN_ALREADY', 'This command has issued its key: issue another one.')
    }
    const outcome = await command(context, commandId, subjectId, state => decide(state, keyId))
    if (outcome.outcome === 'rejected') {
      await removeKey(database, row)
      return rejection(outcome.code, outcome.message)
    }
    // A command id that was used for something else of this machine answers for that.
    if (!outcome.events.some(({ type, data }) => type === 'ApiKeyIssued' && data.keyId === keyId)) {
      await removeKey(database, row)
      return rejection('ID_IN_USE', 'Another command has this id.')
    }
    const position = context.position.encode(outcome.position)
    return { __typename: 'IssuedApiKey', id: keyId, subjectId, key: text, expiresAt, position }
  }

  /** The machine that a key is to be issued to; undefined where there is no such machine for the caller. */
  async function subjectFor(
    context: RequestContext,
    kind: MachineKind,
    named: string | null | undefined,
  ): Promise<string | undefined> {
    const principal = requirePrincipal(context, 'person', 'system')
    if ((principal.kind === 'person') !== (kind === 'agent')) throw forbidden()
    if (principal.kind === 'system') return named ?? v7()
    if (!named) throw badRequest('subjectId: a key of an agent names the agent', 'BAD_USER_INPUT')
    const stream = streamName('agent', principal.tenantId, named)
    const agent = await foldStream(eventLog, stream, noAgent, evolveAgent)
    return agent.status === 'paired' ? named : undefined
  }

  return {
    async issueApiKey(_parent, { input }, context) {
      const kind = input.kind.toLowerCase() as MachineKind
      const name = parseInput(displayName, input.name)
      const addresses = parseInput(addressList, input.addresses ?? [])
      const { commandId, expiresAt } = input
      const subjectId = await subjectFor(context, kind, input.subjectId)
      if (!subjectId) return rejection('NOT_FOUND', 'There is no such agent.')
      return issue(context, {
        commandId,
        kind,
        subjectId,
        addresses,
        expiresAt,
        decide: (state, keyId) => issueApiKey(state, { keyId, kind, name, addresses, expiresAt, now: now() }),
      })
    },

    async rotateApiKey(_parent, { input }, context) {
      requirePrincipal(context, 'person', 'system')
      const given = input.addresses ? parseInput(addressList, input.addresses) : null
      const { commandId, expiresAt } = input
      const older = { keyId: input.keyId, tenantId: tenantOf(context.principal) }
      const subjectId = await subjectOfKey(database, older)
      const stream = subjectId && machineStreamName(older.tenantId, subjectId)
      const keys = stream ? await foldStream(eventLog, stream, noKeys, evolveMachineKeys) : noKeys
      const standing = keys.keys.get(input.keyId)
      if (!subjectId || !standing) {
        return rejection('NOT_FOUND', 'There is no such key, or it was revoked.')
      }
      return issue(context, {
        commandId,
        kind: standing.kind,
        subjectId,
        addresses: given ?? standing.addresses,
        expiresAt,
        decide: (state, keyId) =>
          rotateApiKey(state, { replaces: input.keyId, keyId, addresses: given, expiresAt, now: now() }),
      })
    },

    async revokeApiKey(_parent, { input }, context) {
      requirePrincipal(context, 'person', 'system')
      const { keyId, commandId } = input
      const key = { keyId, tenantId: tenantOf(context.principal) }
      const subjectId = await subjectOfKey(database, key)
      if (!subjectId) return rejection('NOT_FOUND', 'There is no such key.')
      const outcome = await command(context, commandId, subjectId, state => revokeApiKey(state, { keyId }))
      // A command id that is used again answers for what it revoked, whatever key it names now.
      const isRevoked =
        outcome.outcome === 'accepted' &&
        (outcome.events.length === 0 || outcome.events.some(({ data }) => data.keyId === keyId))
      if (isRevoked) await noteRevoked(database, key, now())
      return commandResult(context, keyId, outcome)
    },
  } satisfies MutationResolvers
}
