import { type Role, roles } from '@sightline/database/roles'
import type { Sql } from '@sightline/database/sql'
import { tablesWithoutScope } from '@sightline/database/tables-without-scope'
import { tablesWithoutTenant } from '@sightline/database/tables-without-tenant'

/**
 * What of a database's catalogue would let a row reach somebody whom it isn't for, one sentence each; nothing where all
 * walls stand. What policies say is compared word for word, as PostgreSQL prints it.
 *
 * @param look a door of any role: the catalogue can be read by every one
 */
export async function catalogueFaults(look: Sql): Promise<string[]> {
  const faults = [
    await tablesWithoutRowSecurity(look),
    await waysAround(look),
    await ableRoles(look),
    await keysWithoutTenant(look),
    await policyFaults(look),
  ]
  return faults.flat()
}

const ofOurSchemas = "c.relnamespace in ('read'::regnamespace, 'ops'::regnamespace)"
const tableName = "c.relnamespace::regnamespace || '.' || c.relname"
const ofUsers = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_(toast|temp)'"

async function tablesWithoutRowSecurity(look: Sql): Promise<string[]> {
  const rows = await look<{ name: string }>(
    `/* tablesWithoutRowSecurity */ select ${tableName} as name from pg_class c
     where ${ofOurSchemas} and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`,
  )
  return rows.map(({ name }) => `${name} has no forced row level security`)
}

/** Whatever shows rows with somebody else's rights, in any schema. */
async function waysAround(look: Sql): Promise<string[]> {
  const relations = await look<{ name: string; what: string }>(
    `/* otherRelations */ select n.nspname || '.' || c.relname as name, case c.relkind
         when 'm' then 'is a materialised view' when 'f' then 'is a foreign table' when 'p' then 'is partitioned'
         else 'is a view without security_invoker' end as what
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where ${ofUsers} and (c.relkind in ('m', 'f', 'p')
       or c.relkind = 'v' and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false))`,
  )
  const functions = await look<{ name: string; what: string }>(
    `/* definersFunctions */ select p.oid::regprocedure::text as name, 'is SECURITY DEFINER' as what
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where ${ofUsers} and p.prosecdef`,
  )
  return [...relations, ...functions].map(({ name, what }) => `${name} ${what}`)
}

async function ableRoles(look: Sql): Promise<string[]> {
  const rows = await look<{ role: string }>(
    `/* ableRoles */ select rolname as role from pg_roles where rolname = any($1)
     and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolinherit
       or exists (select from pg_auth_members m where m.member = pg_roles.oid or m.roleid = pg_roles.oid))`,
    [roles],
  )
  return rows.map(({ role }) => `${role} may more than its grants say`)
}

/** Unique checks see all rows, and their refusals tell of them; so do foreign keys. */
async function keysWithoutTenant(look: Sql): Promise<string[]> {
  const constraints = await look<{ table: string; key: string }>(
    `/* keysWithoutTenant */ select ${tableName} as table, k.conname as key
     from pg_constraint k join pg_class c on c.oid = k.conrelid
     left join pg_attribute a on a.attrelid = c.oid and a.attnum = k.conkey[1]
     where c.relnamespace = 'read'::regnamespace and k.contype in ('p', 'u', 'x') and a.attname <> 'tenant_id'
       or ${ofOurSchemas} and k.contype = 'f'`,
  )
  const indexes = await look<{ table: string; key: string }>(
    `/* uniqueIndexesWithoutTenant */ select ${tableName} as table, i.indexrelid::regclass::text as key
     from pg_index i join pg_class c on c.oid = i.indrelid
     left join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     where c.relnamespace = 'read'::regnamespace and i.indisunique and a.attname is distinct from 'tenant_id'
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`,
  )
  return [...constraints, ...indexes]
    .filter(({ table }) => table !== 'read.checkpoint')
    .map(({ table, key }) => `${table} has the key ${key}, which doesn't begin with the tenant`)
}

const setting = (name: string) => `(NULLIF(current_setting('app.${name}'::text, true), ''::text))::uuid`
const tenantSet = `( SELECT ${setting('tenant_id')} AS "nullif")`
const among = (name: string) => `( SELECT unnest(${setting(name)}[]) AS unnest)`
const some = (name: string) => `(cardinality(${setting(name)}[]) > 0)`

