import { Badge } from '@mantine/core'
import type { TenantRecord } from './tenant-records.ts'

/** Whether a tenant is suspended. */
export function TenantState({ tenant }: { tenant: Pick<TenantRecord, 'suspension'> }) {
  return (
    <Badge variant="light" miw="max-content" color={tenant.suspension ? 'red' : 'teal'}>
      {tenant.suspension ? 'Suspended' : 'Active'}
    </Badge>
  )
}
