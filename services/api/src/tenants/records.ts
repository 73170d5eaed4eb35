import {
  allTenantRecords,
  type CountedTenantRow,
  tenantRecordById,
  tenantRecordPage,
  tenantRecordsChangedAfter,
} from '@sightline/projections/tenant-records/reader'
import type { Resolvers } from '../../generated/resolvers.ts'
import { byName, connection } from '../connection.ts'
import type { Delivery } from '../reading/changes.ts'
import type { Follow } from '../reading/follow.ts'

const recordOrder = byName<CountedTenantRow>(record => record.name)

/** What system administrators read of all tenants. */
export function tenantRecordQueries({ follow }: { follow: Follow }) {
  return {
    Query: {
      tenantRecords: (_parent, args, context) =>
        connection(context, { query: 'tenantRecords', filter: {} }, recordOrder, args, 50, page =>
          context.read(sql => tenantRecordPage(sql, page)),
        ),
      tenantRecord: async (_parent, { id }, context) =>
        (await context.read(sql => tenantRecordById(sql, id))) ?? null,
    },
    TenantRecord: {
      suspension: ({ suspendedAt, suspensionReason }) =>
        suspendedAt && { since: suspendedAt, reason: suspensionReason ?? '' },
      allowList: record => record.addresses,
      quota: record => ({ cameras: record.cameraQuota, people: record.personQuota }),
      use: ({ cameras, people }) => ({ cameras, people }),
    },
    Subscription: {
      tenantRecordsChanged: {
        subscribe: (_parent, _args, context) =>
          follow(context, {
            of: ['tenantRecords'],
            models: ['tenant_records'],
            everything: allTenantRecords,
            changedAfter: (sql, position) => tenantRecordsChangedAfter(sql, { position }),
          }),
        resolve: (change: Delivery<CountedTenantRow>['change']) => change,
      },
    },
  } satisfies Resolvers
}