/** What policies may say, as PostgreSQL prints it. */
const conditions = {
  all: 'true',
  tenant: `(tenant_id = ${tenantSet})`,
  'tenant if set': `COALESCE((tenant_id = ${tenantSet}), true)`,
  'tenant if set, and those of none if none is': `((${tenantSet} IS NULL) OR (tenant_id = ${tenantSet}))`,
  'site or camera': `((site_id IN ${among('sites')}) OR (camera_id IN ${among('cameras')}))`,
  sites: `(((site_ids = '{}'::uuid[]) AND ( SELECT (${some('sites')} OR ${some('cameras')}))) OR (site_ids && ( SELECT ${setting('sites')}[] AS "nullif")))`,
}
type Condition = keyof typeof conditions
const conditionOf = (printed: string | null) =>
  (Object.keys(conditions) as Condition[]).find(name => conditions[name] === printed)

interface Policy {
  table: string
  policy: string
  role: Role | null
  permissive: boolean
  command: string
  condition: string | null
  check: string | null
}

async function policyFaults(look: Sql): Promise<string[]> {
  const policies = await look<Policy>(
    `/* policies */ select ${tableName} as table, p.polname as policy, r.rolname as role, p.polpermissive as permissive,
       p.polcmd::text as command, pg_get_expr(p.polqual, p.polrelid) as condition,
       pg_get_expr(p.polwithcheck, p.polrelid) as check
     from pg_policy p join pg_class c on c.oid = p.polrelid
     cross join unnest(p.polroles) as to_role left join pg_roles r on r.oid = to_role
     where ${ofOurSchemas}`,
  )
  const rights = await look<{ table: string; role: Role; ofTenant: boolean; owner: boolean }>(
    `/* mayLook */ select ${tableName} as table, r.rolname as role, pg_get_userbyid(c.relowner) = r.rolname as owner,
       exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id') as "ofTenant"
     from pg_class c cross join pg_roles r
     where ${ofOurSchemas} and c.relkind = 'r' and r.rolname = any($1) and has_any_column_privilege(r.oid, c.oid, 'SELECT')`,
    [roles],
  )
  const faults: string[] = []
  for (const { table, policy, role, permissive } of policies) {
    if (role === null) faults.push(`${table} has the policy ${policy} for everybody`)
    if (!permissive && role !== 'api_scoped') faults.push(`${table} has a restrictive policy for ${role}`)
  }
  for (const { table, role, ofTenant, owner } of rights) {
    const own = policies.filter(other => other.table === table && other.role === role)
    const [shows, ...others] = own.filter(({ permissive }) => permissive)
    if (!shows) {
      faults.push(`${table} has no policy for ${role}`)
      continue
    }
    if (others.length > 0) faults.push(`${table} has more than one policy that shows rows to ${role}`)
    if (own.some(({ check }) => check !== null)) faults.push(`${table} has a policy that checks otherwise`)
    const all = owner || tablesWithoutTenant[table]?.includes(role)
    const said = conditionOf(shows.condition)
    if (!said || !mayBe(all === true, ofTenant && !owner && !seesAllTenants.includes(role)).includes(said))
      faults.push(`${table} shows ${role} other rows than its tenant's: ${shows.condition}`)
    if (role === 'api_scoped') faults.push(...scopeFaults(table, own))
  }
  return faults
}

/** Roles whose tables show them the rows of all tenants, although these have one. */
const seesAllTenants: readonly Role[] = ['api_machine', 'api_system', 'ops_admin']

/** What a policy may say, by whether the table is listed as one without tenant and whether its rows have one. */
function mayBe(listed: boolean, ofTenant: boolean): Condition[] {
  if (!listed) return ['tenant']
  return ofTenant ? ['tenant if set', 'tenant if set, and those of none if none is'] : ['all']
}

function scopeFaults(table: string, own: readonly Policy[]): string[] {
  const narrowing = own.filter(({ permissive }) => !permissive).map(({ condition }) => conditionOf(condition))
  const listed = table in tablesWithoutScope
  if (narrowing.length === 0) return listed ? [] : [`${table} doesn't narrow api_scoped to its scope`]
  if (listed) return [`${table} is listed as one without scope and narrows`]
  const right = narrowing.length === 1 && (narrowing[0] === 'site or camera' || narrowing[0] === 'sites')
  return right ? [] : [`${table} narrows api_scoped to something else than its scope`]
}
