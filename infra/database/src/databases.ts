import pg from 'pg'

/**
 * Makes an empty database, for tests and the local stack; a production database is given by whoever runs it.
 * @param adminUrl address of somebody who may create databases
 */
export async function createEmptyDatabase(adminUrl: string, name: string): Promise<void> {
  await execute(adminUrl, `/* createDatabase */ create database ${pg.escapeIdentifier(name)}`)
}

/** Drops a database if it is there, and with it the connections of whoever still uses it. */
export async function dropDatabase(adminUrl: string, name: string): Promise<void> {
  await execute(
    adminUrl,
    `/* dropDatabase */ drop database if exists ${pg.escapeIdentifier(name)} with (force)`,
  )
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  // Unheard, a connection that is ended between two statements would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
