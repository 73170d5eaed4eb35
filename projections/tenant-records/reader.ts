import type { Sql } from '@sightline/database/sql'
import { type NameKey, type Page, type PageRequest, pageOf } from '../page.ts'
import { selectList } from '../table.ts'
import { counted, type TenantRecordRow, tenantRecords } from './table.ts'

/** A tenant with how many cameras and people count against its quota. */
export interface CountedTenantRow extends TenantRecordRow {
  cameras: number
  people: number
}

/** A tenant changes with what counts against its quota: `position` is the newest of all. */
const position = 'greatest(t.position, used.position)'
const select = `select ${selectList(tenantRecords, 't', { position })}, used.cameras, used.people
  from ${tenantRecords.sqlName} t
  left join lateral (
    select (count(*) filter (where c.kind = 'camera' and not c.removed))::int as cameras,
      (count(*) filter (where c.kind = 'person' and not c.removed))::int as people, max(c.position) as position
    from ${counted.sqlName} c where c.tenant_id = t.tenant_id) used on true`

/** A tenant by its id. */
export async function tenantRecordById(read: Sql, id: string): Promise<CountedTenantRow | undefined> {
  const rows = await read<CountedTenantRow>(
    `/* tenantRecordById */ ${select} where t.tenant_id = $1 and t.id = $1 and not t.removed`,
    [id],
  )
  return rows[0]
}

/** All tenants: what a subscription starts with. */
export function allTenantRecords(read: Sql): Promise<CountedTenantRow[]> {
  return read<CountedTenantRow>(`/* allTenantRecords */ ${select} where not t.removed order by t.name, t.id`)
}

/** A page of tenants by name. */
export async function tenantRecordPage(
  read: Sql,
  { first, after }: PageRequest<NameKey>,
): Promise<Page<CountedTenantRow>> {
  const rows = await read<CountedTenantRow>(
    `/* tenantRecordPage */ ${select}
     where not t.removed and ($1::text is null or (t.name, t.id) > ($1, $2::uuid))
     order by t.name, t.id limit $3`,
    [after?.name ?? null, after?.id ?? null, first + 1],
  )
  return pageOf(rows, first)
}

/** Tenants that changed, or what counts against their quotas, after a position, in the order of the change. */
export function tenantRecordsChangedAfter(
  read: Sql,
  after: { position: bigint },
): Promise<CountedTenantRow[]> {
  return read<CountedTenantRow>(
    `/* tenantRecordsChangedAfter */ ${select}
     where t.tenant_id in (
         select tenant_id from ${tenantRecords.sqlName} where position > $1
         union all select tenant_id from ${counted.sqlName} where position > $1)
       and ${position} > $1
     order by ${position}`,
    [after.position],
  )
}
