import { createDatabase, type Database } from '@sightline/database/database'
import { migrate } from '@sightline/database/migrate'
import type { RolePool } from '@sightline/database/pools'
import { type Role, roles } from '@sightline/database/roles'
import { tablesWithoutScope } from '@sightline/database/tables-without-scope'
import { tablesWithoutTenant } from '@sightline/database/tables-without-tenant'
import { useSharedStack } from '@sightline/local/test-stack'
import { allTables } from '@sightline/projections/all'
import { type TableName, tableOf } from '@sightline/projections/tables'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureIndexes, ensureTables } from './read-models.ts'
import { catalogueFaults } from './test-catalogue.ts'
import { ownerPool } from './test-owner.ts'

const stack = await useSharedStack('postgres')
let database: Database
let owner: RolePool
/** The catalogue can be read by every role. */
const look = <Row extends object>(text: string, values: unknown[] = []) =>
  database.asProjector(sql => sql<Row>(text, values))

beforeAll(async () => {
  const { connection, ownerUrl, passwords } = await stack.createDatabase()
  await migrate(ownerUrl)
  owner = ownerPool(ownerUrl)
  database = createDatabase({ connection, roles: passwords, logger: { warn() {} } })
  await database.asProjector(ensureTables)
  await ensureIndexes(database)
})

afterAll(() => Promise.all([database?.close(), owner?.close()]))

const inOurSchemas = "relnamespace in ('read'::regnamespace, 'ops'::regnamespace)"
const nameOf = "relnamespace::regnamespace || '.' || relname"

const tableNames = async () => {
  const rows = await look<{ name: string }>(
    `/* tables */ select ${nameOf} as name from pg_class where ${inOurSchemas} and relkind in ('r', 'p') order by 1`,
  )
  return rows.map(row => row.name)
}

test('lets no row reach anybody whom it isn’t for', async () => {
  expect(await database.asProjector(catalogueFaults)).toEqual([])
  expect((await tableNames()).length).toBeGreaterThanOrEqual(allTables.length + 8)
})

test('has nothing but tables, and no functions', async () => {
  const others = await look(
    `/* otherRelations */ select ${nameOf} as name, relkind from pg_class
     where ${inOurSchemas} and relkind not in ('r', 'i', 'S', 't')`,
  )
  const functions = await look(
    `/* functions */ select proname from pg_proc
     where pronamespace in ('read'::regnamespace, 'ops'::regnamespace, 'public'::regnamespace)`,
  )
  expect([...others, ...functions]).toEqual([])
})

test('has every table that is listed by name', async () => {
  const listed = [...Object.keys(tablesWithoutTenant), ...Object.keys(tablesWithoutScope)]
  const there = await tableNames()
  expect(listed.filter(table => !there.includes(table))).toEqual([])
})

describe('a mutant is found:', () => {
  test('any policy that is dropped, or shows all rows', async () => {
    const policies = await look<{ table: string; policy: string; all: boolean }>(
      `/* policies */ select ${nameOf} as table, polname as policy, pg_get_expr(polqual, polrelid) = 'true' as all
       from pg_policy p join pg_class c on c.oid = p.polrelid where ${inOurSchemas} and polname <> 'owner'`,
    )
    expect(policies.length).toBeGreaterThan(50)
    for (const { table, policy, all } of policies) {
      const dropped = await faultsAfter(`drop policy ${policy} on ${table}`)
      expect(dropped.join(), `${policy} of ${table} dropped`).toContain(table)
      if (all) continue
      const opened = await faultsAfter(`alter policy ${policy} on ${table} using (true)`)
      expect(opened.join(), `${policy} of ${table} opened`).toContain(table)
    }
  }, 300_000)

  const cameras = tableOf('cameras')
  const members = tableOf('members')
  const ofTenant = "tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::uuid)"
  test.each([
    [`alter table ${cameras} disable row level security`, 'no forced row level security'],
    [`alter table ops.leases no force row level security`, 'no forced row level security'],
    [`alter role api_tenant bypassrls`, 'api_tenant may more'],
    [`grant api_tenant to api_scoped`, 'may more'],
    [`create policy more on ${cameras} for select to api_tenant using (true)`, 'more than one policy'],
    [`create policy more on ${cameras} for select using (true)`, 'for everybody'],
    [`create unique index on ${cameras} (id)`, 'doesn’t begin with the tenant'],
    [`alter table ${cameras} add unique (id)`, 'doesn’t begin with the tenant'],
    [`alter table ${cameras} add foreign key (tenant_id, site_id) references ${tableOf('sites')}`, 'key'],
    [`create view read.seen as select * from ${cameras}`, 'view without security_invoker'],
    [`create materialized view read.kept as select * from ${cameras}`, 'materialised view'],
    [
      `create function public.peek() returns bigint language sql security definer
       begin atomic select count(*) from ${cameras}; end`,
      'SECURITY DEFINER',
    ],
    [`grant select on ${members} to api_scoped`, 'no policy for api_scoped'],
    [
      `grant select on ${members} to api_scoped;
       create policy api_scoped on ${members} for select to api_scoped using (${ofTenant})`,
      'doesn’t narrow api_scoped',
    ],
    [
      `alter policy api_scoped_scope on ${cameras} using (exists (
         select from unnest(nullif(current_setting('app.sites', true), '')::uuid[]) site where site = site_id))`,
      'something else than its scope',
    ],
    [
      `alter policy api_tenant on ${cameras} using (tenant_id = current_setting('app.tenant_id')::uuid)`,
      'other rows',
    ],
  ])('%s', async (mutation, fault) => {
    expect((await faultsAfter(mutation)).join().replaceAll("'", '’')).toContain(fault)
  })
})

