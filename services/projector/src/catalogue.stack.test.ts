import { createDatabase, type Database } from '@sightline/database/database'
import { migrate } from '@sightline/database/migrate'
import { type Role, roles } from '@sightline/database/roles'
import { tablesWithoutTenant } from '@sightline/database/tables-without-tenant'
import { useSharedStack } from '@sightline/local/test-stack'
import { allTables } from '@sightline/projections/all'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ensureIndexes, ensureTables } from './read-models.ts'

const stack = await useSharedStack('postgres')
let database: Database
/** The catalogue can be read by every role. */
const look = <Row extends object>(text: string, values: unknown[] = []) =>
  database.asProjector(sql => sql<Row>(text, values))

beforeAll(async () => {
  const { connection, ownerUrl, passwords } = await stack.createDatabase()
  await migrate(ownerUrl)
  database = createDatabase({ connection, roles: passwords, logger: { warn() {} } })
  await database.asProjector(ensureTables)
  await ensureIndexes(database)
})

afterAll(() => database?.close())

const inOurSchemas = "relnamespace in ('read'::regnamespace, 'ops'::regnamespace)"
const nameOf = "relnamespace::regnamespace || '.' || relname"

const tableNames = async () => {
  const rows = await look<{ name: string }>(
    `/* tables */ select ${nameOf} as name from pg_class where ${inOurSchemas} and relkind in ('r', 'p') order by 1`,
  )
  return rows.map(row => row.name)
}

test('every table of read and ops has forced row level security and a policy', async () => {
  const open = await look(
    `/* openTables */ select ${nameOf} as name from pg_class c
     where ${inOurSchemas} and relkind in ('r', 'p')
       and not (relrowsecurity and relforcerowsecurity and exists (select from pg_policy where polrelid = c.oid))`,
  )
  expect(open).toEqual([])
  expect((await tableNames()).length).toBeGreaterThanOrEqual(allTables.length + 8)
})

test('there are no views, functions, foreign tables or partitions that could go around it', async () => {
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

test('no role goes around row level security, is a member of another, or is a superuser', async () => {
  const able = await look(
    `/* ableRoles */ select rolname from pg_roles where rolname = any($1)
     and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit
       or exists (select from pg_auth_members m where m.member = pg_roles.oid or m.roleid = pg_roles.oid))`,
    [roles],
  )
  expect(able).toEqual([])
})

test('every primary and unique key of a read model begins with the tenant', async () => {
  const keys = await look<{ table: string; key: string; first: string }>(
    `/* keys */ select c.relname as table, i.indexrelid::regclass::text as key, a.attname as first
     from pg_index i join pg_class c on c.oid = i.indrelid
     left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     where c.relnamespace = 'read'::regnamespace and i.indisunique`,
  )
  expect(keys.filter(key => key.first !== 'tenant_id').map(key => key.table)).toEqual(['checkpoint'])
  expect(keys).toHaveLength(allTables.length + 1)
})

test('there are no foreign keys', async () => {
  const keys = await look(
    `/* foreignKeys */ select conname from pg_constraint
     where contype = 'f' and connamespace in ('read'::regnamespace, 'ops'::regnamespace)`,
  )
  expect(keys).toEqual([])
})

test('whoever may select sees the rows of one tenant, but for the tables that are listed by name', async () => {
  const rows = await look<{ table: string; role: Role; condition: string }>(
    `/* policies */ select ${nameOf} as table, r.rolname as role, pg_get_expr(p.polqual, p.polrelid) as condition
     from pg_policy p join pg_class c on c.oid = p.polrelid
     join pg_roles r on r.oid = any(p.polroles)
     where ${inOurSchemas} and p.polcmd in ('r', '*') and r.rolname = any($1)`,
    [roles],
  )
  const restricted =
    /^\(tenant_id = \( ?SELECT \(?NULLIF\(current_setting\('app\.tenant_id'::text, true\), ''::text\)\)?::uuid/
  const wide: Record<string, Role[]> = {}
  for (const { table, role, condition } of rows) {
    if (restricted.test(condition)) continue
    wide[table] = [...(wide[table] ?? []), role].sort()
  }
  const ownRows = Object.fromEntries(allTables.map(table => [table.sqlName, ['projector']]))
  const listed = Object.entries(tablesWithoutTenant)
    .filter(([, mayselect]) => mayselect.length > 0)
    .map(([table, maySelect]) => [table, [...maySelect].sort()])
  expect(wide).toEqual({ ...ownRows, ...Object.fromEntries(listed) })
})

test('no policy is for everybody', async () => {
  const forAll = await look(
    `/* publicPolicies */ select ${nameOf} as table from pg_policy p join pg_class c on c.oid = p.polrelid
     where ${inOurSchemas} and 0 = any(p.polroles)`,
  )
  expect(forAll).toEqual([])
})

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
  const machines = tableRights('SELECT', table => table.startsWith('read.assignments_'))
  const tenants = tableRights('SELECT', table => !table.startsWith('read.assignments_'))
  const all = 'DELETE INSERT SELECT UPDATE'
  expect(rights).toEqual({
    api_machine: [...machines, 'read.checkpoint: SELECT'].sort(),
    api_tenant: [...tenants, 'read.checkpoint: SELECT'].sort(),
    // And two columns of them to destroy a key, which are no right on the table.
    ops_keys: ['ops.data_keys: INSERT SELECT'],
    ops_api: [
      'agent_credentials',
      'agent_presence',
      'leases',
      'open_pairings',
      'picture_uploads',
      'rate_limits',
    ].map(table => `ops.${table}: ${all}`),
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

function tableRights(right: string, which: (table: string) => boolean): string[] {
  return allTables
    .map(table => table.sqlName)
    .filter(which)
    .map(table => `${table}: ${right}`)
}
