import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { type RolePasswords, roles } from './roles.ts'

/** A migration that ran says otherwise than its file: files are never edited once they ran. */
export class MigrationChangedError extends Error {
  override name = 'MigrationChangedError'
}

/**
 * Makes the login roles of the cluster, or gives them these passwords. May run beside itself, as long as all callers
 * name the same database: the lock that puts them in a row is a database's.
 *
 * @param adminUrl address of somebody who may create roles
 */
export async function createRoles(adminUrl: string, passwords: RolePasswords): Promise<void> {
  await withClient(adminUrl, async client => {
    await client.query("/* lockRoles */ select pg_advisory_lock(hashtext('sightline roles'))")
    const { rows } = await client.query<{ rolname: string }>(
      '/* existingRoles */ select rolname from pg_roles where rolname = any($1)',
      [roles],
    )
    const existing = new Set(rows.map(row => row.rolname))
    for (const role of roles) {
      const name = pg.escapeIdentifier(role)
      const verifier = pg.escapeLiteral(scramVerifier(passwords[role]))
      const options = `login nosuperuser nocreatedb nocreaterole noinherit noreplication nobypassrls password ${verifier}`
      await client.query(
        `/* createRole */ ${existing.has(role) ? 'alter' : 'create'} role ${name} ${options}`,
      )
    }
  })
}

/**
 * Brings a database's `ops`, the schema `read` and the rights on them up to date; runs before any service. May run
 * beside itself. The roles must be there.
 *
 * @param ownerUrl address of who owns the database; the tables will be theirs
 * @returns the names of the migrations that ran now
 * @throws MigrationChangedError
 */
export async function migrate(ownerUrl: string): Promise<string[]> {
  return withClient(ownerUrl, async client => {
    await client.query("/* lockMigrations */ select pg_advisory_lock(hashtext('sightline migrations'))")
    const done = await migrationsDone(client)
    const ran: string[] = []
    for (const { name, text, hash } of migrationFiles()) {
      const before = done.get(name)
      if (before !== undefined && before !== hash)
        throw new MigrationChangedError(`migration ${name} was edited`)
      if (before !== undefined) continue
      await client.query('begin')
      await client.query(text)
      if (ran.length === 0 && done.size === 0) await client.query(CREATE_MIGRATIONS)
      await client.query('/* recordMigration */ insert into ops.migrations (name, sha256) values ($1, $2)', [
        name,
        hash,
      ])
      await client.query('commit')
      ran.push(name)
    }
    await restrictConnections(client)
    return ran
  })
}

/** Its rows are for the owner alone, who is under row security as well unless a superuser. */
const CREATE_MIGRATIONS = `
  create table ops.migrations (name text primary key, sha256 text not null, ran_at timestamptz not null default now());
  alter table ops.migrations enable row level security, force row level security;
  create policy owner on ops.migrations to current_user using (true);`

async function migrationsDone(client: pg.Client): Promise<Map<string, string>> {
  const { rows: tables } = await client.query<{ there: boolean }>(
    "/* migrationsTable */ select to_regclass('ops.migrations') is not null as there",
  )
  if (!tables[0]?.there) return new Map()
  const { rows } = await client.query<{ name: string; sha256: string }>(
    '/* migrationsDone */ select name, sha256 from ops.migrations',
  )
  return new Map(rows.map(row => [row.name, row.sha256]))
}

function migrationFiles(): { name: string; text: string; hash: string }[] {
  const folder = new URL('./migrations/', import.meta.url)
  return readdirSync(folder)
    .filter(file => file.endsWith('.sql'))
    .sort()
    .map(file => {
      const text = readFileSync(new URL(file, folder), 'utf8')
      return {
        name: file.slice(0, -'.sql'.length),
        text,
        hash: createHash('sha256').update(text).digest('hex'),
      }
    })
}

/** Nobody but the roles may connect, and nobody may make temporary tables. */
async function restrictConnections(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    '/* databaseName */ select current_database() as name',
  )
  const database = pg.escapeIdentifier(rows[0]!.name)
  const to = roles.map(role => pg.escapeIdentifier(role)).join(', ')
  await client.query(`revoke all on database ${database} from public`)
  await client.query(`grant connect on database ${database} to ${to}`)
}

async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'sightline migrations' })
  // Unheard, a connection that is ended between two statements would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    return await use(client)
  } finally {
    await client.end()
  }
}

const SCRAM_ITERATIONS = 4096

/** What PostgreSQL stores for a password (RFC 5803), so that the password itself reaches no statement and no log. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16)
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, SCRAM_ITERATIONS, 32, 'sha256')
  const keyOf = (label: string) => createHmac('sha256', salted).update(label).digest()
  const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64')
  const serverKey = keyOf('Server Key').toString('base64')
  return `SCRAM-SHA-256$${SCRAM_ITERATIONS}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}
