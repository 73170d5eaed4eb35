import type { Database } from '@sightline/database/database'
import type { Sql } from '@sightline/database/sql'

type Ops = Pick<Database, 'inOps'>

/** Notes when a grant ends, before it is given: what the sweeper finds nothing to end of is forgotten. */
export async function noteGrantEnd(
  database: Ops,
  grant: { tenantId: string; grantId: string; endsAt: Date },
): Promise<void> {
  const { tenantId, grantId, endsAt } = grant
  await database.inOps('ops_api', tenantId, sql =>
    sql(
      `/* noteGrantEnd */ insert into ops.grant_ends (tenant_id, grant_id, ends_at) values ($1, $2, $3)
       on conflict (tenant_id, grant_id) do nothing`,
      [tenantId, grantId, endsAt],
    ),
  )
}

/** A tenant with grants whose end has passed, locked; those that others hold or that are `skipped` are passed over. */
export async function lockTenantWithEndedGrants(
  sql: Sql,
  now: Date,
  skipped: readonly string[],
): Promise<string | undefined> {
  const rows = await sql<{ tenant_id: string }>(
    `/* lockEndedGrant */ select tenant_id from ops.grant_ends
     where ends_at <= $1 and tenant_id <> all($2::uuid[]) order by ends_at limit 1 for update skip locked`,
    [now, skipped],
  )
  return rows[0]?.tenant_id
}

/** Forgets the ends that had passed. */
export async function forgetGrantEnds(sql: Sql, tenantId: string, now: Date): Promise<void> {
  await sql('/* forgetGrantEnds */ delete from ops.grant_ends where tenant_id = $1 and ends_at <= $2', [
    tenantId,
    now,
  ])
}