/** What is wrong after a change of the owner's, which is taken back. */
async function faultsAfter(mutation: string): Promise<string[]> {
  let faults: string[] = []
  const tookBack = new Error('taken back')
  const changing = owner.transaction('begin', {}, async sql => {
    await sql(`/* mutate */ ${mutation}`)
    faults = await catalogueFaults(sql)
    throw tookBack
  })
  await expect(changing).rejects.toBe(tookBack)
  return faults
}

test('each role has the rights that are listed here and no other', async () => {
  const rows = await look<{ role: Role; table: string; rights: string }>(
    `/* rights */ select r.rolname as role, ${nameOf} as table,
       string_agg(right_, ' ' order by right_) filter (where has_table_privilege(r.oid, c.oid, right_)) as rights
     from pg_class c cross join pg_roles r
     cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) right_
     where ${inOurSchemas} and c.relkind = 'r' and r.rolname = any($1) and pg_get_userbyid(c.relowner) <> r.rolname
     group by 1, 2`,
    [roles],
  )
  const rights: Record<string, string[]> = {}
  for (const { role, table, rights: held } of rows) {
    if (held) rights[role] = [...(rights[role] ?? []), `${table}: ${held}`].sort()
  }
  const select = (...tables: string[]) => tables.map(table => `${table}: SELECT`).sort()
  const tablesOf = (...names: TableName[]) => names.map(tableOf)
  const forMachines = tablesOf('assignments_cameras', 'assignments_wanted', 'assignments_claims')
  const forSystem = tablesOf('tenant_records', 'tenant_records_counted')
  const notNarrowed = tablesOf('members', 'grants', 'api_keys', 'sessions', 'tenant_settings')
  const ofTenants = allTables
    .map(table => table.sqlName)
    .filter(table => ![...forMachines, ...forSystem].includes(table))
  const all = 'DELETE INSERT SELECT UPDATE'
  expect(rights).toEqual({
    api_machine: select(...forMachines, 'read.checkpoint'),
    api_system: select(...forSystem, 'read.checkpoint'),
    api_tenant: select(...ofTenants, 'read.checkpoint'),
    api_scoped: select(...ofTenants.filter(table => !notNarrowed.includes(table)), 'read.checkpoint'),
    // Columns that may be updated are no right on the table.
    ops_keys: ['ops.data_keys: INSERT SELECT', 'ops.signing_keys: INSERT SELECT'],
    ops_admin: select('ops.data_keys', 'ops.signing_keys'),
    ops_api: [
      `ops.agent_credentials: ${all}`,
      `ops.agent_presence: ${all}`,
      'ops.api_keys: DELETE INSERT SELECT',
      `ops.grant_ends: ${all}`,
      `ops.leases: ${all}`,
      `ops.open_pairings: ${all}`,
      `ops.picture_uploads: ${all}`,
      `ops.quota_places: ${all}`,
      `ops.rate_limits: ${all}`,
      `ops.sessions: ${all}`,
      'ops.sign_in_links: DELETE INSERT SELECT',
      'ops.users: INSERT SELECT',
    ],
  })
})

test('nobody but these roles may connect, and only the projector makes tables', async () => {
  const may = await look<{ role: string }>(
    `/* mayConnect */ select rolname as role from pg_roles
     where rolname = any($1) and has_database_privilege(rolname, current_database(), 'CONNECT')`,
    [roles],
  )
  expect(may.map(row => row.role).sort()).toEqual([...roles].sort())
  const everybody = await look(
    `/* everybody */ select 1 from pg_database, aclexplode(datacl) acl
     where datname = current_database() and acl.grantee = 0`,
  )
  expect(everybody).toEqual([])
  const makers = await look<{ role: string; schema: string }>(
    `/* makers */ select r.rolname as role, n.nspname as schema from pg_roles r cross join pg_namespace n
     where r.rolname = any($1) and n.nspname in ('read', 'ops', 'public')
       and has_schema_privilege(r.rolname, n.nspname, 'CREATE')`,
    [roles],
  )
  expect(makers).toEqual([{ role: 'projector', schema: 'read' }])
})
