import { uuid } from '@sightline/contracts/identifiers'
import { tokenKind } from '@sightline/contracts/tokens'
import { counts, type ScheduledKey, signingKeyAt } from '../tokens/key-schedule.ts'
import { openSessions } from '../tokens/session-rows.ts'
import { finishSession } from '../tokens/sessions.ts'
import { readSigningKeys, rotateSigningKeys, type StoredKey } from '../tokens/signing-keys.ts'
import { AdminError, type Connections } from './connecting.ts'
import { changeAdministrators, createTenantWithAdmin, makeSignInLink, userNamed } from './people.ts'
import { rewrapKeys } from './rewrapping.ts'
import { table } from './table.ts'

/** What was typed, and where answers go. */
export interface Invocation {
  positionals: readonly string[]
  values: Readonly<Record<string, string | boolean | undefined>>
  /** A line of the answer. */
  say: (line: string) => void
  /** A line about the answer. */
  note: (line: string) => void
}

/** One command: how it is typed, what it does, and its doing. */
export interface AdminCommand {
  usage: string
  says: readonly string[]
  options: Record<string, { type: 'string' | 'boolean' }>
  /** The fewest and the most arguments. */
  arguments: readonly [number, number]
  run(connections: Connections, invocation: Invocation): Promise<void>
}

