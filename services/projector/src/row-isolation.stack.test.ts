import { createDatabase, type Database } from '@sightline/database/database'
import type { RolePool } from '@sightline/database/pools'
import { useSharedStack } from '@sightline/local/test-stack'
import { tableOf } from '@sightline/projections/tables'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureTables } from './read-models.ts'
import { ownerPool } from './test-owner.ts'
import { askingRoles, type Isolation, isolationTable, plantIsolation } from './test-row-isolation.ts'

const stack = await useSharedStack('postgres')
let database: Database
let owner: RolePool
let isolation: Isolation

const asOwner = <Row extends object>(text: string, values: unknown[] = []) =>
  owner.transaction('begin', {}, sql => sql<Row>(text, values))

beforeAll(async () => {
  const { connection, ownerUrl, passwords } = await stack.createDatabase({ migrated: true })
  owner = ownerPool(ownerUrl)
  database = createDatabase({ connection, roles: passwords, logger: { warn() {} } })
  await database.asProjector(ensureTables)
  isolation = await plantIsolation({ connection, passwords, owner })
})

afterAll(() => Promise.all([isolation?.close(), database?.close(), owner?.close()]))

test('every table of read and ops has its row in the isolation table', async () => {
  const tables = await asOwner<{ name: string }>(
    `/* tables */ select relnamespace::regnamespace || '.' || relname as name from pg_class
     where relnamespace in ('read'::regnamespace, 'ops'::regnamespace) and relkind in ('r', 'p', 'v', 'm', 'f')`,
  )
  expect(tables.map(({ name }) => name).sort()).toEqual(Object.keys(isolationTable).sort())
})

test.each(Object.keys(isolationTable))('%s shows each role its rows and no other', async table => {
  expect(await isolation.faultsOf(table)).toEqual([])
})

interface Policy {
  table: string
  policy: string
  kind: string
  command: string
  roles: string
  condition: string
}

describe('a mutant is found:', () => {
  test('any policy of a role that is asked through, dropped or opened', async () => {
    const policies = await asOwner<Policy>(
      `/* policies */ select c.relnamespace::regnamespace || '.' || c.relname as table, p.polname as policy,
         case when p.polpermissive then 'permissive' else 'restrictive' end as kind,
         case p.polcmd when 'r' then 'select' else 'all' end as command,
         (select string_agg(rolname, ', ') from pg_roles r where r.oid = any(p.polroles)) as roles,
         pg_get_expr(p.polqual, p.polrelid) as condition
       from pg_policy p join pg_class c on c.oid = p.polrelid
       where exists (select from pg_roles r where r.oid = any(p.polroles) and r.rolname = any($1))`,
      [askingRoles],
    )
    expect(policies.length).toBeGreaterThan(40)
    for (const { table, policy, kind, command, roles, condition } of policies) {
      const concerned = askingRoles.filter(role => roles.split(', ').includes(role))
      const faults = () => isolation.faultsOf(table, concerned)
      await asOwner(`/* drop */ drop policy ${policy} on ${table}`)
      expect(await faults(), `${policy} of ${table} dropped`).not.toEqual([])
      await asOwner(
        `/* restore */ create policy ${policy} on ${table} as ${kind} for ${command} to ${roles} using (${condition})`,
      )
      if (condition === 'true') continue
      await asOwner(`/* open */ alter policy ${policy} on ${table} using (true)`)
      expect(await faults(), `${policy} of ${table} opened`).not.toEqual([])
      await asOwner(`/* restore */ alter policy ${policy} on ${table} using (${condition})`)
      expect(await faults(), `${policy} of ${table} restored`).toEqual([])
    }
  }, 300_000)

  test('row level security that is off', async () => {
    const cameras = tableOf('cameras')
    await asOwner(`/* switchOff */ alter table ${cameras} disable row level security`)
    expect(await isolation.faultsOf(cameras)).not.toEqual([])
    await asOwner(`/* switchOn */ alter table ${cameras} enable row level security`)
    expect(await isolation.faultsOf(cameras)).toEqual([])
  })
})
