import type { ReadPrincipal, ReadScope } from '@sightline/database/roles'
import type { Sql } from '@sightline/database/sql'
import { cameraPage } from '@sightline/projections/cameras/reader'
import { sightingPage, sightingsByIds, sightingsChangedAfter } from '@sightline/projections/sightings/reader'
import { tableOf } from '@sightline/projections/tables'
import { atMost, type Figure, type Section } from './figure.ts'
import { percentile } from './percentiles.ts'
import { type RowSecurityWorld, startRowSecurityWorld } from './row-security-world.ts'

/** Of each pair; fewer where they take long, and never fewer than a quarter. */
const REPETITIONS = 400
const ENOUGH_MS = 6_000

/** What is read by a reader who sees this much; of the whole tenant where that isn't told. */
type Read = (read: Sql, scope: ReadScope | undefined) => Promise<unknown>

const newestSightings: Read = (sql, scope) => sightingPage(sql, { first: 50, scope })
const camerasByName: Read = (sql, scope) => cameraPage(sql, { first: 50, scope })

/** What is read, by the product's own readers. */
const reads: readonly { name: string; read: Read }[] = [
  { name: 'the newest 50 sightings', read: newestSightings },
  { name: '500 changed sightings', read: sql => sightingsChangedAfter(sql, { position: 1_000n }) },
  { name: '50 cameras by name', read: camerasByName },
]

/**
 * What row level security costs: the same statements, each from the begin of its transaction to its rows, on the same rows
 * without it, the condition written by hand and its ids given as parameters.
 */
export const rowSecurity: Section = {
  name: 'row-security',
  title: 'Row level security',
  async measure(progress) {
    progress('filling the read models')
    await using world = await startRowSecurityWorld()
    const figures: Figure[] = []
    const scopes: { name: string; scope?: ReadScope; factor: number }[] = [
      { name: 'whole tenant', factor: 1.05 },
      { name: '50 sites', scope: { siteIds: world.siteIds.slice(0, 50), cameraIds: [] }, factor: 1.3 },
      {
        name: '5,000 cameras',
        scope: { siteIds: [], cameraIds: world.cameraIds.slice(0, 5_000) },
        factor: 2.5,
      },
    ]
    for (const { name, scope, factor } of scopes) {
      progress(name)
      for (const what of reads) {
        const { on, off } = await interleave(world, scope, what.read)
        const ratio = percentile(on, 0.5) / percentile(off, 0.5)
        figures.push({
          name: `${name}: ${what.name}`,
          value: ratio,
          unit: 'x',
          reference: { name: 'by hand, p50', value: percentile(off, 0.5), unit: 'ms' },
          bound: atMost(ratio, factor, `${factor}x`),
        })
      }
    }
    for (const count of [1, 25]) {
      const name = count === 1 ? 'one camera of 10,000' : `${count} cameras of 10,000`
      const scope = { siteIds: [], cameraIds: world.cameraIds.slice(0, count) }
      progress(name)
      for (const [what, read] of [
        ['the newest 50 sightings of all cameras', newestSightings],
        ['all its cameras by name', camerasByName],
      ] as const) {
        const { on, off } = await interleave(world, scope, read)
        const [p50, byHand] = [percentile(on, 0.5), percentile(off, 0.5)]
        figures.push({
          name: `${name}: ${what}, p50`,
          value: p50,
          unit: 'ms',
          reference: { name: 'by hand', value: byHand, unit: 'ms' },
          bound: atMost(p50, 2 * byHand, '2 × by hand'),
        })
      }
    }
    progress('one row')
    for (const { name, scope } of scopes) {
      const { on, off } = await interleave(world, scope, sql => sightingsByIds(sql, [world.sightingId]))
      const p50 = percentile(on, 0.5)
      figures.push({
        name: `${name}: one sighting, from begin to its row, p50`,
        value: p50,
        unit: 'ms',
        reference: { name: 'by hand', value: percentile(off, 0.5), unit: 'ms' },
        ...(name === '5,000 cameras' ? {} : { bound: atMost(p50, 1, '1 ms') }),
      })
    }
    return figures
  },
}

/** How long each takes, ms, in turns, so that whatever else the machine does falls on both. */
async function interleave(world: RowSecurityWorld, scope: ReadScope | undefined, read: Read) {
  const tenant: ReadPrincipal = { kind: 'tenant', tenantId: world.tenantId }
  const on: number[] = []
  const off: number[] = []
  const secured = () =>
    world.database.asPrincipal(scope ? { ...tenant, scope } : tenant, sql => read(sql, scope))
  const byHand = () =>
    world.database.asPrincipal(tenant, sql => read(withoutSecurity(world, scope, sql), undefined))
  const enoughAt = performance.now() + ENOUGH_MS
  for (let turn = -20; turn < REPETITIONS; turn += 1) {
    if (turn > REPETITIONS / 4 && performance.now() > enoughAt) break
    const order =
      turn % 2 === 0
        ? ([
            [secured, on],
            [byHand, off],
          ] as const)
        : ([
            [byHand, off],
            [secured, on],
          ] as const)
    for (const [run, times] of order) {
      const startedAt = performance.now()
      await run()
      if (turn >= 0) times.push(performance.now() - startedAt)
    }
  }
  return { on, off }
}

/** The same statement over the tables' twins, which show everything, with the condition in it. */
function withoutSecurity(world: RowSecurityWorld, scope: ReadScope | undefined, sql: Sql): Sql {
  return (text, values = []) => {
    const all = [...values, world.tenantId]
    let condition = `tenant_id = $${all.length}`
    if (scope) {
      all.push(scope.siteIds, scope.cameraIds)
      condition += ` and (site_id = any($${all.length - 1}::uuid[]) or camera_id = any($${all.length}::uuid[]))`
    }
    const tables = [tableOf('sightings'), tableOf('cameras'), tableOf('streams')]
    const byHand = tables.reduce(
      (statement, table) =>
        statement.replaceAll(table, `(select * from ${world.twinOf(table)} where ${condition})`),
      text,
    )
    return sql(byHand, all)
  }
}