/** All commands, by name. */
export const commands: Record<string, AdminCommand> = {
  appoint: {
    usage: 'appoint <user>',
    says: ['makes a user an administrator of the whole system, the first one too'],
    options: {},
    arguments: [1, 1],
    async run(connections, { positionals, say, note }) {
      const userId = await userNamed(connections, positionals[0]!, { unknown: 'made' })
      await changeAdministrators(connections, userId, 'appoint')
      note('administers the system:')
      say(userId)
    },
  },
  dismiss: {
    usage: 'dismiss <user>',
    says: ['takes that away again; the last administrator stays'],
    options: {},
    arguments: [1, 1],
    async run(connections, { positionals, note }) {
      const userId = await userNamed(connections, positionals[0]!, { unknown: 'refused' })
      await changeAdministrators(connections, userId, 'dismiss')
      note(`${userId} does not administer the system any more`)
    },
  },
  'create-tenant': {
    usage: 'create-tenant <name> --admin <e-mail>',
    says: [
      'creates a tenant with its first administrator, and prints its id;',
      '--id <uuid> gives the id, and completes what was interrupted',
    ],
    options: { admin: { type: 'string' }, id: { type: 'string' } },
    arguments: [1, 1],
    async run(connections, { positionals, values, say, note }) {
      if (typeof values.admin !== 'string') throw new AdminError('--admin <e-mail> is needed')
      const tenantId = values.id === undefined ? undefined : parsedUuid(values.id)
      const made = await createTenantWithAdmin(connections, {
        tenantId,
        name: positionals[0]!,
        email: values.admin,
      })
      note(`administered by user ${made.userId}:`)
      say(made.tenantId)
    },
  },
  'sign-in-link': {
    usage: 'sign-in-link <user> [--url <address>]',
    says: [
      'prints an address that signs the user in, once, within five minutes;',
      '--url is where the page is, PUBLIC_URL by default',
    ],
    options: { url: { type: 'string' } },
    arguments: [1, 1],
    async run(connections, { positionals, values, say, note }) {
      const url = values.url ?? connections.environment.PUBLIC_URL
      if (typeof url !== 'string' || !URL.canParse(url)) {
        throw new AdminError('--url <address of the page> or PUBLIC_URL is needed')
      }
      const userId = await userNamed(connections, positionals[0]!, { unknown: 'refused' })
      const { address, expiresAt } = await makeSignInLink(connections, userId, url)
      note(`signs in once, until ${expiresAt.toISOString()}; whoever has it can use it:`)
      say(address)
    },
  },
  sessions: {
    usage: 'sessions [<user>]',
    says: ['lists open sessions, the newest first'],
    options: {},
    arguments: [0, 1],
    async run(connections, { positionals, say }) {
      const [named] = positionals
      const userId = named === undefined ? null : await userNamed(connections, named, { unknown: 'refused' })
      const sessions = await connections.database.inOps('ops_api', null, sql =>
        openSessions(sql, { userId, now: new Date() }),
      )
      const rows = sessions.map(session => [
        session.sessionId,
        session.userId,
        session.tenantId ?? '(system)',
        session.startedAt.toISOString(),
        session.lastUsedAt.toISOString(),
        session.expiresAt.toISOString(),
      ])
      for (const line of table(['session', 'user', 'tenant', 'started', 'last used', 'ends'], rows)) say(line)
    },
  },
  'end-sessions': {
    usage: 'end-sessions <user>',
    says: ['ends all sessions of a user'],
    options: {},
    arguments: [1, 1],
    async run(connections, { positionals, note }) {
      const { database } = connections
      const now = () => new Date()
      const userId = await userNamed(connections, positionals[0]!, { unknown: 'refused' })
      const eventLog = await connections.eventLog()
      const sessions = await database.inOps('ops_api', null, sql => openSessions(sql, { userId, now: now() }))
      for (const { sessionId } of sessions) {
        await finishSession({ eventLog, database, now }, sessionId, 'REVOKED')
      }
      note(`${sessions.length} sessions were ended`)
    },
  },
  keys: {
    usage: 'keys',
    says: ['lists the keys that tokens are signed with'],
    options: {},
    arguments: [0, 0],
    async run({ database }, { say }) {
      const keys = await database.inOps('ops_keys', null, readSigningKeys)
      const now = new Date()
      const rows = keys.map(key => [
        key.keyId,
        key.kind,
        stateOf(key, keys, now),
        key.signsFrom.toISOString(),
        key.leavesAt?.toISOString() ?? '',
      ])
      for (const line of table(['key', 'tokens', 'state', 'signs from', 'leaves at'], rows)) say(line)
    },
  },
  'rotate-keys': {
    usage: 'rotate-keys [--kind <kind>] [--compromised]',
    says: [
      'makes new keys for tokens, of access, machine and media or of one kind; nobody is signed out.',
      '--compromised: the old ones count no longer, at once; people go on by their sessions',
    ],
    options: { kind: { type: 'string' }, compromised: { type: 'boolean' } },
    arguments: [0, 0],
    async run({ database, masterKey }, { values, say, note }) {
      const kind = tokenKind.optional().safeParse(values.kind)
      if (!kind.success) throw new AdminError(`--kind is one of ${tokenKind.options.join(', ')}`)
      const kinds = kind.data === undefined ? tokenKind.options : [kind.data]
      const compromised = values.compromised === true
      const made = await rotateSigningKeys({ database, masterKey, now: new Date() }, { kinds, compromised })
      note(compromised ? 'the old keys count no longer; these sign now:' : 'published now, these sign later:')
      const rows = made.map(key => [key.keyId, key.kind, key.signsFrom.toISOString()])
      for (const line of table(['key', 'tokens', 'signs from'], rows)) say(line)
    },
  },
  'rewrap-data-keys': {
    usage: 'rewrap-data-keys',
    says: [
      'wraps all data and signing keys by MASTER_KEY that PREVIOUS_MASTER_KEY wraps, while services run with both;',
      'it can be interrupted and run again, and changes no event',
    ],
    options: {},
    arguments: [0, 0],
    async run({ database, environment }, { say, note }) {
      const { MASTER_KEY: masterKey, PREVIOUS_MASTER_KEY: previous } = environment
      if (previous === undefined || environment.POSTGRES_PASSWORD_OPS_ADMIN === undefined) {
        throw new AdminError('PREVIOUS_MASTER_KEY and POSTGRES_PASSWORD_OPS_ADMIN are needed')
      }
      if (previous === masterKey) throw new AdminError('MASTER_KEY and PREVIOUS_MASTER_KEY are the same')
      const done = await rewrapKeys(database, { masterKey, previous }, soFar =>
        note(`${soFar.rewrapped} keys re-wrapped, ${soFar.already} were already`),
      )
      if (!done.complete) {
        throw new AdminError(
          'a service still wraps by the previous master key: give all of them both, then run this again',
        )
      }
      if (done.broken.length > 0) {
        const [some, count] = [done.broken.slice(0, 10).join(', '), done.broken.length]
        throw new AdminError(`neither master key opens ${count} keys, of which the first are ${some}`)
      }
      say(`${done.rewrapped} keys were re-wrapped; PREVIOUS_MASTER_KEY is not needed any more`)
    },
  },
}

function stateOf(key: StoredKey, keys: readonly ScheduledKey[], now: Date): string {
  if (key.compromised) return 'compromised'
  if (!counts(key, now)) return 'left'
  if (signingKeyAt(keys, key.kind, now)?.keyId === key.keyId) return 'signing'
  return key.signsFrom > now ? 'published' : 'verifying'
}

function parsedUuid(text: unknown): string {
  const parsed = uuid.safeParse(String(text).toLowerCase())
  if (!parsed.success) throw new AdminError('--id is no UUID')
  return parsed.data
}
