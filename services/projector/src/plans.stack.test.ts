import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { createDatabase, type Database } from '@sightline/database/database'
import type { RolePool } from '@sightline/database/pools'
import type { ReadPrincipal, ReadScope } from '@sightline/database/roles'
import type { Sql } from '@sightline/database/sql'
import { useSharedStack } from '@sightline/local/test-stack'
import { agentPage, allAgents } from '@sightline/projections/agents/reader'
import { allCameras, cameraPage } from '@sightline/projections/cameras/reader'
import { sightingPage } from '@sightline/projections/sightings/reader'
import { sitePage } from '@sightline/projections/sites/reader'
import { tableOf } from '@sightline/projections/tables'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureIndexes, ensureTables } from './read-models.ts'
import { ownerPool } from './test-owner.ts'
import { readersOfMachines, readersOfScopes, readersOfSystem, readersOfTenants } from './test-reader-calls.ts'

const stack = await useSharedStack('postgres')
let database: Database
let owner: RolePool

beforeAll(async () => {
  const { connection, ownerUrl, passwords } = await stack.createDatabase({ migrated: true })
  owner = ownerPool(ownerUrl)
  database = createDatabase({ connection, roles: passwords, logger: { warn() {} } })
  await database.asProjector(ensureTables)
  await ensureIndexes(database)
})

afterAll(() => Promise.all([database?.close(), owner?.close()]))

const tenantId = randomUUID()
const scope = { siteIds: [randomUUID()], cameraIds: Array.from({ length: 5_000 }, () => randomUUID()) }
const wholeTenant: ReadPrincipal = { kind: 'tenant', tenantId }
const narrowed: ReadPrincipal = { kind: 'tenant', tenantId, scope }
const machine: ReadPrincipal = { kind: 'machine' }
const system: ReadPrincipal = { kind: 'system' }

interface PlanNode {
  'Node Type': string
  'Rows Removed by Filter'?: number
  'Actual Loops'?: number
  'Parent Relationship'?: string
  'Subplan Name'?: string
  Plans?: PlanNode[]
}

/** The subqueries of a statement that are evaluated again for each row, by what PostgreSQL calls them. */
async function perRowSubPlans(
  principal: ReadPrincipal,
  call: (read: Sql) => Promise<unknown>,
): Promise<string[]> {
  const found: string[] = []
  let statements = 0
  await database.asPrincipal(principal, read =>
    call(async (text, values) => {
      statements += 1
      const [name] = /^\s*\/\*.*?\*\//.exec(text)!
      const rows = await read<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
        `${name} explain (verbose, format json) ${text}`,
        values,
      )
      const [{ Plan }] = rows[0]!['QUERY PLAN']
      const printed = JSON.stringify(Plan)
      for (const node of nodesOf(Plan)) {
        if (node['Parent Relationship'] !== 'SubPlan') continue
        if (!printed.includes(`(hashed ${node['Subplan Name']})`))
          found.push(`${name} ${node['Subplan Name']}`)
      }
      return []
    }),
  )
  expect(statements).toBeGreaterThan(0)
  return found
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)]
}

const callsOf = (readers: typeof readersOfScopes) =>
  Object.values(readers).flatMap(file =>
    Object.entries(file).flatMap(([name, calls]) => calls.map((call, nth) => [name, nth, call] as const)),
  )

test('every reader is here', async () => {
  const folder = new URL('../../../projections/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    /^[\w-]+\/reader\.ts$/.test(file),
  )
  const there = await Promise.all(
    files.map(async file => {
      const functions: object = await import(new URL(file, folder).pathname)
      return Object.keys(functions).map(name => `${file.split('/')[0]}: ${name}`)
    }),
  )
  const called = [readersOfScopes, readersOfTenants, readersOfMachines, readersOfSystem].flatMap(readers =>
    Object.entries(readers).flatMap(([file, functions]) =>
      Object.keys(functions).map(name => `${file}: ${name}`),
    ),
  )
  expect(called.sort()).toEqual(there.flat().sort())
})

test.each(callsOf(readersOfScopes))(
  '%s (%i) evaluates no subquery again for each row',
  async (_name, _nth, call) => {
    expect(await perRowSubPlans(wholeTenant, call)).toEqual([])
    expect(await perRowSubPlans(narrowed, call)).toEqual([])
  },
)

test.each(callsOf(readersOfTenants))(
  'nor does %s (%i), which nobody calls who is narrowed',
  async (_name, _nth, call) => {
    expect(await perRowSubPlans(wholeTenant, call)).toEqual([])
    await expect(database.asPrincipal(narrowed, call)).rejects.toThrow('permission denied')
  },
)

test.each(callsOf(readersOfMachines))(
  'nor does %s (%i), which only machines call',
  async (_name, _nth, call) => {
    expect(await perRowSubPlans(machine, call)).toEqual([])
    await expect(database.asPrincipal(wholeTenant, call)).rejects.toThrow('permission denied')
    await expect(database.asPrincipal(narrowed, call)).rejects.toThrow('permission denied')
  },
)

