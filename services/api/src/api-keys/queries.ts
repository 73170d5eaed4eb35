import type { Database } from '@sightline/database/database'
import { type ApiKeyRow, apiKeyPage } from '@sightline/projections/api-keys/reader'
import { NO_TENANT } from '@sightline/projections/table'
import type { MachineKind, Resolvers } from '../../generated/resolvers.ts'
import { byTime, connection } from '../connection.ts'
import { tenantOf } from '../context.ts'
import { lastUses } from './key-rows.ts'

const keyOrder = byTime<ApiKeyRow>(key => key.issuedAt)

/** A key's row with when it was exchanged last, which is no event and stands in `ops`. */
type ListedKey = ApiKeyRow & { lastUsedAt?: Date | undefined }

/** What is read of machines' keys. */
export function apiKeyQueries({ database }: { database: Pick<Database, 'asPrincipal' | 'inOps'> }) {
  return {
    Query: {
      apiKeys: (_parent, { subjectId, ...args }, context) =>
        connection(
          context,
          { query: 'apiKeys', filter: { subjectId: subjectId ?? null } },
          keyOrder,
          args,
          50,
          async request => {
            const tenantId = tenantOf(context.principal)
            const read = <T>(use: Parameters<typeof context.read<T>>[0]) =>
              tenantId === null
                ? database.asPrincipal({ kind: 'tenant', tenantId: NO_TENANT }, use)
                : context.read(use)
            const page = await read(sql => apiKeyPage(sql, { subjectId, ...request }))
            const keyIds = page.rows.map(row => row.id)
            const used = await lastUses(database, tenantId, keyIds)
            return {
              ...page,
              rows: page.rows.map((row): ListedKey => ({ ...row, lastUsedAt: used.get(row.id) })),
            }
          },
        ),
    },
    ApiKey: {
      kind: key => key.kind.toUpperCase() as MachineKind,
      lastUsedAt: (key: ListedKey) => key.lastUsedAt ?? null,
    },
  } satisfies Resolvers
}
