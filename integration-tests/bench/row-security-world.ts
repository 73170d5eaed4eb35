import { randomUUID } from 'node:crypto'
import { createDatabase, type Database } from '@sightline/database/database'
import { createRoles, migrate } from '@sightline/database/migrate'
import { type RolePasswords, roles } from '@sightline/database/roles'
import { startLocalStack } from '@sightline/local/stack'
import { tableOf } from '@sightline/projections/tables'
import { ensureIndexes, ensureTables } from '@sightline/projector/read-models'

/** Read models full of rows, each with a twin of the same rows whose row level security is off. */
export interface RowSecurityWorld extends AsyncDisposable {
  database: Database
  /** The tenant whose rows are read; the others have as many together. */
  tenantId: string
  /** Each has a hundredth of the tenant's cameras. */
  siteIds: readonly string[]
  cameraIds: readonly string[]
  /** At the first site, by one of the first half of the cameras. */
  sightingId: string
  /** The name of a table's twin. */
  twinOf(table: string): string
}

const SITES = 100
const CAMERAS = 10_000
const SIGHTINGS = 200_000
const twinned = [tableOf('sightings'), tableOf('cameras'), tableOf('streams')] as const

/** Makes the rows by SQL: what is measured is how they are read. */
export async function startRowSecurityWorld(): Promise<RowSecurityWorld> {
  const passwords = Object.fromEntries(roles.map(role => [role, randomUUID()])) as RolePasswords
  const stack = await startLocalStack({
    parts: ['postgres'],
    prepareCluster: adminUrl => createRoles(adminUrl, passwords),
  })
  await migrate(stack.postgres.adminUrl)
  const { hostname, port, pathname } = new URL(stack.postgres.adminUrl)
  const database = createDatabase({
    connection: { host: hostname, port: Number(port), database: pathname.slice(1) },
    roles: passwords,
    logger: { warn() {} },
    max: 1,
  })
  await database.asProjector(ensureTables)
  const ids = (count: number) => Array.from({ length: count }, () => randomUUID())
  const [tenantIds, siteIds, cameraIds] = [ids(2), ids(SITES), ids(CAMERAS)]
  const fill = (name: string, text: string, values: unknown[]) =>
    database.asProjector(sql => sql(`/* ${name} */ ${text}`, values), { answerWithinMs: 600_000 })
  for (const tenantId of tenantIds) {
    await fill(
      'fillCameras',
      `insert into ${tableOf('cameras')} (tenant_id, id, site_id, name, frames_per_second, reencode, address, registered_at,
         stream_id, wanted, position)
       select $1, id, ($2::uuid[])[1 + nth % ${SITES}], 'Camera ' || nth, 2, false, jsonb_build_object('data', repeat('x', 200)),
         now(), null, false, nth from unnest($3::uuid[]) with ordinality as camera (id, nth)`,
      [tenantId, siteIds, cameraIds],
    )
    await fill(
      'fillSightings',
      `insert into ${tableOf('sightings')} (tenant_id, id, camera_id, site_id, person_id, similarity, status, first_seen_at,
         last_seen_at, decided_at, candidates, crop, previous_sighting_id, position)
       select $1, gen_random_uuid(), ($3::uuid[])[camera], ($2::uuid[])[1 + camera % ${SITES}], null, 0.5, 'LEFT', seen, seen, seen,
         jsonb_build_array(jsonb_build_object('personId', gen_random_uuid(), 'similarity', 0.5)),
         jsonb_build_object('objectKey', repeat('x', 100)), null, nth
       from generate_series(1, ${SIGHTINGS}) as nth
       cross join lateral (select 1 + (nth * 7919) % ${CAMERAS} as camera, now() - nth * interval '1 second' as seen) place`,
      [tenantId, siteIds, cameraIds],
    )
  }
  await ensureIndexes(database)
  const twinOf = (table: string) => `${table}_open`
  for (const table of twinned) {
    await fill(
      'makeTwin',
      `create table ${twinOf(table)} (like ${table} including defaults including generated)`,
      [],
    )
    const columns = await database.asProjector(sql =>
      sql<{ names: string }>(
        `/* columns */ select string_agg(attname, ', ') as names from pg_attribute
         where attrelid = $1::regclass and attnum > 0 and attgenerated = ''`,
        [table],
      ),
    )
    const { names } = columns[0]!
    await fill('fillTwin', `insert into ${twinOf(table)} (${names}) select ${names} from ${table}`, [])
    await fill('indexTwin', `alter table ${twinOf(table)} add primary key (tenant_id, id)`, [])
    const indexes = await database.asProjector(sql =>
      sql<{ text: string }>(
        `/* indexes */ select replace(pg_get_indexdef(indexrelid), ' ON ' || $1, ' ON ' || $2) as text
         from pg_index where indrelid = $1::regclass and not indisprimary`,
        [table, twinOf(table)],
      ),
    )
    for (const { text } of indexes) await fill('indexTwin', text.replace(/INDEX \S+ ON/, 'INDEX ON'), [])
    await fill('grantTwin', `grant select on ${twinOf(table)} to api_tenant`, [])
  }
  for (const table of twinned.flatMap(table => [table, twinOf(table)]))
    await fill('analyse', `analyze ${table}`, [])
  const [sighting] = await database.asPrincipal({ kind: 'tenant', tenantId: tenantIds[0]! }, read =>
    read<{ id: string }>(
      `/* oneSighting */ select id from ${tableOf('sightings')} where site_id = $1 and camera_id = any($2) limit 1`,
      [siteIds[0], cameraIds.slice(0, 5_000)],
    ),
  )
  return {
    database,
    tenantId: tenantIds[0]!,
    siteIds,
    cameraIds,
    sightingId: sighting!.id,
    twinOf,
    async [Symbol.asyncDispose]() {
      await database.close()
      await stack.close()
    },
  }
}