test.each(callsOf(readersOfSystem))(
  'nor does %s (%i), which only administrators of the system call',
  async (_name, _nth, call) => {
    expect(await perRowSubPlans(system, call)).toEqual([])
    for (const other of [wholeTenant, narrowed, machine]) {
      await expect(database.asPrincipal(other, call)).rejects.toThrow('permission denied')
    }
  },
)

test('an administrator of the system reads no table of the tenants', async () => {
  for (const [, , call] of [readersOfScopes, readersOfTenants, readersOfMachines].flatMap(callsOf)) {
    await expect(database.asPrincipal(system, call)).rejects.toThrow('permission denied')
  }
})

test('a mutant is found: a policy that asks again for each row', async () => {
  const cameras = tableOf('cameras')
  const alter = (condition: string) =>
    owner.transaction('begin', {}, sql =>
      sql(`/* mutate */ alter policy api_scoped_scope on ${cameras} using (${condition})`),
    )
  const { allCameras } = readersOfScopes.cameras!
  await alter(
    `0 < (select count(*) from unnest(nullif(current_setting('app.sites', true), '')::uuid[]) s where s = site_id)`,
  )
  expect(await perRowSubPlans(narrowed, allCameras![0]!)).not.toEqual([])
  await alter(`site_id in (select unnest(nullif(current_setting('app.sites', true), '')::uuid[]))`)
  expect(await perRowSubPlans(narrowed, allCameras![0]!)).toEqual([])
})

describe('in a tenant that has many, whoever sees little looks at little:', () => {
  const ids = Array.from({ length: 2_000 }, () => randomUUID())
  const [first] = ids as [string]
  const lists: Record<string, (read: Sql, scope?: ReadScope) => Promise<unknown>> = {
    sightingPage: (read, scope) => sightingPage(read, { first: 50, scope }),
    cameraPage: (read, scope) => cameraPage(read, { first: 50, scope }),
    allCameras: (read, scope) => allCameras(read, { scope }),
    agentPage: (read, scope) => agentPage(read, { first: 50, scope }),
    allAgents: (read, scope) => allAgents(read, { scope }),
    sitePage: (read, scope) => sitePage(read, { first: 50, scope }),
  }

  /** One of each at its own site, all with the same id. */
  beforeAll(async () => {
    const rows = {
      [tableOf('sites')]: { name: 'id::text' },
      [tableOf('agents')]: {
        site_id: 'id',
        name: 'id::text',
        serial: "''",
        status: "'ONLINE'",
        status_since: 'now()',
        paired_at: 'now()',
      },
      [tableOf('cameras')]: {
        site_id: 'id',
        name: 'id::text',
        frames_per_second: '2',
        reencode: 'false',
        address: "'{}'",
        registered_at: 'now()',
        wanted: 'false',
      },
      [tableOf('sightings')]: {
        camera_id: 'id',
        site_id: 'id',
        status: "'LEFT'",
        first_seen_at: 'now()',
        last_seen_at: 'now()',
        decided_at: 'now()',
        candidates: "'[]'",
        crop: "'{}'",
      },
    }
    for (const [table, columns] of Object.entries(rows)) {
      const names = ['tenant_id', 'id', 'position', ...Object.keys(columns)]
      const values = ['$1', 'id', '1', ...Object.values(columns)]
      await database.asProjector(async sql => {
        await sql(
          `/* fill */ insert into ${table} (${names.join()}) select ${values.join()} from unnest($2::uuid[]) id`,
          [tenantId, ids],
        )
        await sql(`/* analyse */ analyze ${table}`)
      })
    }
  })

  /** How many rows a list finds and throws away again. */
  async function thrownAway(list: (read: Sql) => Promise<unknown>, scope: ReadScope): Promise<number> {
    let rows = 0
    await database.asPrincipal({ kind: 'tenant', tenantId, scope }, read =>
      list(async (text, values) => {
        const [name] = /^\s*\/\*.*?\*\//.exec(text)!
        const answer = await read<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
          `${name} explain (analyze, format json) ${text}`,
          values,
        )
        for (const node of nodesOf(answer[0]!['QUERY PLAN'][0].Plan))
          rows += (node['Rows Removed by Filter'] ?? 0) * (node['Actual Loops'] ?? 0)
        return []
      }),
    )
    return rows
  }

  test.each(Object.entries(lists))('%s', async (_name, list) => {
    for (const scope of [
      { siteIds: [], cameraIds: [first] },
      { siteIds: [first], cameraIds: [] },
    ]) {
      expect(await thrownAway(read => list(read, scope), scope)).toBeLessThan(10)
      expect(await thrownAway(read => list(read), scope)).toBeGreaterThan(1_000)
    }
  })
})
